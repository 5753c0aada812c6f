import { type ClientMessageOf, type ReopenCode } from "@interline/protocol";
import type { Catalogue, DocumentRecord } from "./catalogue/catalogue.ts";
import { MemoryCatalogue } from "./catalogue/memory-catalogue.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ServerError } from "./errors.ts";
import type { HistoryBounds } from "./history-window.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./limits.ts";
import { type ChannelOwner, LiveDocument } from "./live-document.ts";
import type { DocumentLog, Entry } from "./log/document-log.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { type Metrics, silentMetrics } from "./metrics.ts";
import { randomToken } from "./random-token.ts";
import type { SharedPresence } from "./shared-presence.ts";

/** @public */
export interface DocumentHostOptions {
  /** Stays open when the host closes. */
  readonly log: DocumentLog;
  /** Default: `DEFAULT_SERVER_LIMITS`. */
  readonly limits?: ServerLimits | undefined;
  /** Default: that of the log, or else one in memory. */
  readonly catalogue?: Catalogue | undefined;
  /** Through which the servers of the log tell each other who is here. Default: that of the log, or else this server is the only one. */
  readonly presence?: SharedPresence | undefined;
  /** True: who writes a document first is noted as its owner. Only where it is known who somebody is. Default false. */
  readonly hasOwners?: boolean | undefined;
  /** Another server may have changed what is decided about a document that is in memory. */
  readonly onRules?: ((document: string) => void) | undefined;
  /** Default: silent. */
  readonly metrics?: Metrics | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /** Makes a token that never repeats. Default: 132 random bits. */
  readonly newToken?: (() => string) | undefined;
  /** From 0 to 1, 1 never: spreads what would collide. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
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
 * - `live`: in memory; `timer` runs while nobody has it open; so many `uses` are under way that no channel is open for;
 * - `unloading`: nobody has it open; the log is asked whether it has everything, and its checkpoint is saved;
 *   opens wait, then load it again.
 */
type Slot =
  | { readonly state: "loading"; readonly done: Promise<unknown> }
  | LiveSlot
  | { readonly state: "unloading"; readonly done: Promise<unknown> };

interface LiveSlot {
  readonly state: "live";
  readonly document: LiveDocument;
  timer: unknown;
  uses: number;
}

/** How long a document that leaves the memory waits for the log to confirm that it has everything, in ms. */
const CONFIRM_MS = 5_000;

/** All documents that somebody has open, each loaded at the first open and unloaded some time after the last close. */
export class DocumentHost {
  readonly #options: DocumentHostOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly catalogue: Catalogue;
  readonly #slots = new Map<string, Slot>();
  /**
   * Documents that are being made with their first text: no record is made for them but by whoever makes
   * them.
   */
  readonly #making = new Set<string>();

  constructor(options: DocumentHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.catalogue = options.catalogue ?? options.log.catalogue ?? new MemoryCatalogue();
  }

  /**
   * Opens a channel to a document. The owner is told how it went. Rejects if the log cannot be read, or with
   * `ERR_DOCUMENT_DELETED`.
   */
  open(message: ClientMessageOf<"open">, owner: ChannelOwner): Promise<void> {
    return this.use(message.document, (document) => document.open(message, owner));
  }

  /** Does something with a document that is in memory, and stays so meanwhile. Rejects as `open` does, or as `work`. */
  async use<Result>(name: string, work: (document: LiveDocument) => Promise<Result>): Promise<Result> {
    for (;;) {
      const slot = this.#slots.get(name);
      if (slot === undefined) {
        await this.#load(name);
        continue;
      }
      if (slot.state !== "live") {
        await slot.done;
        continue;
      }
      // From this look to the count there is no turn of the event loop in which it could be unloaded.
      this.#clock.clearTimeout(slot.timer);
      slot.timer = undefined;
      slot.uses++;
      try {
        return await work(slot.document);
      } finally {
        slot.uses--;
        if (slot.document.isIdle) this.#handleIdle(name);
      }
    }
  }

