import type { DocumentStore } from "./document-store.ts";
import { hasIndexedDb, IndexedDbStore } from "./indexed-db-store.ts";

let store: IndexedDbStore | undefined;

/** The store of this browser, one for the whole page; null where there is none. @public */
export function deviceStore(): DocumentStore | null {
  if (!hasIndexedDb()) return null;
  store ??= new IndexedDbStore();
  return store;
}
