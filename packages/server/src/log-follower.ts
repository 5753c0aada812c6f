import { ProtocolErrorCode } from "@interline/protocol";
import type { Authority, Committed } from "./authority.ts";
import type { Clock } from "./clock.ts";
import type { Committer } from "./committer.ts";
import type { Appended, DocumentLog, Head, LogNews } from "./log/document-log.ts";
import type { Logger } from "./logger.ts";
import { restoreLost } from "./restore.ts";

/** Until a head that could not be read is asked for again, in ms. */
const REFRESH_PAUSE_MS = 500;
/** Attempts to put back what a log has lost, and the pause after the first, in ms. */
const MAX_RESTORES = 6;
const RESTORE_PAUSE_MS = 50;

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
  readonly onReplaced: (code: typeof ProtocolErrorCode.Diverged) => void;
}

/** Keeps one document at the head of a log that other servers write too (rules S7, S8). */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  /** How often the head was asked for since it was last read; over 0: it is being read. */
  #refreshes = 0;
  #isStopped = false;
  #isRecovering = false;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
  }

  /** True once the log was found to be another: nothing that was read of it can be told any more. */
  get isRecovering(): boolean {
    return this.#isRecovering;
  }

  stop(): void {
    this.#isStopped = true;
  }

  hear(news: LogNews): void {
    if (this.#isStopped) return;
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
  async recover(): Promise<void> {
    if (this.#isRecovering || this.#isStopped) return;
    this.#isRecovering = true;
    const { document, authority, committer, log, clock, logger, newEntryId, onReplaced } = this.#options;
    committer.stop();
    const { history, head, text } = authority;
    // What is read from now on is of the log as it is.
    log.release(document);
    const known = { document, log, history, head, text, newEntryId, now: () => clock.now() };
    for (let attempt = 1; attempt <= MAX_RESTORES; attempt++) {
      try {
        const entries = await restoreLost(known);
        logger.warn({ event: "log-replaced", document, entries }, "the log lost its end; it was put back");
        break;
      } catch (error) {
        const event = { event: "log-replaced", document, attempt, error };
        logger.error(event, "the log lost its end, and cannot be mended now");
        await this.#pause(RESTORE_PAUSE_MS * 2 ** attempt);
      }
    }
    onReplaced(ProtocolErrorCode.Diverged);
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
   * after a while. Never rejects.
   */
  async #refresh(): Promise<void> {
    this.#refreshes++;
    if (this.#refreshes > 1) return;
    while (this.#refreshes > 0 && !this.#isStopped) {
      this.#refreshes = 1;
      try {
        await this.#options.committer.refresh();
        this.#refreshes--;
      } catch (error) {
        const { document, logger } = this.#options;
        logger.warn({ event: "document-fault", document, error }, "the head could not be read");
        await this.#pause(REFRESH_PAUSE_MS);
      }
    }
    this.#refreshes = 0;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, delayMs);
    });
  }
}
