import { type IDBPDatabase, openDB } from "idb";
import type { Shelf } from "./preferences.ts";
import { within } from "./within.ts";

const DATABASE = "interline-keys";
const STORE = "keys";
const PREFIX = "interline.key.";
/** A database that does not answer within this, in ms, is not asked again: no page waits for it to open. */
const ANSWER_MS = 1_000;

/** Secrets and owner links by name. */
export interface Keys {
  get(name: string): Promise<string | undefined>;
  /** True if it is kept. */
  set(name: string, value: string): Promise<boolean>;
  delete(name: string): Promise<void>;
}

/**
 * Keys on this device: in the storage where the copies of documents are, and in `localStorage`. Browsers clear
 * the two apart from each other, and some forbid one of them, or have one that never answers: what is in either is found. Never rejects, and
 * always ends.
 */
export class DeviceKeys implements Keys {
  readonly #shelf: Shelf | undefined;
  readonly #database: Promise<IDBPDatabase | undefined>;
  #isSilent = false;

  constructor(shelf: Shelf | undefined, open: () => Promise<IDBPDatabase> = openKeys) {
    this.#shelf = shelf;
    // Where there is no database at all `open` throws.
    this.#database = new Promise<IDBPDatabase>((resolve) => resolve(open())).catch(() => undefined);
  }

  async get(name: string): Promise<string | undefined> {
    const atHand = this.#onShelf(name);
    if (atHand !== undefined) return atHand;
    const [kept] = (await this.#ask((database) => database.get(STORE, name))) ?? [];
    return typeof kept === "string" ? kept : undefined;
  }

  async set(name: string, value: string): Promise<boolean> {
    attempt(() => this.#shelf?.setItem(PREFIX + name, value));
    const isOnShelf = this.#onShelf(name) === value;
    const isInDatabase = (await this.#ask((database) => database.put(STORE, value, name))) !== undefined;
    return isOnShelf || isInDatabase;
  }

  /** What cannot be deleted stays: it is of no use any more. */
  async delete(name: string): Promise<void> {
    attempt(() => this.#shelf?.removeItem(PREFIX + name));
    await this.#ask((database) => database.delete(STORE, name));
  }

  #onShelf(name: string): string | undefined {
    const found: unknown = attempt(() => this.#shelf?.getItem(PREFIX + name));
    return typeof found === "string" ? found : undefined;
  }

  /** The answer of the database; undefined: it has none. */
  async #ask(work: (database: IDBPDatabase) => Promise<unknown>): Promise<readonly [unknown] | undefined> {
    if (this.#isSilent) return undefined;
    const asked = this.#database.then(async (database) => {
      const answer: readonly [unknown] | false = database !== undefined && [await work(database)];
      return answer;
    });
    const answer = await within(
      ANSWER_MS,
      asked.catch(() => false as const),
    );
    if (answer === undefined) this.#isSilent = true;
    return answer === false ? undefined : answer;
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
