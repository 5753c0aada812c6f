import { type ReopenCode } from "@interline/protocol";
import type { Authority, Committed, Dropped } from "./authority.ts";
import { type Clock, elapsed } from "./clock.ts";
import type { CommitAnswer, CommitBatch, DocumentLog, Entry, Head } from "./log/document-log.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { worked } from "./slices.ts";

export interface CommitterOptions {
  readonly document: string;
  readonly authority: Authority;
  readonly log: DocumentLog;
  readonly clock: Clock;
  /** From 0 to 1, 1 never. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Entries are in the log, and in the authority, that were not before. */
  readonly onCommitted: (committed: readonly Committed[]) => void;
  readonly onDropped: (dropped: readonly Dropped[]) => void;
  /** The authority and the log have parted, or the log cannot be reached. Called once; nothing is committed after it. */
  readonly onLost: (code: ReopenCode) => void;
  /** Nothing waits any more. */
  readonly onRest: () => void;
}

/** Entries read from the log at a time. */
export const READ_ENTRIES = 1000;
/** About their weight: some MB of memory. */
export const READ_WEIGHT = 1_048_576;
/** Commits that fail one after another before the document gives up. */
const MAX_FAILURES = 6;
const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 1000;
/** Conflicts one after another before the document gives up. */
const MAX_CONFLICTS = 64;
/** After so many conflicts there are pauses: until then what was missing came with the answer, and the next attempt may well be first. */
const PROMPT_CONFLICTS = 8;
const FIRST_PAUSE_MS = 2;
const LAST_PAUSE_MS = 128;

/** Another server that has committed within so long may be about to do it again, in ms. */
const RECENT_MS = 1_000;
/** So many of them are waited for at most. */
const MAX_AWAITED = 16;
/** How much the newest commit counts for the usual time of one. */
const LATENCY_WEIGHT = 0.2;

/** How one attempt went: `behind`: others were first; `nothing`: nothing waits. */
type Outcome = "committed" | "rejected" | "behind" | "unanswered" | "diverged" | "nothing";

