import type { Authority, Committed } from "./authority.ts";
import type { Clock } from "./clock.ts";
import type { Committer } from "./committer.ts";
import type { Appended, DocumentLog, Head, LogNews } from "./log/document-log.ts";
import type { Logger } from "./logger.ts";
import { restoreLost } from "./restore.ts";

/** Until a head that could not be read is asked for again, in ms. */
const REFRESH_PAUSE_MS = 500;
/** Attempts to put back what a log has lost, for about ten minutes, and the shortest and longest pause between two, in ms. */
const MAX_RESTORES = 300;
const FIRST_RESTORE_PAUSE_MS = 100;
const LAST_RESTORE_PAUSE_MS = 2_000;

export interface LogFollowerOptions {
  readonly document: string;
  readonly authority: Authority;
  readonly committer: Committer;
  readonly log: DocumentLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newEntryId: () => string;
  /** Entries of others are in the authority that were not before. */
  readonly onCommitted: (committed: readonly Committed[]) => void;
  readonly onRecord: () => void;
  /** The log is another, and what it lost was put back as far as it can be: everybody opens again. */
  readonly onReplaced: (code: "ERR_DIVERGED") => void;
}

/** Keeps one document at the head of a log that other servers write too (rules S7, S8). */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  /** How often the head was asked for since it was last read; over 0: it is being read. */
  #refreshes = 0;
  #refreshing: Promise<void> | undefined;
  #isStopped = false;
  #recovery: Promise<void> | undefined;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
  }

  /** True once the log was found to be another: nothing that was read of it can be told any more. */
  get isRecovering(): boolean {
    return this.#recovery !== undefined;
  }

  stop(): void {
    this.#isStopped = true;
  }

  hear(news: LogNews): void {
    if (this.#isOver) return;
    switch (news.type) {
      case "appended":
        this.#options.committer.noteOthers(news.from);
        return this.#learn(news.after, news.appended);
      case "changed":
        return void this.#refresh();
      case "record":
        return this.#options.onRecord();
      case "replaced":
        return void this.recover();
    }
  }

  /**
   * The log is not the one that it was: what it has lost and is known here goes back into it, then everybody opens again, since fences may be
   * lost too. Never rejects.
   */
  recover(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#recovery ??= this.#recover();
    return this.#recovery;
  }

  /**
   * Resolves when the log surely has what is known here: asks until it answers, and puts back what it has lost. Also resolves once it was
   * told to stop. Never rejects.
   */
  async confirm(): Promise<void> {
    await this.#refresh();
    await this.#recovery;
  }

  async #recover(): Promise<void> {
    const { document, authority, committer, log, clock, logger, newEntryId, onReplaced } = this.#options;
    committer.stop();
    const { history, head, text } = authority;
    // What is read from now on is of the log as it is.
    log.release(document);
    const known = { document, log, history, head, text, newEntryId, now: () => clock.now() };
    for (let attempt = 1; attempt <= MAX_RESTORES && !this.#isStopped; attempt++) {
      try {
        const entries = await restoreLost(known);
        logger.warn({ event: "log-replaced", document, entries }, "the log lost its end; it was put back");
        break;
      } catch (error) {
        const event = { event: "log-replaced", document, attempt, error };
        logger.error(event, "the log lost its end, and cannot be mended now");
        await this.#pause(Math.min(LAST_RESTORE_PAUSE_MS, FIRST_RESTORE_PAUSE_MS * 2 ** (attempt - 1)));
      }
    }
    onReplaced("ERR_DIVERGED");
  }

  /** Takes what others appended where it follows what is here; otherwise the log is read. */
  #learn(after: Pick<Head, "version" | "entryId">, appended: readonly Appended[]): void {
    const { authority, onCommitted } = this.#options;
    const { version, entryId } = authority.head;
    if (after.version + appended.length <= version) return;
    if (after.version !== version || after.entryId !== entryId) return void this.#refresh();
    const entries = appended.map(({ entry }) => entry);
    const selections = appended.map(({ selection }) => selection);
    onCommitted(authority.learn(entries, selections));
  }

  /**
   * Brings the document to the head of the log. Asked for while it is under way, it is done once more; if the log cannot be read, again
   * after a while. Resolves when it is done. Never rejects.
   */
  #refresh(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#refreshes++;
    this.#refreshing ??= this.#refreshAll();
    return this.#refreshing;
  }

  async #refreshAll(): Promise<void> {
    while (this.#refreshes > 0 && !this.#isOver) {
      this.#refreshes = 1;
      try {
        await this.#options.committer.refresh();
        this.#refreshes--;
      } catch (error) {
        if (this.#isOver) break;
        const { document, logger } = this.#options;
        logger.warn({ event: "document-fault", document, error }, "the head could not be read");
        await this.#pause(REFRESH_PAUSE_MS);
      }
    }
    this.#refreshes = 0;
    this.#refreshing = undefined;
  }

  /** True if nothing more is read of the log as it was. */
  get #isOver(): boolean {
    return this.#isStopped || this.isRecovering;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, delayMs);
    });
  }
}
