import type { Catalogue } from "../catalogue/catalogue.ts";
import { LevelCatalogue } from "../catalogue/level-catalogue.ts";
import type { ArchivableLog, DocumentExport } from "./archivable-log.ts";
import {
  type Checkpoint,
  type CommitAnswer,
  type CommitBatch,
  type Entry,
  type Head,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type SessionRetention,
  type SessionRow,
} from "./document-log.ts";
import { backupLines } from "./backup.ts";
import { checkpointBytes, readCheckpoint, stateOfCheckpoint } from "./checkpoint-bytes.ts";
import type { Write } from "./group-writer.ts";
import { ServerError } from "../errors.ts";
import {
  checkpointKey,
  entryKey,
  entryRange,
  headKey,
  rowKey,
  rowRange,
  sessionOf,
  versionOf,
} from "./level-keys.ts";
import { type KeyRange, LevelStore } from "./level-store.ts";
import {
  decodeEntries,
  decodeEntry,
  decodeHead,
  decodeRow,
  encodeBatch,
  encodeEntry,
  encodeHead,
  encodeMovedRow,
  encodeRow,
} from "./records.ts";
import { decideCommit, decideExpiry, decideOpenSession } from "./rules.ts";
import { upToWeight } from "./weight.ts";

/** Records that are removed at once, or taken from another log. */
const MAX_WRITES = 1000;

/** @public */
export interface LevelLogOptions {
  /** Folder of the database. Made if it is not there, with the folders above it. */
  readonly location: string;
  /** True: nothing is made, and the database must be there. Default false. */
  readonly isThere?: boolean;
}

/**
 * What is cached of one document. `turn` ends when everything asked so far is done: calls that decide something go one after
 * another.
 */
interface CachedDocument {
  turn: Promise<unknown>;
  /** Undefined: must be read from the store first. */
  stored: { head: Head; forgotten: number } | undefined;
  /** Rows with their fences, which live here only: after a restart every connection is new anyway. */
  rows: Map<string, SessionRow>;
}

/**
 * The log for one machine: an embedded LevelDB in a folder, opened by one process at a time. A commit resolves when the
 * disk has it (`fdatasync`); commits of all documents that arrive meanwhile share the next write.
 *
 * A write that fails leaves open what the disk holds: the documents in it are read again before anything
 * else. While the disk fails, every call rejects with `ERR_STORE_FAILED`; when it works again, so does the
 * log.
 * @public
 */
export class LevelLog implements ArchivableLog {
  readonly #store: LevelStore;
  readonly #documents = new Map<string, CachedDocument>();

  readonly catalogue: Catalogue;

  private constructor(store: LevelStore) {
    this.#store = store;
    this.catalogue = new LevelCatalogue(store);
  }

  /**
   * @throws ServerError `ERR_STORE_LOCKED` if another process has the folder open, `ERR_STORE_MISSING` if the log should be there and is
   *   not, `ERR_STORE_TOO_NEW` if a newer version wrote it, `ERR_STORE_FAILED` if it cannot be opened.
   */
  static async open({ location, isThere = false }: LevelLogOptions): Promise<LevelLog> {
    return new LevelLog(await LevelStore.open(location, { isThere }));
  }

