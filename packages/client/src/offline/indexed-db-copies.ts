import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from "idb";
import {
  type Copy,
  type CopyChange,
  type DocumentKey,
  type DocumentStore,
  isPending,
  type KeptDocument,
  missingText,
  nameOf,
  type StoredCopy,
  StoreError,
  StoreErrorCode,
} from "./document-store.ts";

const SCHEMA_VERSION = 1;

type Key = [account: string, server: string, document: string, session: string];

/** A copy, and the text that it begins with, under one key. */
interface Schema extends DBSchema {
  copies: { key: Key; value: Copy };
  texts: { key: Key; value: string };
}

type Database = IDBPDatabase<Schema>;

const STORES = ["copies", "texts"] as const;

type Mode = "readonly" | "readwrite";
type Transaction<Of extends Mode> = IDBPTransaction<Schema, typeof STORES, Of>;

/** What the database does of a store; the rest needs no database. */
export type Copies = Pick<
  Required<DocumentStore>,
  "list" | "load" | "save" | "remove" | "documents" | "accounts" | "clear" | "close"
>;

/**
 * Keeps copies in a database of the page's origin. It opens the database on the first call. Whatever the
 * browser does to the database meanwhile (closes it, fills it up, forbids it) shows as a rejected call, never
 * otherwise.
 */
export class IndexedDbCopies implements Copies {
  readonly #name: string;
  readonly #onLost: () => void;
  #database: Promise<Database> | undefined;
  #isClosed = false;

  /** `onLost`: the database was closed from outside, so that what is in it may be gone. */
  constructor(name: string, onLost: () => void) {
    this.#name = name;
    this.#onLost = onLost;
  }

  list(key: DocumentKey): Promise<readonly Copy[]> {
    return this.#do((database) => begin(database, "readonly").objectStore("copies").getAll(rangeOf(key)));
  }

  load(key: DocumentKey, session: string): Promise<StoredCopy | undefined> {
    return this.#do(async (database) => {
      const transaction = begin(database, "readonly");
      const at = keyOf(key, session);
      const [copy, text] = await Promise.all([
        transaction.objectStore("copies").get(at),
        transaction.objectStore("texts").get(at),
      ]);
      return copy === undefined || text === undefined ? undefined : { copy, text };
    });
  }

  save(key: DocumentKey, { copy, text, replaces }: CopyChange): Promise<void> {
    return this.#do(async (database) => {
      // What is not at the server yet must survive the machine, the rest only the page.
      const durability = isPending(copy) ? "strict" : "relaxed";
      const transaction = begin(database, "readwrite", durability);
      const [copies, texts] = [transaction.objectStore("copies"), transaction.objectStore("texts")];
      const at = keyOf(key, copy.session);
      if (text === undefined && (await texts.getKey(at)) === undefined) throw missingText(copy.session);
      const requests: Promise<unknown>[] = [transaction.done, copies.put(copy, at)];
      if (text !== undefined) requests.push(texts.put(text, at));
      if (replaces !== undefined) {
        for (const store of [copies, texts]) requests.push(store.delete(keyOf(key, replaces)));
      }
      await Promise.all(requests);
    });
  }

  remove(key: DocumentKey, session: string): Promise<void> {
    return this.#delete(IDBKeyRange.only(keyOf(key, session)));
  }

  documents(account: string): Promise<readonly KeptDocument[]> {
    return this.#do(async (database) => {
      const store = begin(database, "readonly").objectStore("copies");
      const range = accountRange(account);
      const [keys, copies] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      const documents = new Map<string, { readonly key: DocumentKey; readonly copies: Copy[] }>();
      for (const [index, [, server, document]] of keys.entries()) {
        const key = { account, server, document };
        const kept = documents.get(nameOf(key)) ?? { key, copies: [] };
        documents.set(nameOf(key), kept);
        const copy = copies[index];
        if (copy !== undefined) kept.copies.push(copy);
      }
      return [...documents.values()];
    });
  }

  accounts(): Promise<readonly string[]> {
    return this.#do(async (database) => {
      const accounts: string[] = [];
      let cursor = await begin(database, "readonly").objectStore("copies").openKeyCursor();
      while (cursor !== null) {
        const [account] = cursor.key;
        accounts.push(account);
        // Past everything of this one: an array is above every string.
        cursor = await cursor.continue([account, []] as unknown as Key);
      }
      return accounts;
    });
  }

  clear(account: string): Promise<void> {
    return this.#delete(accountRange(account));
  }

  close(): void {
    this.#isClosed = true;
    void this.#drop();
  }

  #delete(range: IDBKeyRange): Promise<void> {
    return this.#do(async (database) => {
      const transaction = begin(database, "readwrite");
      const requests = STORES.map((name) => transaction.objectStore(name).delete(range));
      await Promise.all([transaction.done, ...requests]);
    });
  }

  /** Does it, once more if the browser had closed the database meanwhile. */
  async #do<Answer>(work: (database: Database) => Promise<Answer>): Promise<Answer> {
    try {
      return await work(await this.#open());
    } catch (fault) {
      if (!isClosedUnderneath(fault) || this.#isClosed) throw storeErrorOf(fault);
      await this.#drop();
    }
    try {
      return await work(await this.#open());
    } catch (fault) {
      throw storeErrorOf(fault);
    }
  }

  #open(): Promise<Database> {
    if (this.#isClosed) throw new StoreError(StoreErrorCode.Unavailable, "the store is closed");
    if (this.#database !== undefined) return this.#database;
    const forget = (): void => {
      if (this.#database === opened) this.#database = undefined;
    };
    const opened = openDB<Schema>(this.#name, SCHEMA_VERSION, {
      upgrade: (database) => {
        for (const name of STORES) database.createObjectStore(name);
      },
      // A newer page wants to change the database, or the writer to delete it: holding on would block that
      // for ever.
      blocking: () => void this.#drop().then(this.#onLost),
      terminated: () => {
        forget();
        this.#onLost();
      },
    });
    this.#database = opened;
    opened.catch(forget);
    return opened;
  }

  async #drop(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    (await database?.catch(() => undefined))?.close();
  }
}

/**
 * Begins a transaction over all stores. Nobody may be waiting for its end when it fails: its requests say so
 * too.
 */
function begin<Of extends Mode>(
  database: Database,
  mode: Of,
  durability: IDBTransactionDurability = "relaxed",
): Transaction<Of> {
  const transaction = database.transaction(STORES, mode, { durability });
  transaction.done.catch(() => {});
  return transaction;
}

function keyOf({ account, server, document }: DocumentKey, session: string): Key {
  return [account, server, document, session];
}

/** All sessions of a document: an array is above every string. */
function rangeOf({ account, server, document }: DocumentKey): IDBKeyRange {
  return IDBKeyRange.bound([account, server, document], [account, server, document, []]);
}

function accountRange(account: string): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []]);
}

function isClosedUnderneath(fault: unknown): boolean {
  return fault instanceof DOMException && (fault.name === "InvalidStateError" || fault.name === "AbortError");
}

function storeErrorOf(fault: unknown): StoreError {
  if (fault instanceof StoreError) return fault;
  const isFull = fault instanceof DOMException && fault.name === "QuotaExceededError";
  const message = fault instanceof Error ? fault.message : "the browser keeps nothing";
  return new StoreError(isFull ? StoreErrorCode.Full : StoreErrorCode.Unavailable, message, { cause: fault });
}
