import {
  type ArchivableLog,
  type BadEntry,
  type Catalogue,
  type Checkpoint,
  type CommitAnswer,
  type CommitBatch,
  type DocumentExport,
  type Entry,
  type Head,
  type LogNews,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  ServerError,
  type SessionRetention,
  type SharedPresence,
  SLICE_UNITS,
} from "@interline/server";
import {
  checkpointBytes,
  decideExpiry,
  decodeEntries,
  encodeBatch,
  readCheckpoint,
} from "@interline/server/log";
import { type ArchiveOptions, ColdDocuments, isCold } from "./cold-documents.ts";
import { EXPORT } from "./cold-scripts.ts";
import { caretsOf, headAfter } from "./news.ts";
import type { RedisNodes } from "./nodes.ts";
import { RedisCatalogue } from "./redis-catalogue.ts";
import { RedisPresence } from "./redis-presence.ts";
import type { Argument, RedisStore } from "./redis-store.ts";
import { rowOf, type RowText } from "./rows.ts";
import {
  COMMIT,
  FORGET_SESSIONS,
  OPEN_SESSION,
  SAVE_CHECKPOINT,
  type Script,
  SETTLE,
  TRIM,
} from "./scripts.ts";
import { headOf, readState } from "./state.ts";
import type { ExportReply } from "./transfer.ts";
import { Watches } from "./watches.ts";

/** @public */
export interface RedisLogOptions {
  /** Connections to the Redis. They stay open when the log closes. */
  readonly store: RedisStore;
  /** The servers that share the Redis, for telling each other who is here. Default: this is the only one. */
  readonly nodes?: RedisNodes | undefined;
  /** How often the heads of watched documents are compared with what was heard, in ms: what is lost comes so late. Default 5,000. */
  readonly compareMs?: number | undefined;
  /**
   * After the log was lost or went back in time, so long nobody can open a document that is in it, in ms: until every server that knows what
   * was lost has put it back. Default: `compareMs` and a second.
   */
  readonly graceMs?: number | undefined;
  /** Where documents go that nobody has had open for long. Default: all stay in Redis. */
  readonly archive?: ArchiveOptions | undefined;
}

type OpenReply = [
  isFateKnown: number,
  row: RowText,
  version: string,
  entryId: string,
  length: string,
  logId: string,
];
type CommitReply =
  | ["committed", logId: string]
  | ["diverged"]
  | ["rejected", logId: string, bad: (number | BadEntry["fault"])[], missing: string[]];

/** Documents that are noted at once. */
const NOTED_AT_ONCE = 256;
/** Documents that are open are noted as such so often, in ms. */
const TOUCH_MS = 30_000;
/** A document that is moved out again and again while it is asked for. */
const MAX_RETURNS = 5;

/**
 * The log for many servers: a Redis 7 or later, alone, with sentinels or as a cluster. `openSession` and `commit` are one script each; the
 * fences are kept in Redis, so that a session has one writer on whatever server.
 *
 * How durable a commit is, is a matter of the Redis: see docs/OPERATIONS.md. Whatever it loses is noticed: every watched document
 * remembers which log it is of, and ends when that is another.
 * @public
 */
export class RedisLog implements ArchivableLog {
  readonly catalogue: Catalogue;
  readonly presence: SharedPresence | undefined;
  readonly #store: RedisStore;
  readonly #cold: ColdDocuments;
  readonly #watches: Watches;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #graceMs: number;

  constructor({ store, nodes, compareMs = 5_000, graceMs = compareMs + 1_000, archive }: RedisLogOptions) {
    this.#store = store;
    const presence = nodes && new RedisPresence(store, nodes);
    this.presence = presence;
    this.#graceMs = graceMs;
    this.#cold = new ColdDocuments(store, archive);
    this.catalogue = new RedisCatalogue(store);
    this.#watches = new Watches(store, compareMs, presence);
    this.#timer = setInterval(() => void this.#touchAll(), TOUCH_MS);
    this.#timer.unref();
  }

