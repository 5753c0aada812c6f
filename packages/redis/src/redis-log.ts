import {
  type BadEntry,
  type Catalogue,
  type Checkpoint,
  type CommitAnswer,
  type CommitBatch,
  type DocumentLog,
  type Entry,
  type Head,
  type LogNews,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  ServerError,
  ServerErrorCode,
  type SessionRetention,
  type SharedPresence,
} from "@interline/server";
import {
  decideExpiry,
  decodeCheckpoint,
  decodeEntry,
  encodeCheckpoint,
  encodeEntry,
} from "@interline/server/log";
import { appendedOf, caretsOf, headAfter, isFrom, type Message, parseMessage } from "./news.ts";
import type { RedisNodes } from "./nodes.ts";
import { isPresence } from "./presence-news.ts";
import { RedisCatalogue } from "./redis-catalogue.ts";
import { RedisPresence } from "./redis-presence.ts";
import type { RedisStore } from "./redis-store.ts";
import { rowOf, type RowText } from "./rows.ts";
import { COMMIT, FORGET_SESSIONS, OPEN_SESSION, SAVE_CHECKPOINT, SETTLE, STATE, TRIM } from "./scripts.ts";

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
}

type StateReply = [
  version: string,
  entryId: string,
  length: string,
  logId: string,
  peopleEpoch?: string,
  peopleNumber?: string,
];
type OpenReply = [isFateKnown: number, row: RowText, ...state: StateReply];
type CommitReply =
  | ["committed"]
  | ["diverged"]
  | ["rejected", bad: (number | BadEntry["fault"])[], missing: string[]];

/** A document that somebody here has open. */
interface Watched {
  readonly listener: (news: LogNews) => void;
  /** Of the log that everything known here is of. */
  readonly logId: string;
  /** The last state that the listener was told of, or has asked for. */
  head: Pick<Head, "version" | "entryId">;
}

/** Heads that are compared at once. */
const COMPARED_AT_ONCE = 256;

/**
 * The log for many servers: a Redis 7 or later, alone, with sentinels or as a cluster. `openSession` and `commit` are one script each; the
 * fences are kept in Redis, so that a session has one writer on whatever server.
 *
 * How durable a commit is, is a matter of the Redis: see docs/OPERATIONS.md. Whatever it loses is noticed: every watched document
 * remembers which log it is of, and ends when that is another.
 * @public
 */
export class RedisLog implements DocumentLog {
  readonly catalogue: Catalogue;
  readonly presence: SharedPresence | undefined;
  readonly #presence: RedisPresence | undefined;
  readonly #store: RedisStore;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #graceMs: number;
  #comparison: Promise<void> | undefined;

