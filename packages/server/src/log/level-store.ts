import { access, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ClassicLevel } from "classic-level";
import { ServerError } from "../errors.ts";
import { breathe, SLICE_UNITS } from "../slices.ts";
import { GroupWriter, type Write } from "./group-writer.ts";
import { checkFormat, FORMAT_KEY } from "./store-format.ts";

/** Records that are read at a time for a backup. */
const PAGE = 1000;

/** Keys after `gt` and up to `lte`, or before `lt`, in the order of their bytes. */
export interface KeyRange {
  readonly gt: string;
  readonly lt?: string;
  readonly lte?: string;
}

/**
 * A LevelDB in a folder whose every write is on the disk (`fdatasync`) when it resolves, and that lives through a disk that fails
 * for a while.
 *
 * A write that fails may leave half a record at the end of LevelDB's journal. LevelDB takes further writes and acknowledges them, but
 * behind the torn record its next start does not find them. So after a failed write the database is closed and opened again, which
 * cuts the torn end off, before anything else is read or written; and all writes go one after another, so that none is under
 * way behind a torn one.
 */
export class LevelStore {
  readonly #database: ClassicLevel;
  readonly #writer = new GroupWriter((writes) => this.#writeAll(writes));
  /** True after a write that failed, until the database was opened again. */
  #isTorn = false;
  #mending: Promise<void> | undefined;

  private constructor(database: ClassicLevel) {
    this.#database = database;
  }

  /**
   * Makes the folder if it is not there, with the folders above it, unless the database `isThere` already.
   * @throws ServerError `ERR_STORE_LOCKED` if another process has it open, `ERR_STORE_MISSING` if it should be there and is not,
   *   `ERR_STORE_TOO_NEW` if a newer version wrote it, `ERR_STORE_FAILED` if it cannot be opened.
   */
  static async open(
    location: string,
    { isThere = false }: { readonly isThere?: boolean } = {},
  ): Promise<LevelStore> {
    if (isThere && !(await hasDatabase(location))) {
      throw new ServerError("ERR_STORE_MISSING", `there is no database in ${location}`);
    }
    let database: ClassicLevel;
    try {
      // Before there is a database: it begins to open by itself.
      await makeFolder(resolve(location));
      database = new ClassicLevel(location);
      await database.open();
    } catch (cause) {
      throw isLocked(cause)
        ? new ServerError("ERR_STORE_LOCKED", `another process is using ${location}`, { cause })
        : new ServerError("ERR_STORE_FAILED", `cannot open the database in ${location}`, { cause });
    }
    try {
      const format = checkFormat(await database.get(FORMAT_KEY), location);
      if (format !== undefined) await database.put(FORMAT_KEY, format, { sync: true });
    } catch (cause) {
      await database.close();
      if (cause instanceof ServerError) throw cause;
      throw new ServerError("ERR_STORE_FAILED", `cannot open the database in ${location}`, {
        cause,
      });
    }
    return new LevelStore(database);
  }

  async get(key: string): Promise<string | undefined> {
    await this.#whole();
    return this.#database.get(key);
  }

  /** The bytes of a value. */
  async bytes(key: string): Promise<Uint8Array | undefined> {
    await this.#whole();
    return this.#database.get<string, Uint8Array>(key, { valueEncoding: "buffer" });
  }

  /**
   * At most `limit`, and no more after those with which the values are `maxUnits` UTF-16 code units or more.
   */
  async entries(
    range: KeyRange,
    limit: number = Infinity,
    maxUnits: number = Infinity,
  ): Promise<[key: string, value: string][]> {
    await this.#whole();
    const iterator = this.#database.iterator({ ...range, limit });
    if (maxUnits === Infinity) return iterator.all();
    const found: [key: string, value: string][] = [];
    let units = 0;
    try {
      while (units < maxUnits) {
        // As many as are some kB together, or one.
        const page = await iterator.nextv(PAGE);
        if (page.length === 0) break;
        for (const entry of page) {
          found.push(entry);
          units += entry[1].length;
        }
      }
    } finally {
      await iterator.close();
    }
    return found;
  }

  /** All records as they are now, some at a time, whatever is written meanwhile. */
  async *everything(): AsyncGenerator<readonly [key: string, value: string][]> {
    await this.#whole();
    const iterator = this.#database.iterator();
    try {
      for (;;) {
        const page = await iterator.nextv(PAGE);
        if (page.length === 0) return;
        yield page;
      }
    } finally {
      await iterator.close();
    }
  }

  async keys(range: KeyRange, limit: number): Promise<string[]> {
    await this.#whole();
    return this.#database.keys({ ...range, limit }).all();
  }

  /**
   * Resolves when all of it is on the disk, in one step. Rejects with `ERR_STORE_FAILED` if it is not known whether it is.
   * What comes for other documents meanwhile shares the next sync.
   */
  async write(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    try {
      await this.#writer.write(writes);
    } catch (cause) {
      throw new ServerError("ERR_STORE_FAILED", "the store could not be written", { cause });
    }
  }

  /** Resolves when the next write is about to begin: see `GroupWriter`. */
  turn(): Promise<void> {
    return this.#writer.turn();
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #writeAll(writes: Write[]): Promise<void> {
    await this.#whole();
    for (const write of writes) if (isLarge(write)) await this.#put(write.key, write.value);
    // Given as an array it takes three times the processor time per record (classic-level 3.0).
    const batch = this.#database.batch();
    for (const write of writes) {
      if (write.type === "del") batch.del(write.key);
      else if (typeof write.value === "string") {
        batch.put(write.key, write.value);
        // It was copied, on this thread. All of it is written in one step still.
        if (write.value.length > SLICE_UNITS) await breathe();
      }
    }
    await this.#torn(() => batch.write({ sync: true }));
  }

  /** By itself: a batch copies what is put into it several times, on this thread (classic-level 3.0). */
  #put(key: string, value: Uint8Array): Promise<void> {
    return this.#torn(() =>
      this.#database.put<string, Uint8Array>(key, value, { valueEncoding: "buffer", sync: true }),
    );
  }

  async #torn(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#isTorn = true;
      throw error;
    }
  }

  /** Resolves when the database is whole. Rejects if it cannot be made so now; the next call tries again. */
  async #whole(): Promise<void> {
    if (!this.#isTorn) return;
    this.#mending ??= this.#mend();
    try {
      await this.#mending;
    } catch (cause) {
      throw new ServerError("ERR_STORE_FAILED", "the database cannot be opened again", { cause });
    } finally {
      this.#mending = undefined;
    }
  }

  async #mend(): Promise<void> {
    await this.#database.close();
    await this.#database.open();
    this.#isTorn = false;
  }
}

function isLarge(write: Write): write is Extract<Write, { type: "put" }> & { readonly value: Uint8Array } {
  return write.type === "put" && typeof write.value !== "string";
}

function isLocked(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && cause.code === "LEVEL_LOCKED") return true;
  }
  return false;
}

/**
 * Makes a folder, and those above it. By itself, since Node's own `mkdir` with `recursive` never ends where
 * the system says "not there" of a folder in one that is (Node 20.20, in /proc).
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path || (await isThere(above))) throw error;
    await makeFolder(above);
    await mkdir(path);
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** True for a folder with a database. LevelDB itself would leave files of its own in one without. */
function hasDatabase(location: string): Promise<boolean> {
  return isThere(join(location, "CURRENT"));
}
