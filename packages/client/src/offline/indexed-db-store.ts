import {
  type Copy,
  type CopyChange,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  isPending,
  type KeptDocument,
  missingText,
  nameOf,
  type StoredCopy,
  StoreError,
  StoreErrorCode,
  type TabLine,
  type TabMessage,
} from "./document-store.ts";
import { answerOf, begin, openDatabase } from "./indexed-db.ts";
import { hasWebLocks, webLock } from "./web-lock.ts";

const DATABASE = "interline";
const SCHEMA_VERSION = 1;

type Key = [account: string, server: string, document: string, session: string];

/** A copy, and the text that it begins with, under one key. */
const STORES = ["copies", "texts"] as const;

/**
 * Keeps copies in the browser: the database `interline` of the page's origin, Web Locks, and a BroadcastChannel per document.
 * Nothing is opened before the first call. What the browser does to the database meanwhile (closes it, fills up, forbids it) shows
 * as a rejected call, never otherwise.
 * @public
 */
export class IndexedDbStore implements DocumentStore {
  readonly canLock: boolean = hasWebLocks();
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;
  #isClosed = false;

  constructor(name: string = DATABASE) {
    this.#name = name;
  }

  list(key: DocumentKey): Promise<readonly Copy[]> {
    return this.#do((database) => {
      const { store } = begin(database, STORES, "readonly");
      return answerOf<Copy[]>(store("copies").getAll(rangeOf(key)));
    });
  }

  load(key: DocumentKey, session: string): Promise<StoredCopy | undefined> {
    return this.#do(async (database) => {
      const { store } = begin(database, STORES, "readonly");
      const [copy, text] = await Promise.all([
        answerOf<Copy | undefined>(store("copies").get(keyOf(key, session))),
        answerOf<string | undefined>(store("texts").get(keyOf(key, session))),
      ]);
      return copy === undefined || text === undefined ? undefined : { copy, text };
    });
  }

  save(key: DocumentKey, { copy, text, replaces }: CopyChange): Promise<void> {
    return this.#do(async (database) => {
      // What is not at the server yet must survive the machine, the rest only the page.
      const durability = isPending(copy) ? "strict" : "relaxed";
      const { store, done, abort } = begin(database, STORES, "readwrite", durability);
      const at = keyOf(key, copy.session);
      if (text === undefined && (await answerOf(store("texts").getKey(at))) === undefined) {
        abort();
        throw missingText(copy.session);
      }
      store("copies").put(copy, at);
      if (text !== undefined) store("texts").put(text, at);
      if (replaces !== undefined) for (const name of STORES) store(name).delete(keyOf(key, replaces));
      await done;
    });
  }

  remove(key: DocumentKey, session: string): Promise<void> {
    return this.#delete(IDBKeyRange.only(keyOf(key, session)));
  }

  documents(account: string): Promise<readonly KeptDocument[]> {
    return this.#do(async (database) => {
      const { store } = begin(database, STORES, "readonly");
      const range = accountRange(account);
      const [keys, copies] = await Promise.all([
        answerOf(store("copies").getAllKeys(range)),
        answerOf<Copy[]>(store("copies").getAll(range)),
      ]);
      const documents = new Map<string, { readonly key: DocumentKey; readonly copies: Copy[] }>();
      for (const [index, [, server, document]] of (keys as Key[]).entries()) {
        const key = { account, server, document };
        const kept = documents.get(nameOf(key)) ?? { key, copies: [] };
        documents.set(nameOf(key), kept);
        const copy = copies[index];
        if (copy !== undefined) kept.copies.push(copy);
      }
      return [...documents.values()];
    });
  }

  clear(account: string): Promise<void> {
    return this.#delete(accountRange(account));
  }

  lock(key: DocumentKey, session: string, waitMs: number): Promise<CopyLock | undefined> {
    return webLock(`${this.#name} ${nameOf(key)} ${session}`, waitMs);
  }

  openLine(key: DocumentKey, listener: (message: TabMessage) => void): TabLine {
    const channel = new BroadcastChannel(`${this.#name} ${nameOf(key)}`);
    channel.addEventListener("message", ({ data }) => listener(data as TabMessage));
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has none
      post: (message) => channel.postMessage(message),
      close: () => channel.close(),
    };
  }

  persist(): void {
    navigator.storage?.persist().catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    void this.#drop();
  }

  #delete(range: IDBKeyRange): Promise<void> {
    return this.#do(async (database) => {
      const { store, done } = begin(database, STORES, "readwrite");
      for (const name of STORES) store(name).delete(range);
      await done;
    });
  }

  /** Does it, once more if the browser had closed the database meanwhile. */
  async #do<Answer>(work: (database: IDBDatabase) => Promise<Answer>): Promise<Answer> {
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

  #open(): Promise<IDBDatabase> {
    if (this.#isClosed) throw new StoreError(StoreErrorCode.Unavailable, "the store is closed");
    if (this.#database !== undefined) return this.#database;
    const forget = (): void => {
      if (this.#database === opened) this.#database = undefined;
    };
    const opened = openDatabase(this.#name, SCHEMA_VERSION, STORES).then((database) => {
      // A newer page wants to change the database, or the writer to delete it: who holds on would hang that.
      database.onversionchange = () => void this.#drop();
      database.onclose = forget;
      return database;
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
 * True where such a store can be made; whether it works shows only when it is used. Some browsers throw at the mere mention of
 * storage that is switched off.
 */
export function hasIndexedDb(): boolean {
  try {
    return typeof indexedDB.open === "function";
  } catch {
    return false;
  }
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
