import { IndexedDbStore } from "@interline/client";
import { storeContract } from "@interline/client/testing";

/** What a test calls in the page: one case of the contract on a fresh store. */
declare global {
  interface Window {
    runStoreCase(name: string): Promise<void>;
    openStore(name: string): IndexedDbStore;
  }
}

window.openStore = (name) => new IndexedDbStore(name);
window.runStoreCase = async (name) => {
  const store = new IndexedDbStore(`contract ${name}`);
  await storeContract.find((candidate) => candidate.name === name)?.run(store);
  store.close();
};