/** Carries batches from one authority to the log, one at a time, until nothing waits (rule S5). */
export class Committer {
  readonly #options: CommitterOptions;
  #attempt: Promise<unknown> | undefined;
  #run: Promise<void> | undefined;
  #isStopped = false;
  /** How long a commit usually takes, in ms. */
  #latencyMs = 0;
  /** When others last committed, and when each of them did, as far as is known who it was. */
  #othersAt = Number.NEGATIVE_INFINITY;
  readonly #others = new Map<string, number>();

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Commits what waits. Returns at once. */
  start(): void {
    if (this.#run === undefined && !this.#isStopped) this.#run = this.#runToEnd();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when the batch that is with the log now was answered. Never rejects. */
  async settleAttempt(): Promise<void> {
    await this.#attempt?.catch(() => undefined);
  }

  /** Resolves when nothing waits any more. Never rejects. */
  async drain(): Promise<void> {
    while (this.#run !== undefined) await this.#run;
  }

  /** Another server has committed a batch; undefined: it is not known which. */
  noteOthers(server?: string): void {
    this.#othersAt = elapsed(this.#options.clock);
    if (server !== undefined) this.#others.set(server, this.#othersAt);
  }

  /** Reads what the log has beyond the authority's head. Rejects if the log cannot be read. */
  async refresh(): Promise<void> {
    const { log, document, authority } = this.#options;
    const known = authority.head;
    const head = await log.readHead(document);
    if (head.version < known.version || (head.version === known.version && head.entryId !== known.entryId)) {
      return this.#lose("ERR_DIVERGED");
    }
    await this.readTo(head.version);
  }

  /** Reads entries up to a version that the log is known to have. Rejects if the log cannot be read. */
  async readTo(version: number): Promise<void> {
    const { authority, onCommitted } = this.#options;
    while (!this.#isStopped && authority.head.version < version) {
      const entries = await this.#following(authority.head);
      if (this.#isStopped) return;
      if (entries === undefined || entries.length === 0) return this.#lose("ERR_DIVERGED");
      onCommitted(authority.learn(entries));
    }
  }

  /** The next entries after a state; undefined if it is not a state of this log, or those entries are trimmed. */
  async #following({ version, entryId }: Head): Promise<readonly Entry[] | undefined> {
    const { log, document } = this.#options;
    const to = version + READ_ENTRIES;
    if (version > 0) {
      // With the entry of the state itself: a log that lost its end and grew again has another there.
      const [known, ...following] = (await log.readEntries(document, version - 1, to, READ_WEIGHT)) ?? [];
      if (known !== undefined && known.entryId !== entryId) return undefined;
      // None: there are none, or the known one is as heavy as a read may be.
      if (following.length > 0) return following;
    }
    return log.readEntries(document, version, to, READ_WEIGHT);
  }

  async #runToEnd(): Promise<void> {
    try {
      await this.#commitAll();
    } catch (error) {
      const { logger, document } = this.#options;
      logger.error({ event: "document-failed", document, error }, "a document failed; it is loaded again");
      this.#lose("ERR_STORE_UNAVAILABLE");
    }
    this.#run = undefined;
    // Something may have come after the last look at the queue.
    if (this.#options.authority.isQuiet) this.#options.onRest();
    else this.start();
  }

  async #commitAll(): Promise<void> {
    const { log } = this.#options;
    let failures = 0;
    let conflicts = 0;
    let attempts = 0;
    while (!this.#isStopped) {
      const politeMs = attempts === 0 ? this.#politeMs() : 0;
      if (politeMs > 0) {
        await this.#pause(politeMs);
        if (this.#isStopped) return;
      }
      if (log.turn !== undefined) {
        await log.turn();
        if (this.#isStopped) return;
      }
      attempts++;
      const attempt = this.#attemptNext(attempts);
      this.#attempt = attempt;
      const outcome = await attempt;
      this.#attempt = undefined;
      if (outcome === "nothing") return;
      failures = outcome === "unanswered" ? failures + 1 : 0;
      conflicts = outcome === "behind" ? conflicts + 1 : 0;
      if (failures === 0 && conflicts === 0) attempts = 0;
      if (failures > MAX_FAILURES || conflicts > MAX_CONFLICTS) {
        return this.#lose("ERR_STORE_UNAVAILABLE");
      }
      if (failures > 0) await this.#pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      if (conflicts > PROMPT_CONFLICTS) {
        // With full jitter: who collided must not collide again.
        const longest = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (conflicts - PROMPT_CONFLICTS));
        await this.#pause(Math.ceil(longest * this.#options.random()));
      }
    }
  }

  /** One attempt, the `nth` for this batch. A short one goes to the log in this turn of the event loop. */
  async #attemptNext(nth: number): Promise<Outcome> {
    const { authority, clock, onDropped } = this.#options;
    const steps = authority.nextBatchInSteps(clock.now());
    const first = steps.next();
    const { batch, dropped, isBehind } = first.done === true ? first.value : await worked(steps);
    if (this.#isStopped) return "diverged";
    onDropped(dropped);
    if (isBehind) return "behind";
    return batch === undefined ? "nothing" : this.#commit(batch, nth);
  }

  async #commit(batch: CommitBatch, nth: number): Promise<Outcome> {
    const { log, document, authority, clock, metrics, onCommitted, onDropped } = this.#options;
    const startedAt = elapsed(clock);
    let answer: CommitAnswer;
    let isLong = false;
    try {
      const committing = log.commit(document, batch);
      const steps = authority.textInSteps();
      if (steps.next().done !== true) {
        isLong = true;
        await Promise.all([committing, worked(steps)]);
      }
      answer = await committing;
    } catch (error) {
      if (this.#isStopped) return "diverged";
      this.#warn(error, "a commit got no answer");
      authority.abandon();
      try {
        await this.refresh();
      } catch (cause) {
        this.#warn(cause, "the head could not be read");
      }
      return "unanswered";
    }
    // What was committed when the log was found to be another may be lost with its end, and nobody puts back what was never told.
    if (this.#isStopped) return "diverged";
    if (answer.outcome === "diverged") {
      this.#lose("ERR_DIVERGED");
      return "diverged";
    }
    const latencyMs = elapsed(clock) - startedAt;
    // A long operation says nothing about how long the usual ones take.
    if (!isLong) this.#latencyMs += LATENCY_WEIGHT * (latencyMs - this.#latencyMs);
    if (answer.outcome === "committed") metrics.committed(batch.entries.length, latencyMs, nth);
    else if (answer.missing.length > 0) this.noteOthers();
    const { committed, dropped } = authority.settle(answer);
    onDropped(dropped);
    onCommitted(committed);
    if (answer.outcome === "committed") return "committed";
    return answer.missing.length > 0 ? "behind" : "rejected";
  }

  /**
   * How long to wait before a new batch where others commit as fast: they try again at once, and until they are through we would only be in
   * their way. What comes meanwhile goes with the batch. 0 where nobody else just committed.
   */
  #politeMs(): number {
    const { clock, random } = this.#options;
    const now = elapsed(clock);
    for (const [server, at] of this.#others) if (now - at > RECENT_MS) this.#others.delete(server);
    const turnMs =
      this.#latencyMs * (Math.min(Math.max(this.#others.size, 1), MAX_AWAITED) + 1 + random() / 2);
    return now - this.#othersAt <= 2 * (turnMs + this.#latencyMs) ? Math.ceil(turnMs) : 0;
  }

  #lose(code: ReopenCode): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#options.onLost(code);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, delayMs);
    });
  }

  #warn(error: unknown, message: string): void {
    const { logger, document } = this.#options;
    logger.warn({ event: "commit-failed", document, error }, message);
  }
}