  /** An id for what this server writes by itself. */
  newSession(): string {
    return (this.#options.newToken ?? randomToken)();
  }

  /** The documents that are in memory. */
  *live(): Iterable<LiveDocument> {
    for (const slot of this.#slots.values()) if (slot.state === "live") yield slot.document;
  }

  /** Ends every channel of a document that is in memory. */
  end(name: string, code: ReopenCode): void {
    const slot = this.#slots.get(name);
    if (slot?.state === "live") slot.document.endAll(code);
  }

  /** The record of a document; made if it has entries but none. */
  async recordOf(name: string): Promise<DocumentRecord | undefined> {
    const record = await this.catalogue.get(name);
    if (record !== undefined) return record;
    const { log } = this.#options;
    if (this.#making.has(name) || (await log.readHead(name)).version === 0) return undefined;
    const [first] = (await log.readEntries(name, 0, 1)) ?? [];
    await this.#enter(name, first);
    return this.catalogue.get(name);
  }

  /**
   * Makes a document. With `write`, which writes its first text and says whether it could, the record is made
   * when that text is durable: until then there is no such document, and a crash before leaves none. False,
   * and nothing changes, if there is one already.
   */
  async make(record: DocumentRecord, write?: () => Promise<boolean>): Promise<boolean> {
    const { id, title, owner } = record;
    if (this.#making.has(id)) return false;
    if (write === undefined) return this.catalogue.create(record);
    this.#making.add(id);
    try {
      if (await write()) return (await this.catalogue.create(record)) || (await this.#name(id, title, owner));
    } finally {
      this.#making.delete(id);
    }
    // Others wrote in it before: they have a document.
    await this.recordOf(id);
    return false;
  }

  /**
   * Gives a title to a document that another server found in the log before its record was made. False if it
   * is somebody else's.
   */
  async #name(id: string, title: string, owner: string): Promise<boolean> {
    const found = await this.catalogue.get(id);
    if (found?.title !== "" || (found.owner !== "" && found.owner !== owner)) return false;
    await this.catalogue.change(id, { title });
    return true;
  }

  async #enter(name: string, first: Entry | undefined): Promise<void> {
    const owner = this.#options.hasOwners === true ? (first?.author ?? "") : "";
    const createdAt = first?.time ?? this.#clock.now();
    await this.catalogue.create({ id: name, title: "", owner, createdAt, deletedAt: undefined });
  }

  #handleFirstEntry(name: string, first: Entry): void {
    if (this.#making.has(name)) return;
    this.#enter(name, first).catch((error: unknown) => {
      // It is made when somebody asks for it.
      this.#logger.warn({ event: "record-failed", document: name, error }, "a record could not be made");
    });
  }

  /** Another server changed the record: a document that was deleted there ends here too. Never rejects. */
  async #handleRecord(name: string): Promise<void> {
    this.#options.onRules?.(name);
    try {
      const record = await this.catalogue.get(name);
      if (record?.deletedAt !== undefined) this.end(name, "ERR_DOCUMENT_DELETED");
    } catch (error) {
      this.#logger.warn({ event: "record-failed", document: name, error }, "a record could not be read");
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
    for (const [name, slot] of this.#slots)
      if (slot.state === "live") this.#unload(name, slot, { isClosing: true });
    await Promise.all(
      [...this.#slots.values()].flatMap((slot) => (slot.state === "live" ? [] : [slot.done])),
    );
  }

  async #load(name: string): Promise<void> {
    const loading = this.#read(name);
    const done = loading.then(
      (document) => this.#slots.set(name, { state: "live", document, timer: undefined, uses: 0 }),
      () => {
        this.#slots.delete(name);
        this.#options.log.release(name);
      },
    );
    this.#slots.set(name, { state: "loading", done });
    await loading;
    await done;
  }

  async #read(name: string): Promise<LiveDocument> {
    const { log, limits, history, newToken, random, checkpointWeight, metrics } = this.#options;
    const record = await this.catalogue.get(name);
    if (record?.deletedAt !== undefined) {
      throw new ServerError("ERR_DOCUMENT_DELETED", `the document ${name} was deleted`);
    }
    return LiveDocument.load({
      document: name,
      log,
      presence: this.#options.presence ?? log.presence,
      metrics: metrics ?? silentMetrics,
      onFirstEntry: (entry) => this.#handleFirstEntry(name, entry),
      onRecord: () => void this.#handleRecord(name),
      clock: this.#clock,
      logger: this.#logger,
      newToken: newToken ?? randomToken,
      random: random ?? Math.random,
      limits: limits ?? DEFAULT_SERVER_LIMITS,
      history,
      checkpointWeight: checkpointWeight ?? 65_536,
      onIdle: () => this.#handleIdle(name),
      onEnded: () => this.#handleEnded(name),
    });
  }

  #handleIdle(name: string): void {
    const slot = this.#slots.get(name);
    if (slot?.state !== "live" || slot.timer !== undefined) return;
    slot.timer = this.#clock.setTimeout(() => {
      slot.timer = undefined;
      if (this.#slots.get(name) === slot && slot.document.isIdle && slot.uses === 0)
        this.#unload(name, slot, { isClosing: false });
    }, this.#options.idleMs ?? 10_000);
  }

  /** `isClosing`: the program ends. Otherwise a document that may know what the log has lost stays in memory. */
  #unload(name: string, slot: LiveSlot, { isClosing }: { isClosing: boolean }): void {
    this.#clock.clearTimeout(slot.timer);
    slot.timer = undefined;
    const { document } = slot;
    const unload = async (): Promise<void> => {
      // After this nobody may be left who could put it back.
      const isSure = await this.#within(CONFIRM_MS, document.confirm());
      if (!isSure && !isClosing && !document.isEnded) {
        this.#slots.set(name, slot);
        return this.#handleIdle(name);
      }
      await document.unload();
      this.#slots.delete(name);
      this.#options.log.release(name);
    };
    this.#slots.set(name, { state: "unloading", done: unload() });
  }

  /** True if it was done within so long, in ms. */
  async #within(limitMs: number, work: Promise<void>): Promise<boolean> {
    let timer: unknown;
    const late = new Promise<false>((resolve) => {
      timer = this.#clock.setTimeout(() => resolve(false), limitMs);
    });
    const isDone = await Promise.race([work.then(() => true), late]);
    this.#clock.clearTimeout(timer);
    return isDone;
  }

  #handleEnded(name: string): void {
    const slot = this.#slots.get(name);
    if (slot?.state !== "live") return;
    this.#clock.clearTimeout(slot.timer);
    this.#slots.delete(name);
    this.#options.log.release(name);
  }
}
