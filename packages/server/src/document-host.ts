import type { OpenMessage } from "@interline/protocol";
import { type Clock, systemClock } from "./clock.ts";
import type { HistoryBounds } from "./history-window.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./limits.ts";
import { type ChannelOwner, LiveDocument } from "./live-document.ts";
import type { DocumentLog } from "./log/document-log.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { randomToken } from "./random-token.ts";

/** @public */
export interface DocumentHostOptions {
  /** Stays open when the host closes. */
  readonly log: DocumentLog;
  /** Default: `DEFAULT_SERVER_LIMITS`. */
  readonly limits?: ServerLimits | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /** Makes a token that never repeats. Default: 132 random bits. */
  readonly newToken?: (() => string) | undefined;
  /** History kept in memory per document. Default: `DEFAULT_HISTORY_BOUNDS`. */
  readonly history?: HistoryBounds | undefined;
  /** A document that nobody has open leaves the memory after so long, in ms. Default 10,000. */
  readonly idleMs?: number | undefined;
  /**
   * A checkpoint is saved when operations of this weight (about bytes) came since the last, or of a quarter of the text's length if
   * that is more. Default 65,536.
   */
  readonly checkpointWeight?: number | undefined;
}

/**
 * Where a document stands:
 * - `loading`: being read from the log; opens wait for it;
 * - `live`: in memory; `timer` runs while nobody has it open;
 * - `unloading`: nobody has it open, its checkpoint is being saved; opens wait and then load it anew.
 */
type Slot =
  | { readonly state: "loading"; readonly done: Promise<unknown> }
  | { readonly state: "live"; readonly document: LiveDocument; timer: unknown }
  | { readonly state: "unloading"; readonly done: Promise<unknown> };

/** All documents that somebody has open, each loaded at the first open and unloaded some time after the last close. */
export class DocumentHost {
  readonly #options: DocumentHostOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #slots = new Map<string, Slot>();

  constructor(options: DocumentHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
  }

  /**
   * Opens a channel to a document. The owner is told how it went. Rejects if the log cannot be read.
   */
  async open(message: OpenMessage, owner: ChannelOwner): Promise<void> {
    for (;;) {
      const slot = this.#slots.get(message.document);
      if (slot === undefined) {
        await this.#load(message.document);
        continue;
      }
      if (slot.state !== "live") {
        await slot.done;
        continue;
      }
      // From this look to the call there is no turn of the event loop in which it could be unloaded.
      this.#clock.clearTimeout(slot.timer);
      slot.timer = undefined;
      return slot.document.open(message, owner);
    }
  }

  /** Resolves when everything that was submitted until now is committed and told. */
  async drain(): Promise<void> {
    const documents = [...this.#slots.values()].flatMap((slot) =>
      slot.state === "live" ? [slot.document.drain()] : [],
    );
    await Promise.all(documents);
  }

  /** Saves all documents. Every channel must be closed before. */
  async close(): Promise<void> {
    for (const [name, slot] of this.#slots) if (slot.state === "live") this.#unload(name, slot);
    await Promise.all(
      [...this.#slots.values()].flatMap((slot) => (slot.state === "live" ? [] : [slot.done])),
    );
  }

  async #load(name: string): Promise<void> {
    const { log, limits, history, newToken, checkpointWeight } = this.#options;
    const loading = LiveDocument.load({
      document: name,
      log,
      clock: this.#clock,
      logger: this.#logger,
      newToken: newToken ?? randomToken,
      limits: limits ?? DEFAULT_SERVER_LIMITS,
      history,
      checkpointWeight: checkpointWeight ?? 65_536,
      onIdle: () => this.#handleIdle(name),
      onEnded: () => this.#handleEnded(name),
    });
    const done = loading.then(
      (document) => this.#slots.set(name, { state: "live", document, timer: undefined }),
      () => this.#slots.delete(name),
    );
    this.#slots.set(name, { state: "loading", done });
    await loading;
    await done;
  }

  #handleIdle(name: string): void {
    const slot = this.#slots.get(name);
    if (slot?.state !== "live" || slot.timer !== undefined) return;
    slot.timer = this.#clock.setTimeout(() => {
      slot.timer = undefined;
      if (this.#slots.get(name) === slot && slot.document.isIdle) this.#unload(name, slot);
    }, this.#options.idleMs ?? 10_000);
  }

  #unload(name: string, slot: Extract<Slot, { state: "live" }>): void {
    this.#clock.clearTimeout(slot.timer);
    const unload = async (): Promise<void> => {
      await slot.document.unload();
      this.#slots.delete(name);
      this.#options.log.release(name);
    };
    this.#slots.set(name, { state: "unloading", done: unload() });
  }

  #handleEnded(name: string): void {
    const slot = this.#slots.get(name);
    if (slot?.state !== "live") return;
    this.#clock.clearTimeout(slot.timer);
    this.#slots.delete(name);
    this.#options.log.release(name);
  }
}
