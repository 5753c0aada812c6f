import { deviceStore, type DocumentStore } from "@interline/client";
import { storeContract } from "@interline/client/testing";

/** What a test calls in the page: one case of the contract on a fresh store. */
declare global {
  interface Window {
    runStoreCase(name: string): Promise<void>;
    openStore(name: string): DocumentStore;
  }
}

window.openStore = (name) => {
  const store = deviceStore(name);
  if (store === null) throw new Error("There is no IndexedDB here.");
  return store;
};
window.runStoreCase = async (name) => {
  const store = window.openStore(`contract ${name}`);
  await storeContract.find((candidate) => candidate.name === name)?.run(store);
  store.close();
};
