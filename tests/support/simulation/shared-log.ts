import { type DocumentLog, type LogNews, MemoryLog } from "@interline/server";
import type { SeededRandom } from "../seeded-random.ts";
import { type LogFaults, unreliableLog } from "./unreliable-log.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface SharedLogFaults extends LogFaults {
  /** Share of the news that never come. */
  readonly newsLoss: number;
}

interface Watcher {
  readonly program: { readonly isDead: boolean };
  readonly document: string;
  readonly listener: (news: LogNews) => void;
  /** Of the log that everything the program knows of the document is of. */
  readonly logId: number;
  head: { readonly version: number; readonly entryId: string };
}

/** How often heads are compared, in ms. */
const COMPARE_MS = 5_000;
/** How long nobody can open a document after the log went back in time, in ms: by then everybody has noticed. */
const GRACE_MS = 6_000;

/** A log that several programs write, as one in Redis: it tells the others what was committed, mostly, and may lose its end. */
export class SharedLog {
  #log = new MemoryLog();
  /** Everything that ever changed it, to make it again up to an earlier moment. */
  #changes: { readonly at: number; readonly make: (log: DocumentLog) => Promise<unknown> }[] = [];
  #logId = 1;
  #openFrom = 0;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #faults: SharedLogFaults;
  readonly #watchers = new Map<string, Watcher>();
  /** News that were sent to somebody. */
  messages = 0;

  constructor(clock: VirtualClock, random: SeededRandom, faults: SharedLogFaults) {
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
  }

  /** What is in it. */
  get log(): DocumentLog {
    return this.#log;
  }

  /** A replica takes its place that lacks the last changes: at most so many, and none that is older than so long, in ms. */
  async failOver(lost: number, maxAgeMs: number): Promise<void> {
    const old = this.#changes.filter(({ at }) => at < this.#clock.now() - maxAgeMs).length;
    this.#changes = this.#changes.slice(0, Math.max(old, this.#changes.length - lost));
    const replica = new MemoryLog();
    for (const { make } of this.#changes) await make(replica);
    this.#log = replica;
    this.#logId++;
    this.#openFrom = this.#clock.now() + GRACE_MS;
  }

  /** A program's access to it. */
  accessOf(name: string, program: { readonly isDead: boolean }): DocumentLog {
    const watcherOf = (document: string): Watcher | undefined => this.#watchers.get(`${name} ${document}`);
    const confirm = (document: string): void => {
      const watcher = watcherOf(document);
      if (watcher === undefined || watcher.logId === this.#logId) return;
      watcher.listener({ type: "replaced" });
      throw new Error("the log is another than before");
    };
    const change = <Answer>(work: (log: DocumentLog) => Promise<Answer>): Promise<Answer> => {
      this.#changes.push({ at: this.#clock.now(), make: work });
      return work(this.#log);
    };
    const direct: DocumentLog = {
      openSession: async (document, request) => {
        confirm(document);
        if (this.#clock.now() < this.#openFrom) throw new Error("the log lost its end");
        return change((log) => log.openSession(document, request));
      },
      commit: async (document, batch) => {
        const watcher = watcherOf(document);
        if (watcher !== undefined && watcher.logId !== this.#logId && batch.isRestored !== true) {
          return { outcome: "diverged" };
        }
        const answer = await change((log) => log.commit(document, batch));
        if (answer.outcome === "committed") {
          if (watcher !== undefined) watcher.head = answer.head;
          await this.#tell(name, document, batch.expected);
        }
        return answer;
      },
      readEntries: (document, after, to) => this.#log.readEntries(document, after, to),
      readHead: async (document) => {
        confirm(document);
        const head = await this.#log.readHead(document);
        const watcher = watcherOf(document);
        if (watcher !== undefined) watcher.head = head;
        return head;
      },
      loadCheckpoint: (document) => this.#log.loadCheckpoint(document),
      saveCheckpoint: (document, checkpoint) => change((log) => log.saveCheckpoint(document, checkpoint)),
      trim: (document, upTo) => change((log) => log.trim(document, upTo)),
      expireSessions: (document, retention) => change((log) => log.expireSessions(document, retention)),
      settle: (document, session, settled) => change((log) => log.settle(document, session, settled)),
      release: () => {},
      close: () => Promise.resolve(),
    };
    const access = unreliableLog(direct, this.#clock, this.#random, this.#faults, program);
    return {
      ...access,
      watch: async (document, listener) => {
        const { version, entryId } = await access.readHead(document);
        const watcher: Watcher = {
          program,
          document,
          listener,
          logId: this.#logId,
          head: { version, entryId },
        };
        this.#watchers.set(`${name} ${document}`, watcher);
        this.#compareLater(`${name} ${document}`, watcher);
      },
      release: (document) => void this.#watchers.delete(`${name} ${document}`),
    };
  }

  /** Tells the others what was committed after a state, each a while later. */
  async #tell(
    from: string,
    document: string,
    after: { readonly version: number; readonly entryId: string },
  ): Promise<void> {
    const head = await this.#log.readHead(document);
    const entries = (await this.#log.readEntries(document, after.version, head.version)) ?? [];
    const appended = entries.map((entry) => ({ entry, selection: undefined }));
    for (const [key, watcher] of this.#watchers) {
      if (watcher.document !== document || key.startsWith(`${from} `)) continue;
      this.messages++;
      if (this.#random.chance(this.#faults.newsLoss)) continue;
      this.#clock.setTimeout(
        () => {
          if (watcher.program.isDead || this.#watchers.get(key) !== watcher) return;
          if (head.version > watcher.head.version) watcher.head = head;
          watcher.listener({ type: "appended", from, after, appended });
        },
        this.#random.int(this.#faults.maxDelayMs + 1),
      );
    }
  }

  #compareLater(key: string, watcher: Watcher): void {
    this.#clock.setTimeout(() => {
      if (watcher.program.isDead || this.#watchers.get(key) !== watcher) return;
      void this.#compare(watcher).then(() => this.#compareLater(key, watcher));
    }, COMPARE_MS);
  }

  async #compare(watcher: Watcher): Promise<void> {
    if (watcher.logId !== this.#logId) return watcher.listener({ type: "replaced" });
    const { version, entryId } = await this.#log.readHead(watcher.document);
    if (version !== watcher.head.version || entryId !== watcher.head.entryId)
      watcher.listener({ type: "changed" });
  }
}
