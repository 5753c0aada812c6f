import { type IDBPDatabase, openDB } from "idb";
import type { Shelf } from "./preferences.ts";

const DATABASE = "interline-keys";
const STORE = "keys";
const PREFIX = "interline.key.";

/** Secrets and owner links by name. */
export interface Keys {
  get(name: string): Promise<string | undefined>;
  /** True if it is kept. */
  set(name: string, value: string): Promise<boolean>;
  delete(name: string): Promise<void>;
}

/**
 * Keys on this device: in the storage where the copies of documents are, and in `localStorage`. Browsers clear
 * the two apart from each other, and some forbid one of them: what is in either is found. Never rejects.
 */
export class DeviceKeys implements Keys {
  readonly #shelf: Shelf | undefined;
  readonly #database: Promise<IDBPDatabase | undefined>;

  constructor(shelf: Shelf | undefined, open: () => Promise<IDBPDatabase> = openKeys) {
    this.#shelf = shelf;
    this.#database = open().catch(() => undefined);
  }

  async get(name: string): Promise<string | undefined> {
    const atHand = attempt(() => this.#shelf?.getItem(PREFIX + name)) ?? undefined;
    if (atHand !== undefined) return atHand;
    try {
      const kept: unknown = await (await this.#database)?.get(STORE, name);
      return typeof kept === "string" ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  async set(name: string, value: string): Promise<boolean> {
    const isOnShelf = attempt(() => (this.#shelf?.setItem(PREFIX + name, value), this.#shelf !== undefined));
    try {
      const database = await this.#database;
      await database?.put(STORE, value, name);
      return isOnShelf === true || database !== undefined;
    } catch {
      return isOnShelf === true;
    }
  }

  async delete(name: string): Promise<void> {
    attempt(() => this.#shelf?.removeItem(PREFIX + name));
    try {
      await (await this.#database)?.delete(STORE, name);
    } catch {
      // What cannot be deleted stays: it is of no use any more.
    }
  }
}

function openKeys(): Promise<IDBPDatabase> {
  return openDB(DATABASE, 1, { upgrade: (database) => void database.createObjectStore(STORE) });
}

/** Some browsers throw where storage is switched off or full. */
function attempt<Result>(use: () => Result): Result | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
