import { DocumentHost } from "../src/document-host.ts";
import type { DocumentLog, Head, LogNews } from "../src/log/document-log.ts";
import { type Logger, silentLogger } from "../src/logger.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import type { PresenceListener, PresenceShare, SharedPeer, SharedPresence } from "../src/shared-presence.ts";
import { ManualClock, settle } from "./manual-clock.ts";

/** One document at several servers of one log. What they tell each other waits until a test passes it on, or loses it. */
export class Servers {
  readonly clock: ManualClock = new ManualClock();
  readonly hosts: readonly DocumentHost[];
  readonly #log = new MemoryLog();
  readonly #watching = new Map<number, (news: LogNews) => void>();
  readonly #present = new Map<number, PresenceListener>();
  /** Who is where, and for each server what it knows of the others. */
  readonly #here: readonly Map<string, SharedPeer>[];
  readonly #known: readonly Map<string, SharedPeer>[][];
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(count: number) {
    const all = Array.from({ length: count }, (_, index) => index);
    this.#here = all.map(() => new Map());
    this.#known = all.map(() => all.map(() => new Map()));
    this.hosts = all.map(
      (server) => new DocumentHost({ log: this.#logOf(server), clock: this.clock, logger: this.#logger }),
    );
  }

  /** Nothing may fail here. */
  readonly faults: unknown[] = [];
  readonly #logger: Logger = {
    ...silentLogger,
    warn: (fields) => void this.faults.push(fields),
    error: (fields) => void this.faults.push(fields),
  };

  /** The last state of the document. */
  head(): Promise<Head> {
    return this.#log.readHead("d");
  }

  /** Passes on what one server told another, in order; `twice`: as a message that comes again. False if there was nothing. */
  deliver(from: number, to: number, { twice = false } = {}): boolean {
    const message = this.#waiting.get(`${from} ${to}`)?.shift();
    message?.();
    if (twice) message?.();
    return message !== undefined;
  }

  /** Loses the next that one server told another. */
  lose(from: number, to: number): void {
    this.#waiting.get(`${from} ${to}`)?.shift();
  }

  /** Passes on everything, and lets everybody hear of it. */
  async flush(): Promise<void> {
    for (let isMore = true; isMore; ) {
      await this.clock.pass(100);
      isMore = false;
      for (const from of this.hosts.keys()) {
        for (const to of this.hosts.keys()) while (this.deliver(from, to)) isMore = true;
      }
    }
  }

  /** Finds what was lost, as servers do now and then. */
  async mend(): Promise<void> {
    for (const tell of this.#watching.values()) tell({ type: "changed" });
    await settle();
    for (const from of this.hosts.keys()) {
      for (const to of this.hosts.keys()) {
        if (from === to) continue;
        const known = this.#knownOf(to, from);
        const here = this.#here[from] ?? new Map<string, SharedPeer>();
        for (const session of known.keys()) if (!here.has(session)) this.#heardRemove(from, to, session);
        for (const peer of here.values()) this.#heardPut(from, to, peer);
        this.#tell(from, to, () => this.#recap(from, to));
      }
    }
    await this.flush();
  }

  #tell(from: number, to: number, message: () => void): void {
    const key = `${from} ${to}`;
    const queue = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, queue);
    queue.push(message);
  }

  #tellAll(from: number, message: (to: number) => void): void {
    for (const to of this.hosts.keys()) if (to !== from) this.#tell(from, to, () => message(to));
  }

  #logOf(server: number): DocumentLog {
    const log = this.#log;
    const isOf = log.commit.bind(log);
    return Object.assign(Object.create(log) as DocumentLog, {
      catalogue: log.catalogue,
      presence: this.#presenceOf(server),
      openSession: log.openSession.bind(log),
      readEntries: log.readEntries.bind(log),
      readHead: log.readHead.bind(log),
      loadCheckpoint: log.loadCheckpoint.bind(log),
      saveCheckpoint: log.saveCheckpoint.bind(log),
      trim: log.trim.bind(log),
      expireSessions: log.expireSessions.bind(log),
      settle: log.settle.bind(log),
      commit: async (...[document, batch]: Parameters<DocumentLog["commit"]>) => {
        const answer = await isOf(document, batch);
        if (answer.outcome !== "committed") return answer;
        const { expected: after, entries, time } = batch;
        const appended = entries.map(({ selection, entryId, session, seq, operation, author }, index) => {
          const version = after.version + index + 1;
          return { entry: { version, entryId, session, seq, operation, author, time }, selection };
        });
        this.#tellAll(server, (to) => this.#watching.get(to)?.({ type: "appended", after, appended }));
        return answer;
      },
      watch: async (_: string, listener: (news: LogNews) => void) =>
        void this.#watching.set(server, listener),
      release: () => void this.#watching.delete(server),
    });
  }

  #presenceOf(server: number): SharedPresence {
    const here = this.#here[server] ?? new Map<string, SharedPeer>();
    const join = async (_: string, listener: PresenceListener): Promise<PresenceShare> => {
      this.#present.set(server, listener);
      for (const from of this.hosts.keys()) {
        if (from === server) continue;
        this.#knownOf(server, from).clear();
        for (const peer of this.#here[from]?.values() ?? []) this.#heardPut(from, server, peer);
        this.#tell(server, from, () => this.#recap(from, server));
      }
      return {
        put: (peer) => {
          here.set(peer.session, peer);
          this.#tellAll(server, (to) => this.#heardPut(server, to, peer));
        },
        remove: (session) => {
          if (!here.delete(session)) return;
          this.#tellAll(server, (to) => this.#heardRemove(server, to, session));
        },
        tell: (news) => this.#tellAll(server, (to) => this.#present.get(to)?.hear(news)),
        close: async () => {
          this.#present.delete(server);
          for (const session of here.keys()) {
            this.#tellAll(server, (to) => this.#heardRemove(server, to, session));
          }
          here.clear();
        },
      };
    };
    return { join };
  }

  #recap(from: number, to: number): void {
    const news = this.#present.get(from)?.recap();
    if (news !== undefined) this.#tell(from, to, () => this.#present.get(to)?.hear(news));
  }

  #heardPut(from: number, to: number, peer: SharedPeer): void {
    this.#knownOf(to, from).set(peer.session, peer);
    this.#present.get(to)?.put(peer);
  }

  #heardRemove(from: number, to: number, session: string): void {
    this.#knownOf(to, from).delete(session);
    const elsewhere = this.#known[to]?.find((known) => known.has(session))?.get(session);
    if (elsewhere === undefined) this.#present.get(to)?.remove(session);
    else this.#present.get(to)?.put(elsewhere);
  }

  #knownOf(server: number, from: number): Map<string, SharedPeer> {
    return this.#known[server]?.[from] ?? new Map<string, SharedPeer>();
  }
}
