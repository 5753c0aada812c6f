import {
  type Copy,
  type CopyChange,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  type KeptDocument,
  nameOf,
  type StoredCopy,
  StoreError,
  StoreErrorCode,
  type TabLine,
  type TabMessage,
} from "./document-store.ts";
import type { Copies } from "./indexed-db-copies.ts";
import { hasWebLocks, webLock } from "./web-lock.ts";

const DATABASE = "interline";

const stores = new Map<string, DocumentStore>();

/**
 * The store of this browser; null where there is none. One for the whole page and each `name`, which is that
 * of the database. It begins to load the code of the database at once, which is a file of its own wherever a
 * bundler splits code.
 * @public
 */
export function deviceStore(name: string = DATABASE): DocumentStore | null {
  if (!hasIndexedDb()) return null;
  const store = stores.get(name) ?? new DeviceStore(name);
  stores.set(name, store);
  return store;
}

/**
 * Copies in IndexedDB, Web Locks, and a BroadcastChannel for each document. What a document needs at once is
 * here; the database is loaded meanwhile. A file that cannot be loaded fails each call, as a database that
 * cannot be opened does; the next call tries again.
 */
class DeviceStore implements DocumentStore {
  readonly canLock: boolean = hasWebLocks();
  readonly #name: string;
  readonly #losses = new Set<() => void>();
  #copies: Promise<Copies> | undefined;
  #isClosed = false;

  constructor(name: string) {
    this.#name = name;
    void this.#load().catch(() => {});
  }

  async list(key: DocumentKey): Promise<readonly Copy[]> {
    return (await this.#load()).list(key);
  }

  async load(key: DocumentKey, session: string): Promise<StoredCopy | undefined> {
    return (await this.#load()).load(key, session);
  }

  async save(key: DocumentKey, change: CopyChange): Promise<void> {
    return (await this.#load()).save(key, change);
  }

  async remove(key: DocumentKey, session: string): Promise<void> {
    return (await this.#load()).remove(key, session);
  }

  async documents(account: string): Promise<readonly KeptDocument[]> {
    return (await this.#load()).documents(account);
  }

  async accounts(): Promise<readonly string[]> {
    return (await this.#load()).accounts();
  }

  async clear(account: string): Promise<void> {
    return (await this.#load()).clear(account);
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

  onLost(listener: () => void): () => void {
    this.#losses.add(listener);
    return () => this.#losses.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    stores.delete(this.#name);
    void this.#copies?.then((copies) => copies.close()).catch(() => {});
  }

  async #load(): Promise<Copies> {
    if (this.#isClosed) throw new StoreError(StoreErrorCode.Unavailable, "the store is closed");
    const loading = (this.#copies ??= import("./indexed-db-copies.ts").then(
      ({ IndexedDbCopies }) => new IndexedDbCopies(this.#name, () => this.#losses.forEach((tell) => tell())),
    ));
    try {
      return await loading;
    } catch (cause) {
      if (this.#copies === loading) this.#copies = undefined;
      throw new StoreError(StoreErrorCode.Unavailable, "the store cannot be loaded", { cause });
    }
  }
}

/**
 * True where such a store can be made; whether it works shows only when it is used. Some browsers throw at
 * the mere mention of storage that is switched off.
 */
function hasIndexedDb(): boolean {
  try {
    return typeof indexedDB.open === "function";
  } catch {
    return false;
  }
}
