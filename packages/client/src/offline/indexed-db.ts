/** The stores of one transaction, and its end. */
export interface Transaction {
  readonly store: (name: string) => IDBObjectStore;
  /** Resolves when it is on the disk; rejects if it is not going to be. */
  readonly done: Promise<void>;
  readonly abort: () => void;
}

/** What a request answers. Requests of one transaction are made in one turn, or in that of an answer. */
export function answerOf<Answer>(request: IDBRequest<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A database with the object stores that it has in its first version. */
export function openDatabase(name: string, version: number, stores: readonly string[]): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store);
  };
  return answerOf(request);
}

/** Begins a transaction over all of some object stores. */
export function begin(
  database: IDBDatabase,
  stores: readonly string[],
  mode: IDBTransactionMode,
  durability: IDBTransactionDurability = "relaxed",
): Transaction {
  const transaction = database.transaction(stores, mode, { durability });
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
  });
  // Nobody may wait for the end of what has failed already.
  done.catch(() => {});
  return { store: (name) => transaction.objectStore(name), done, abort: () => transaction.abort() };
}