  /**
   * Everything in the store as it is now, as lines of a backup, not compressed: see `restoreBackup`. Others may write meanwhile.
   * Rejects if the disk fails meanwhile.
   */
  backup(): AsyncIterable<string> {
    return backupLines(this.#store.everything(), Date.now());
  }

  openSession(document: string, request: OpenSessionRequest): Promise<OpenSessionAnswer> {
    return this.#inTurn(document, async (cached, { head, forgotten }) => {
      const row = await this.#row(document, cached, request.session);
      const answer = decideOpenSession(row, head, forgotten, request);
      cached.rows.set(request.session, answer.row);
      return answer;
    });
  }

  turn(): Promise<void> {
    return this.#store.turn();
  }

  async commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    const encoded = encodeBatch(batch, (value) => value);
    // Before its turn, and in this turn of the event loop unless it is long.
    const values = Array.isArray(encoded) ? encoded : await encoded;
    return this.#inTurn(document, async (cached, { head, forgotten }) => {
      const { version } = batch.expected;
      for (const { session } of batch.entries) {
        if (!cached.rows.has(session)) await this.#row(document, cached, session);
      }
      const decision = decideCommit(
        {
          head,
          expectedId: version === head.version ? head.entryId : await this.#entryIdAt(document, version),
          row: (session) => cached.rows.get(session),
        },
        batch,
      );
      if (decision.outcome === "diverged") return decision;
      if (decision.outcome === "rejected") {
        const missing = decision.isBehind ? await this.readEntries(document, version, head.version) : [];
        return missing === undefined
          ? { outcome: "diverged" }
          : { outcome: "rejected", missing, bad: decision.bad };
      }
      const writes = decision.entries.map(
        ({ version: made }, index): Write => put(entryKey(document, made), values[index] ?? ""),
      );
      for (const [session, row] of decision.rows) writes.push(put(rowKey(document, session), encodeRow(row)));
      writes.push(put(headKey(document), encodeHead(decision.head, forgotten)));
      await this.#write(cached, writes);
      for (const [session, row] of decision.rows) cached.rows.set(session, row);
      cached.stored = { head: decision.head, forgotten };
      return { outcome: "committed", head: decision.head };
    });
  }

  async readEntries(
    document: string,
    after: number,
    to: number,
    maxWeight?: number,
  ): Promise<readonly Entry[] | undefined> {
    const range = { gt: entryKey(document, after), lte: entryKey(document, Math.max(after, to)) };
    const values = await this.#store.entries(range, Infinity, maxWeight);
    const read = await decodeEntries(values.map(([key, value]) => [versionOf(key), value] as const));
    const entries = upToWeight(read, maxWeight);
    const first = entries[0]?.version;
    if (first !== undefined) return first === after + 1 ? entries : undefined;
    const head = await this.readHead(document);
    return after < Math.min(to, head.version) ? undefined : entries;
  }

  async readHead(document: string): Promise<Head> {
    return decodeHead(await this.#store.get(headKey(document))).head;
  }

  async loadCheckpoint(document: string): Promise<Checkpoint | undefined> {
    const bytes = await this.#store.bytes(checkpointKey(document));
    return bytes === undefined ? undefined : readCheckpoint(bytes);
  }

  async saveCheckpoint(document: string, checkpoint: Checkpoint): Promise<void> {
    // Before its turn: commits do not wait for it.
    const bytes = await checkpointBytes(checkpoint);
    return this.#inTurn(document, async (_cached, { head }) => {
      const { version, entryId } = checkpoint;
      const saved = await this.#checkpointState(document);
      if (version <= (saved?.version ?? 0)) return;
      const known = version === head.version ? head.entryId : await this.#entryIdAt(document, version);
      if (known !== entryId) return;
      await this.#store.write([{ type: "put", key: checkpointKey(document), value: bytes }]);
    });
  }

  trim(document: string, upTo: number): Promise<void> {
    return this.#inTurn(document, async () => {
      const checkpoint = await this.#checkpointState(document);
      const last = Math.max(0, Math.min(upTo, checkpoint?.version ?? 0));
      const range = { gt: entryKey(document, 0), lte: entryKey(document, last) };
      await this.#remove(range);
    });
  }

  expireSessions(document: string, retention: SessionRetention): Promise<void> {
    return this.#inTurn(document, async (cached, { head, forgotten: before }) => {
      const rows = await this.#rows(document, cached);
      const { expired, forgotten } = decideExpiry(rows, before, retention);
      if (expired.length === 0) return;
      const writes = expired.map((session): Write => ({ type: "del", key: rowKey(document, session) }));
      // With them in one batch: whoever is forgotten unsettled is remembered in it.
      if (forgotten > before) writes.push(put(headKey(document), encodeHead(head, forgotten)));
      await this.#write(cached, writes);
      for (const session of expired) cached.rows.delete(session);
      cached.stored = { head, forgotten };
    });
  }

  settle(document: string, session: string, settled: number): Promise<void> {
    return this.#inTurn(document, async (cached) => {
      const row = await this.#row(document, cached, session);
      if (row === undefined || row.settled >= settled) return;
      const changed = { ...row, settled };
      cached.rows.set(session, changed);
      if (row.lastVersion > 0) await this.#store.write([put(rowKey(document, session), encodeRow(changed))]);
    });
  }

  exportDocument(document: string): Promise<DocumentExport> {
    return this.#inTurn(document, async (cached, { head, forgotten }) => ({
      head,
      forgotten,
      checkpoint: await this.loadCheckpoint(document),
      rows: [...(await this.#rows(document, cached))],
      entries: this.#pages(document, await this.#firstVersion(document), head.version),
    }));
  }

  importDocument(document: string, exported: DocumentExport): Promise<void> {
    const { head, forgotten, checkpoint, rows } = exported;
    return this.#inTurn(document, async (cached) => {
      for await (const page of exported.entries) {
        await this.#store.write(
          page.map((entry) => put(entryKey(document, entry.version), encodeEntry(entry))),
        );
      }
      const writes = rows.map(([session, row]) => put(rowKey(document, session), encodeMovedRow(row)));
      if (checkpoint !== undefined) {
        writes.push({ type: "put", key: checkpointKey(document), value: await checkpointBytes(checkpoint) });
      }
      // The head in the last write: without it there is no document.
      writes.push(put(headKey(document), encodeHead(head, forgotten)));
      await this.#store.write(writes);
      forgetCached(cached);
    });
  }

  /** Kinds of records that are not known here stay: a newer version of the program keeps something in them. */
  removeDocument(document: string): Promise<void> {
    return this.#inTurn(document, async (cached) => {
      forgetCached(cached);
      // First: without its head there is no document.
      await this.#store.write([headKey(document), checkpointKey(document)].map(del));
      await this.#remove(entryRange(document));
      await this.#remove(rowRange(document));
      cached.stored = undefined;
    });
  }

  release(document: string): void {
    const cached = this.#documents.get(document);
    if (cached === undefined) return;
    void this.#forget(document, cached);
  }

  /** Lets the cache go once nothing uses it, unless somebody asks for the document again before. */
  async #forget(document: string, cached: CachedDocument): Promise<void> {
    const { turn } = cached;
    await turn;
    if (this.#documents.get(document) === cached && cached.turn === turn) this.#documents.delete(document);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#documents.values()].map(({ turn }) => turn));
    this.#documents.clear();
    await this.#store.close();
  }

  /** Runs `decide` when all earlier calls for the document are done, with its head read. */
  #inTurn<Answer>(
    document: string,
    decide: (cached: CachedDocument, stored: { head: Head; forgotten: number }) => Promise<Answer>,
  ): Promise<Answer> {
    let cached = this.#documents.get(document);
    if (cached === undefined) {
      cached = { turn: Promise.resolve(), stored: undefined, rows: new Map() };
      this.#documents.set(document, cached);
    }
    const mine = cached;
    const answer = mine.turn.then(async () => {
      mine.stored ??= decodeHead(await this.#store.get(headKey(document)));
      return decide(mine, mine.stored);
    });
    mine.turn = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  /** Writes durably. If it fails, nothing that is cached is trusted any more. */
  async #write(cached: CachedDocument, writes: readonly Write[]): Promise<void> {
    try {
      await this.#store.write(writes);
    } catch (error) {
      forgetCached(cached);
      throw error;
    }
  }

  async #remove(range: KeyRange): Promise<void> {
    let keys: readonly string[];
    do {
      keys = await this.#store.keys(range, MAX_WRITES);
      await this.#store.write(keys.map(del));
    } while (keys.length === MAX_WRITES);
  }

  /** All rows of a document. */
  async #rows(document: string, cached: CachedDocument): Promise<ReadonlyMap<string, SessionRow>> {
    const rows = new Map<string, SessionRow>();
    for (const [key, value] of await this.#store.entries(rowRange(document))) {
      rows.set(sessionOf(key), decodeRow(value));
    }
    for (const [session, row] of cached.rows) rows.set(session, row);
    return rows;
  }

  /** Of the entries that are not trimmed; undefined if there are none. */
  async #firstVersion(document: string): Promise<number | undefined> {
    const [key] = await this.#store.keys(entryRange(document), 1);
    return key === undefined ? undefined : versionOf(key);
  }

  async *#pages(document: string, first: number | undefined, last: number): AsyncGenerator<readonly Entry[]> {
    if (first === undefined) return;
    for (let after = first - 1; after < last; after += MAX_WRITES) {
      const page = await this.readEntries(document, after, Math.min(last, after + MAX_WRITES));
      if (page === undefined) throw new ServerError("ERR_HISTORY_TRIMMED", `${document} was trimmed`);
      yield page;
    }
  }

  async #row(document: string, cached: CachedDocument, session: string): Promise<SessionRow | undefined> {
    const row = cached.rows.get(session);
    if (row !== undefined) return row;
    const value = await this.#store.get(rowKey(document, session));
    if (value === undefined) return undefined;
    const stored = decodeRow(value);
    cached.rows.set(session, stored);
    return stored;
  }

  /** Of which state the checkpoint is. */
  async #checkpointState(document: string): Promise<Pick<Checkpoint, "version" | "entryId"> | undefined> {
    const bytes = await this.#store.bytes(checkpointKey(document));
    return bytes && stateOfCheckpoint(bytes);
  }

  async #entryIdAt(document: string, version: number): Promise<string | undefined> {
    if (version === 0) return "";
    const key = entryKey(document, version);
    const value = await this.#store.get(key);
    if (value !== undefined) return decodeEntry(version, value).entryId;
    const checkpoint = await this.#checkpointState(document);
    return checkpoint?.version === version ? checkpoint.entryId : undefined;
  }
}

/** It is read again before anything else. */
function forgetCached(cached: CachedDocument): void {
  cached.stored = undefined;
  cached.rows = new Map();
}

function del(key: string): Write {
  return { type: "del", key };
}

function put(key: string, value: string): Write {
  return { type: "put", key, value };
}