  constructor({ store, nodes, compareMs = 5_000, graceMs = compareMs + 1_000 }: RedisLogOptions) {
    this.#store = store;
    this.#presence = nodes && new RedisPresence(store, nodes);
    this.presence = this.#presence;
    this.#graceMs = graceMs;
    this.catalogue = new RedisCatalogue(store);
    this.#timer = setInterval(() => void this.#compare(), compareMs);
    this.#timer.unref();
    store.onBack(() => void this.#compare());
  }

  async openSession(document: string, request: OpenSessionRequest): Promise<OpenSessionAnswer> {
    const { session, fence, version, lastSeq, inFlight, settled, time } = request;
    const { keys } = this.#store;
    const [isFateKnown, row, ...state] = (await this.#store.run(
      OPEN_SESSION,
      [keys.head(document), keys.sessions(document)],
      [session, fence, version, lastSeq, inFlight ? 1 : 0, settled, time, this.#graceMs],
    )) as OpenReply;
    if (isFateKnown < 0) {
      const message = `the log lost its end: ${document} can be opened in ${row} ms, when it is put back`;
      throw new ServerError(ServerErrorCode.StoreFailed, message);
    }
    this.#confirm(document, state);
    await this.#store.replicated();
    return { isFateKnown: isFateKnown === 1, row: rowOf(row), head: headOf(state) };
  }

  async commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    const { keys, node } = this.#store;
    const { expected, entries, time, isRestored = false } = batch;
    const watched = this.#watched.get(document);
    const args: (string | number)[] = [
      expected.version,
      expected.entryId,
      watched?.logId ?? "",
      node,
      time,
      caretsOf(entries),
      isRestored ? 1 : 0,
    ];
    for (const [index, entry] of entries.entries()) {
      const { entryId, session, seq, fence, settled, length } = entry;
      const version = expected.version + index + 1;
      args.push(entryId, session, seq, fence, settled, length, encodeEntry({ ...entry, version, time }));
    }
    const reply = (await this.#store.run(
      COMMIT,
      [keys.head(document), keys.sessions(document), keys.log(document), keys.channel(document)],
      args,
    )) as CommitReply;
    switch (reply[0]) {
      case "diverged":
        return { outcome: "diverged" };
      case "committed": {
        await this.#store.replicated();
        const { version, entryId } = headAfter(expected, entries);
        if (watched !== undefined) watched.head = { version, entryId };
        return { outcome: "committed", head: { version, entryId, length: entries.at(-1)?.length ?? 0 } };
      }
      case "rejected": {
        const [, bad, values] = reply;
        const missing = values.map((value, index) => decodeEntry(expected.version + index + 1, value));
        return { outcome: "rejected", missing, bad: badOf(bad, batch) };
      }
    }
  }

  async readEntries(document: string, after: number, to: number): Promise<readonly Entry[] | undefined> {
    if (to <= after) return [];
    const key = this.#store.keys.log(document);
    const found = await this.#store.command((client) => client.xrange(key, `${after + 1}-0`, `${to}-0`));
    const entries = found.map(([id, fields]) => decodeEntry(versionOf(id), fields[3] ?? ""));
    const first = entries[0]?.version;
    if (first !== undefined) return first === after + 1 ? entries : undefined;
    const [version] = await this.#state(document);
    return after < Math.min(to, Number(version)) ? undefined : entries;
  }

  async readHead(document: string): Promise<Head> {
    const state = await this.#state(document);
    this.#confirm(document, state);
    await this.#store.replicated();
    const head = headOf(state);
    const watched = this.#watched.get(document);
    if (watched !== undefined) watched.head = head;
    return head;
  }

  async loadCheckpoint(document: string): Promise<Checkpoint | undefined> {
    const key = this.#store.keys.checkpoint(document);
    const value = await this.#store.command((client) => client.get(key));
    return value === null ? undefined : decodeCheckpoint(value);
  }

  async saveCheckpoint(document: string, checkpoint: Checkpoint): Promise<void> {
    const { keys } = this.#store;
    const { version, entryId } = checkpoint;
    const args = [version, entryId, encodeCheckpoint(checkpoint)];
    const names = [keys.head(document), keys.checkpoint(document), keys.log(document)];
    await this.#store.run(SAVE_CHECKPOINT, names, args);
    await this.#store.replicated();
  }

  async trim(document: string, upTo: number): Promise<void> {
    const { keys } = this.#store;
    await this.#store.run(TRIM, [keys.head(document), keys.log(document)], [upTo]);
  }

  async expireSessions(document: string, retention: SessionRetention): Promise<void> {
    const { keys } = this.#store;
    const rows = await this.#store.command((client) => client.hgetall(keys.sessions(document)));
    const known = Object.entries(rows).map(([session, row]) => [session, rowOf(row)] as const);
    const { expired } = decideExpiry(known, 0, retention);
    if (expired.length === 0) return;
    // Whoever was opened again meanwhile, here or elsewhere, has another row by then.
    const args = expired.flatMap((session) => [session, rows[session] ?? ""]);
    await this.#store.run(FORGET_SESSIONS, [keys.head(document), keys.sessions(document)], args);
  }

  async settle(document: string, session: string, settled: number): Promise<void> {
    await this.#store.run(SETTLE, [this.#store.keys.sessions(document)], [session, settled]);
  }

  async watch(document: string, listener: (news: LogNews) => void): Promise<void> {
    await this.#store.subscribe(document, (message) => this.#hear(document, message));
    const [version, entryId, , logId] = await this.#state(document);
    this.#watched.set(document, { listener, logId, head: { version: Number(version), entryId } });
  }

  release(document: string): void {
    this.#watched.delete(document);
    this.#store.unsubscribe(document);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const document of this.#watched.keys()) this.release(document);
    await this.#comparison;
  }

  async #state(document: string): Promise<StateReply> {
    const { keys } = this.#store;
    return (await this.#store.run(STATE, [keys.head(document), keys.people(document)], [])) as StateReply;
  }

  /** Ends a document that is of another log than the one that answers now. */
  #confirm(document: string, [, , , logId]: StateReply): void {
    const watched = this.#watched.get(document);
    if (watched === undefined || watched.logId === logId) return;
    watched.listener({ type: "replaced" });
    throw new ServerError(ServerErrorCode.StoreFailed, "the log is another than before");
  }

  #hear(document: string, text: string): void {
    if (isPresence(text)) return this.#presence?.hear(document, text);
    const watched = this.#watched.get(document);
    if (watched === undefined || isFrom(this.#store.node, text)) return;
    const message: Message = parseMessage(text);
    if (message[0] === "r") return watched.listener({ type: "record" });
    // A kind that only later versions know.
    if (message[0] !== "e") return;
    const [, from, version, entryId] = message;
    const appended = appendedOf(message);
    if (appended === undefined) return watched.listener({ type: "changed" });
    const entries = appended.map(({ entry }) => entry);
    if (version + entries.length > watched.head.version) watched.head = headAfter({ version }, entries);
    watched.listener({ type: "appended", from, after: { version, entryId }, appended });
  }

  /** Compares all heads with what was told: the last message that is lost shows no gap (rule S7). Never rejects. */
  #compare(): Promise<void> {
    this.#comparison ??= this.#compareAll().finally(() => {
      this.#comparison = undefined;
    });
    return this.#comparison;
  }

  async #compareAll(): Promise<void> {
    this.#presence?.retry();
    const documents = [...this.#watched.keys()];
    for (let from = 0; from < documents.length; from += COMPARED_AT_ONCE) {
      if (!this.#store.isReady) return;
      await Promise.all(
        documents.slice(from, from + COMPARED_AT_ONCE).map((document) => this.#compareOne(document)),
      );
    }
  }

  async #compareOne(document: string): Promise<void> {
    const watched = this.#watched.get(document);
    if (watched === undefined) return;
    const before = watched.head;
    let state: StateReply;
    try {
      state = await this.#state(document);
    } catch {
      // The next comparison comes.
      return;
    }
    if (this.#watched.get(document) !== watched) return;
    const [version, entryId, , logId, peopleEpoch = "", peopleNumber] = state;
    if (logId !== watched.logId) return watched.listener({ type: "replaced" });
    this.#presence?.compare(document, peopleEpoch, Number(peopleNumber));
    // What came meanwhile was told.
    if (watched.head !== before || (Number(version) === before.version && entryId === before.entryId)) return;
    watched.listener({ type: "changed" });
  }
}

function headOf([version, entryId, length]: StateReply): Head {
  return { version: Number(version), entryId, length: Number(length) };
}

/** The version of an id of the stream. */
function versionOf(id: string): number {
  return Number(id.slice(0, id.indexOf("-")));
}

/** Faults by turns with the number of the entry that has it. */
function badOf(bad: readonly (number | BadEntry["fault"])[], { entries }: CommitBatch): BadEntry[] {
  return entries.flatMap(({ session, seq }, index) => {
    const at = bad.indexOf(index);
    return at < 0 ? [] : [{ session, seq, fault: bad[at + 1] as BadEntry["fault"] }];
  });
}