  async openSession(document: string, request: OpenSessionRequest): Promise<OpenSessionAnswer> {
    const { session, fence, version, lastSeq, inFlight, settled, time } = request;
    const { keys } = this.#store;
    const [isFateKnown, row, ...state] = (await this.#run(
      document,
      OPEN_SESSION,
      [keys.head(document), keys.sessions(document)],
      [session, fence, version, lastSeq, inFlight ? 1 : 0, settled, time, this.#graceMs],
    )) as OpenReply;
    if (isFateKnown < 0) {
      const message = `the log lost its end: ${document} can be opened in ${row} ms, when it is put back`;
      throw new ServerError("ERR_STORE_FAILED", message);
    }
    this.#watches.confirm(document, state[3]);
    await this.#store.replicated(keys.head(document), state[3]);
    return { isFateKnown: isFateKnown === 1, row: rowOf(row), head: headOf(state) };
  }

  async commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    const { keys, node } = this.#store;
    const { expected, entries, time, isRestored = false } = batch;
    const encoded = encodeBatch(batch, argumentOf);
    const values = Array.isArray(encoded) ? encoded : await encoded;
    const args: Argument[] = [
      expected.version,
      expected.entryId,
      this.#watches.logIdOf(document),
      node,
      time,
      caretsOf(entries),
      isRestored ? 1 : 0,
      keys.channel(document),
    ];
    for (const [index, entry] of entries.entries()) {
      const { entryId, session, seq, fence, settled, length } = entry;
      args.push(entryId, session, seq, fence, settled, length, values[index] ?? "");
    }
    const reply = (await this.#run(
      document,
      COMMIT,
      [keys.head(document), keys.sessions(document), keys.log(document)],
      args,
    )) as CommitReply;
    // What is missing may be what this batch should have committed: it is acknowledged then.
    if (reply[0] !== "diverged") await this.#store.replicated(keys.head(document), reply[1]);
    switch (reply[0]) {
      case "diverged":
        return { outcome: "diverged" };
      case "committed": {
        const { version, entryId } = headAfter(expected, entries);
        this.#watches.note(document, { version, entryId });
        return { outcome: "committed", head: { version, entryId, length: entries.at(-1)?.length ?? 0 } };
      }
      case "rejected": {
        const [, , bad, values] = reply;
        const missing = await decodeEntries(
          values.map((value, index) => [expected.version + index + 1, value] as const),
        );
        return { outcome: "rejected", missing, bad: badOf(bad, batch) };
      }
    }
  }

  async readEntries(
    document: string,
    after: number,
    to: number,
    maxWeight?: number,
  ): Promise<readonly Entry[] | undefined> {
    if (to <= after) return [];
    const entries = await this.#cold.transfer.readEntries(document, after, to, maxWeight);
    const first = entries[0]?.version;
    if (first !== undefined) return first === after + 1 ? entries : undefined;
    const [version, , , , ...cold] = await readState(this.#store, document);
    if (isCold(cold)) {
      await this.#cold.bringBack(document, cold);
      return this.readEntries(document, after, to, maxWeight);
    }
    return after < Math.min(to, Number(version)) ? undefined : entries;
  }

  async readHead(document: string): Promise<Head> {
    const state = await readState(this.#store, document);
    this.#watches.confirm(document, state[3]);
    await this.#store.replicated(this.#store.keys.head(document), state[3]);
    const head = headOf(state);
    this.#watches.note(document, head);
    return head;
  }

  async loadCheckpoint(document: string): Promise<Checkpoint | undefined> {
    const key = this.#store.keys.checkpoint(document);
    const bytes = await this.#store.command((client) => client.getBuffer(key));
    if (bytes !== null) return readCheckpoint(bytes);
    return (await this.#isBroughtBack(document)) ? this.loadCheckpoint(document) : undefined;
  }

  async saveCheckpoint(document: string, checkpoint: Checkpoint): Promise<void> {
    const { keys } = this.#store;
    const { version, entryId } = checkpoint;
    const args = [version, entryId, await checkpointBytes(checkpoint)];
    const saved = [keys.head(document), keys.checkpoint(document), keys.log(document)];
    const logId = (await this.#run(document, SAVE_CHECKPOINT, saved, args)) as string;
    await this.#store.replicated(keys.head(document), logId);
  }

  async trim(document: string, upTo: number): Promise<void> {
    const { keys } = this.#store;
    await this.#run(document, TRIM, [keys.head(document), keys.log(document)], [upTo]);
  }

  async expireSessions(document: string, retention: SessionRetention): Promise<void> {
    const { keys } = this.#store;
    const rows = await this.#store.command((client) => client.hgetall(keys.sessions(document)));
    if (Object.keys(rows).length === 0) {
      return (await this.#isBroughtBack(document)) ? this.expireSessions(document, retention) : undefined;
    }
    const known = Object.entries(rows).map(([session, row]) => [session, rowOf(row)] as const);
    const { expired } = decideExpiry(known, 0, retention);
    if (expired.length === 0) return;
    // Whoever was opened again meanwhile, here or elsewhere, has another row by then.
    const args = expired.flatMap((session) => [session, rows[session] ?? ""]);
    await this.#run(document, FORGET_SESSIONS, [keys.head(document), keys.sessions(document)], args);
  }

  async settle(document: string, session: string, settled: number): Promise<void> {
    const { keys } = this.#store;
    await this.#run(document, SETTLE, [keys.head(document), keys.sessions(document)], [session, settled]);
  }

  async watch(document: string, listener: (news: LogNews) => void): Promise<void> {
    await this.#watches.add(document, listener);
    void this.#touch([document]);
  }

  async exportDocument(document: string): Promise<DocumentExport> {
    const { transfer } = this.#cold;
    const reply = (await this.#run(document, EXPORT, transfer.keysOf(document), [])) as ExportReply;
    return transfer.exported(document, reply, (...range) => this.readEntries(...range));
  }

  async importDocument(document: string, exported: DocumentExport): Promise<void> {
    if ((await this.#cold.transfer.place(document, exported, "")) === "placed") return;
    throw new ServerError("ERR_DOCUMENT_EXISTS", `there is a document ${document}`);
  }

  async removeDocument(document: string): Promise<void> {
    // With its copy, if it is cold.
    await this.#isBroughtBack(document);
    await this.#cold.transfer.remove(document);
  }

  /** Moves a document to the archive, if there is one and nothing changes it meanwhile. It comes back when it is asked for. */
  moveOut(document: string): Promise<boolean> {
    return this.#cold.moveOut(document);
  }

  /** Moves cold documents to the archive now, as is done now and then. Returns how many. */
  sweep(): Promise<number> {
    return this.#cold.sweep();
  }

  release(document: string): void {
    void this.#touch([document]);
    this.#watches.remove(document);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    void this.#touchAll();
    await this.#watches.close();
    await this.#cold.close();
  }

  /** Runs a script of a document, which is brought back for it if it is cold. */
  async #run(
    document: string,
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    for (let returns = 0; ; returns++) {
      const reply = await this.#store.run(script, keys, args);
      if (!isCold(reply)) return reply;
      if (returns === MAX_RETURNS) {
        throw new ServerError("ERR_STORE_FAILED", `${document} is moved out again and again`);
      }
      await this.#cold.bringBack(document, reply);
    }
  }

  /** Brings a document back if it is cold. False if it was not: then what was not found is not there. */
  async #isBroughtBack(document: string): Promise<boolean> {
    const cold = (await readState(this.#store, document)).slice(4);
    if (!isCold(cold)) return false;
    await this.#cold.bringBack(document, cold);
    return true;
  }

  /** Never rejects. */
  async #touchAll(): Promise<void> {
    const { documents } = this.#watches;
    const some: Promise<void>[] = [];
    for (let from = 0; from < documents.length; from += NOTED_AT_ONCE) {
      some.push(this.#touch(documents.slice(from, from + NOTED_AT_ONCE)));
    }
    await Promise.all(some);
  }

  /** Notes that documents are in use: those that were never written vanish by themselves. Never rejects. */
  #touch(documents: readonly string[]): Promise<void> {
    return this.#cold.touch(documents.filter((document) => this.#watches.isWritten(document)));
  }
}

/**
 * As bytes if it is long: all arguments of a command are put together at once, and copying bytes is the least
 * of that.
 */
function argumentOf(value: string): Argument {
  return value.length > SLICE_UNITS ? Buffer.from(value) : value;
}

/** Faults by turns with the number of the entry that has it. */
function badOf(bad: readonly (number | BadEntry["fault"])[], { entries }: CommitBatch): BadEntry[] {
  return entries.flatMap(({ session, seq }, index) => {
    const at = bad.indexOf(index);
    return at < 0 ? [] : [{ session, seq, fault: bad[at + 1] as BadEntry["fault"] }];
  });
}
