import { type Head, type LogNews, ServerError } from "@interline/server";
import { appendedOf, headAfter, isFrom, type Message, parseMessage } from "./news.ts";
import { isPresence } from "./presence-news.ts";
import type { RedisPresence } from "./redis-presence.ts";
import type { RedisStore } from "./redis-store.ts";
import { COMPARE } from "./scripts.ts";
import { readState } from "./state.ts";

type CompareReply = [
  version: string,
  entryId: string,
  length: string,
  logId: string,
  peopleEpoch: string,
  peopleNumber: string,
];

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
 * The documents that are open here: hears what other servers do to them, compares heads now and then with what was heard, and notices when the
 * log is another than before.
 */
export class Watches {
  readonly #store: RedisStore;
  readonly #presence: RedisPresence | undefined;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: ReturnType<typeof setInterval>;
  #comparison: Promise<void> | undefined;

  /** `presence` is told what it should hear. */
  constructor(store: RedisStore, compareMs: number, presence: RedisPresence | undefined) {
    this.#store = store;
    this.#presence = presence;
    this.#timer = setInterval(() => void this.#compare(), compareMs);
    this.#timer.unref();
    store.onBack(() => void this.#compare());
  }

  async add(document: string, listener: (news: LogNews) => void): Promise<void> {
    await this.#store.hear(this.#store.keys.channel(document), (message) => this.#hear(document, message));
    const [version, entryId, , logId] = await readState(this.#store, document);
    this.#watched.set(document, { listener, logId, head: { version: Number(version), entryId } });
  }

  remove(document: string): void {
    this.#watched.delete(document);
    this.#store.unhear(this.#store.keys.channel(document));
  }

  get documents(): readonly string[] {
    return [...this.#watched.keys()];
  }

  /** True if a document is open here, and was written. */
  isWritten(document: string): boolean {
    return (this.#watched.get(document)?.head.version ?? 0) > 0;
  }

  /** Which log a document is of; "" if it is not open here. */
  logIdOf(document: string): string {
    return this.#watched.get(document)?.logId ?? "";
  }

  /** Notes what this server has read or written: it is no news. */
  note(document: string, { version, entryId }: Pick<Head, "version" | "entryId">): void {
    const watched = this.#watched.get(document);
    if (watched !== undefined) watched.head = { version, entryId };
  }

  /** Ends a document that is of another log than the one that answers now. */
  confirm(document: string, logId: string): void {
    const watched = this.#watched.get(document);
    if (watched === undefined || watched.logId === logId) return;
    watched.listener({ type: "replaced" });
    throw new ServerError("ERR_STORE_FAILED", "the log is another than before");
  }

  /** Resolves when nothing is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const document of this.#watched.keys()) this.remove(document);
    await this.#comparison;
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
    const { documents } = this;
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
    const { keys } = this.#store;
    let reply: CompareReply;
    try {
      const names = [keys.head(document), keys.people(document)];
      reply = (await this.#store.run(COMPARE, names, [])) as CompareReply;
    } catch {
      // The next comparison comes.
      return;
    }
    if (this.#watched.get(document) !== watched) return;
    const [version, entryId, , logId, peopleEpoch, peopleNumber] = reply;
    if (logId !== watched.logId) return watched.listener({ type: "replaced" });
    this.#presence?.compare(document, peopleEpoch, Number(peopleNumber));
    // What came meanwhile was told.
    if (watched.head !== before || (Number(version) === before.version && entryId === before.entryId)) return;
    watched.listener({ type: "changed" });
  }
}
