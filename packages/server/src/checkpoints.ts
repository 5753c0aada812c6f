import type { Authority, Committed } from "./authority.ts";
import type { Clock } from "./clock.ts";
import { slicedCheckpoint } from "./log/checkpoint-bytes.ts";
import { weightOf } from "./log/weight.ts";
import type { ServerLimits } from "./limits.ts";
import type { DocumentLog } from "./log/document-log.ts";
import type { Logger } from "./logger.ts";
import { slicesOf } from "./slices.ts";

export interface CheckpointsOptions {
  readonly document: string;
  readonly authority: Authority;
  readonly log: DocumentLog;
  readonly clock: Clock;
  readonly limits: Pick<ServerLimits, "maxHistoryEntries" | "maxSessions" | "sessionIdleMs">;
  /** Sessions that have the document open now. */
  readonly openSessions: () => ReadonlySet<string>;
  readonly logger: Logger;
  /** Weight of operations between two checkpoints of a short text, see `weightOf`. */
  readonly interval: number;
}

/**
 * Saves the text of one document now and then, so that loading it need not read its whole history, and lets go what is kept no
 * longer: entries before the checkpoint (rule S9), and sessions.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  /** Version of the newest checkpoint. */
  #version: number;
  #weight = 0;
  #saving: Promise<void> | undefined;

  constructor(options: CheckpointsOptions, version: number) {
    this.#options = options;
    this.#version = version;
  }

  /** Counts what was committed; saves when it is enough. */
  count(committed: readonly Committed[]): void {
    for (const { entry } of committed) this.#weight += weightOf(entry.operation);
    // In proportion to the text: what is written for checkpoints stays a few times what was typed.
    const { interval, authority } = this.#options;
    if (this.#weight >= Math.max(interval, authority.text.points / 4)) void this.save();
  }

  /** Saves the head. Resolves when it, or a save that was under way, is done. Never rejects. */
  async save(): Promise<void> {
    if (this.#saving === undefined && this.#options.authority.head.version > this.#version) {
      this.#saving = this.#save();
    }
    await this.#saving;
  }

  async #save(): Promise<void> {
    const { document, authority, log, logger, limits } = this.#options;
    const { version, entryId } = authority.head;
    const { text } = authority;
    // Taken one by one, when the log wants them.
    const slices = { [Symbol.iterator]: () => slicesOf(text) };
    this.#weight = 0;
    try {
      await log.saveCheckpoint(document, slicedCheckpoint(version, entryId, slices));
      this.#version = version;
      if (version > limits.maxHistoryEntries) await log.trim(document, version - limits.maxHistoryEntries);
      await this.#expireSessions();
    } catch (error) {
      logger.warn({ event: "checkpoint-failed", document, error }, "a checkpoint could not be saved");
    }
    this.#saving = undefined;
  }

  #expireSessions(): Promise<void> {
    const { document, log, clock, limits, openSessions } = this.#options;
    const { maxSessions, sessionIdleMs: idleMs } = limits;
    return log.expireSessions(document, { time: clock.now(), idleMs, maxSessions, open: openSessions() });
  }
}
