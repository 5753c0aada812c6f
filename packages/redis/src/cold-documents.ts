import { setTimeout as delay } from "node:timers/promises";
import {
  type ArchivableLog,
  type DocumentExport,
  type Logger,
  randomToken,
  ServerError,
  silentLogger,
} from "@interline/server";
import { EXPORT, RENOUNCE, UNUSE } from "./cold-scripts.ts";
import type { RedisStore } from "./redis-store.ts";
import { readState } from "./state.ts";
import { type ExportReply, Transfer } from "./transfer.ts";

/** Where documents go that nobody has had open for long, so that Redis has only what is used in memory. @public */
export interface ArchiveOptions {
  /** Keeps them. It is this server's alone, or the same for several. Stays open when the log closes. */
  readonly log: ArchivableLog;
  /** What servers call it that have it: letters, digits, `-`. Servers that do not have it ask one that has. */
  readonly name: string;
  /** A document that was not opened for so long is cold, in ms. Default 86,400,000: a day. */
  readonly coldAfterMs?: number | undefined;
  /**
   * How long copies are kept that are not needed any more, in ms: whoever loses what was written to Redis last, or puts a backup of it
   * back, must find them. Default 3,600,000.
   */
  readonly keepMs?: number | undefined;
  /** How often cold documents are looked for, in ms, by one of the servers that have the archive. Default 60,000. */
  readonly sweepMs?: number | undefined;
  /** Documents that are moved at one look, at most. Default 200. */
  readonly maxMoved?: number | undefined;
  /** Over this share of Redis' `maxmemory` the longest unused go, cold or not. Default 0.75. */
  readonly fullShare?: number | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /**
   * In ms since 1970; durations are measured with it too. Default: the machine's, and for durations one that
   * never jumps.
   */
  readonly now?: (() => number) | undefined;
}

/** What scripts answer for a document that is cold. */
export type ColdReply = readonly ["cold", copy: string, archive: string];

export function isCold(reply: unknown): reply is ColdReply {
  return Array.isArray(reply) && reply[0] === "cold";
}

/** A server that is asked for a document has so long, in ms. */
const ASK_MS = 10_000;
/** It is asked again so often, and looked for so often, in ms. */
const ASK_AGAIN_MS = 500;
const LOOK_MS = 25;
/** A document that was open so lately is never moved, however full Redis is, in ms. */
const LATELY_MS = 60_000;

/**
 * Moves documents out of Redis that are cold, and back when somebody asks for them. At every moment Redis says where a document is, and one script
 * changes it; so whoever dies in the middle, on either side, leaves at most a copy that nobody needs.
 *
 * Out: the copy is durable in the archive, under a name that was never used; then a script removes the document, if nothing of it has changed
 * since it was copied, and leaves its head with the name of the copy. Back: all of it is put together beside its place; then a script puts it there,
 * if the head still has that name. Copies that may not be needed are noted before anything else, and removed a long time later, if no head has
 * their name: until then a Redis that lost its last writes still finds them.
 */
export class ColdDocuments {
  readonly transfer: Transfer;
  readonly #store: RedisStore;
  readonly #archive: ArchiveOptions | undefined;
  readonly #logger: Logger;
  readonly #now: () => number;
  /** For durations: it never jumps. */
  readonly #elapsed: () => number;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #sweeping: Promise<unknown> | undefined;
  #isServing = false;
  #isClosed = false;

  constructor(store: RedisStore, archive: ArchiveOptions | undefined) {
    this.#store = store;
    this.#archive = archive;
    this.transfer = new Transfer(store);
    this.#logger = archive?.logger ?? silentLogger;
    this.#now = archive?.now ?? Date.now;
    this.#elapsed = archive?.now ?? (() => performance.now());
    if (archive === undefined) return;
    this.#timer = setInterval(() => void this.#sweepInTurn(), archive.sweepMs ?? 60_000);
    this.#timer.unref();
    void this.#serve();
  }

  /** Notes that documents are in use. Never rejects: at worst one is moved out, and back. */
  async touch(documents: readonly string[]): Promise<void> {
    if (documents.length === 0 || this.#isClosed) return;
    const now = this.#now();
    const members = documents.flatMap((document) => [now, document]);
    await this.#store.command((client) => client.zadd(this.#store.keys.used, ...members)).catch(() => {});
  }

  /** Moves a document out, whoever used it when. False if it was changed meanwhile, or is cold already. */
  async moveOut(document: string): Promise<boolean> {
    if (this.#archive === undefined) return false;
    const { log, name } = this.#archive;
    const copies = this.#store.keys.copies(name);
    const reply = await this.#store.run(EXPORT, this.transfer.keysOf(document), []);
    if (isCold(reply)) return false;
    const exportReply = reply as ExportReply;
    const { transfer } = this;
    // Not brought back, should somebody be faster.
    const exported = await transfer.exported(document, exportReply, (...range) =>
      transfer.readEntries(...range),
    );
    const [mark] = exportReply;
    // Nothing of it is to be kept: rows without entries need not be durable.
    if (exported.head.version === 0) return this.transfer.moveOut(document, mark, "", name);
    const copy = `${document}~${randomToken()}`;
    await this.#store.command((client) => client.zadd(copies, this.#now(), copy));
    if ((await this.#isCopied(exported, copy)) && (await transfer.moveOut(document, mark, copy, name))) {
      return true;
    }
    // Nobody else knows its name.
    await log.removeDocument(copy);
    await this.#store.command((client) => client.zrem(copies, copy));
    return false;
  }

  /** Brings a document back that a script said is cold. When it resolves, ask again. */
  async bringBack(document: string, [, copy, archive]: ColdReply): Promise<void> {
    let underWay = this.#underWay.get(copy);
    if (underWay === undefined) {
      const isOurs = archive === this.#archive?.name;
      const started = isOurs ? this.#fetch(document, copy) : this.#ask(document, copy, archive);
      underWay = started.finally(() => this.#underWay.delete(copy));
      this.#underWay.set(copy, underWay);
    }
    await underWay;
  }

  /**
   * Moves out what is cold, the longest unused first, and removes copies that nobody needs.
   * @returns how many documents were moved.
   */
  async sweep(): Promise<number> {
    if (this.#archive === undefined) return 0;
    const { maxMoved = 200, coldAfterMs = 86_400_000 } = this.#archive;
    const { used } = this.#store.keys;
    const after = (await this.#isFull()) ? Math.min(LATELY_MS, coldAfterMs) : coldAfterMs;
    const found = await this.#store.command((client) =>
      client.zrange(used, "-inf", `${this.#now() - after}`, "BYSCORE", "LIMIT", 0, maxMoved, "WITHSCORES"),
    );
    let moved = 0;
    for (let at = 0; at < found.length && !this.#isClosed; at += 2) {
      const [document = "", score = ""] = found.slice(at, at + 2);
      try {
        if (await this.moveOut(document)) moved++;
        await this.#store.run(UNUSE, [used], [document, score]);
      } catch (error) {
        this.#logger.warn({ event: "move-failed", document, error }, "a cold document could not be moved");
      }
    }
    await this.#removeCopies();
    return moved;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    if (this.#archive !== undefined) this.#store.unhear(this.#store.keys.asked(this.#archive.name));
    await this.#sweeping;
    await Promise.allSettled(this.#underWay.values());
  }

  /** False if the document was trimmed or moved while it was copied. */
  async #isCopied(exported: DocumentExport, copy: string): Promise<boolean> {
    const { log } = this.#archive as ArchiveOptions;
    try {
      await log.importDocument(copy, exported);
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.code === "ERR_HISTORY_TRIMMED") return false;
      throw error;
    } finally {
      log.release(copy);
    }
  }

  /** Out of this server's own archive. */
  async #fetch(document: string, copy: string): Promise<void> {
    const { log, name } = this.#archive as ArchiveOptions;
    await this.touch([document]);
    // Before it is not needed any more.
    await this.#store.command((client) => client.zadd(this.#store.keys.copies(name), this.#now(), copy));
    const exported = await log.exportDocument(copy);
    try {
      if (exported.head.version > 0) return void (await this.transfer.place(document, exported, copy));
    } finally {
      log.release(copy);
    }
    // Unless somebody else was faster, and the copy was removed since.
    if (isCold((await readState(this.#store, document)).slice(4))) {
      throw new ServerError("ERR_STORE_CORRUPT", `the archive ${name} has lost ${document}`);
    }
  }

  /** Has a server do it that has the archive. */
  async #ask(document: string, copy: string, archive: string): Promise<void> {
    const channel = this.#store.keys.asked(archive);
    const until = this.#elapsed() + ASK_MS;
    for (let waited = 0; this.#elapsed() < until && !this.#isClosed; waited += LOOK_MS) {
      if (waited % ASK_AGAIN_MS === 0) {
        await this.#store.command((client) => client.spublish(channel, document));
      }
      await delay(LOOK_MS);
      if ((await readState(this.#store, document))[5] !== copy) return;
    }
    const message = `${document} is in the archive ${archive}, and no server that has it answers`;
    throw new ServerError("ERR_STORE_FAILED", message);
  }

  /** Answers servers that have not got this one's archive. Never rejects: it is tried again. */
  async #serve(): Promise<void> {
    if (this.#isServing) return;
    const { name } = this.#archive as ArchiveOptions;
    try {
      await this.#store.hear(this.#store.keys.asked(name), (document) => void this.#serveOne(document));
      this.#isServing = true;
    } catch (error) {
      this.#logger.warn({ event: "archive-unheard", error }, "other servers cannot ask for documents");
    }
  }

  /** Never rejects. */
  async #serveOne(document: string): Promise<void> {
    try {
      const cold = (await readState(this.#store, document)).slice(4);
      if (isCold(cold) && cold[2] === this.#archive?.name) await this.bringBack(document, cold);
    } catch (error) {
      this.#logger.warn({ event: "move-failed", document, error }, "a document could not be brought back");
    }
  }

  /** Never rejects. */
  async #sweepInTurn(): Promise<void> {
    const { name, sweepMs = 60_000 } = this.#archive as ArchiveOptions;
    await this.#serve();
    try {
      const turn = this.#store.keys.sweep(name);
      const heldMs = Math.floor(sweepMs * 0.9);
      const isMine = await this.#store.command((client) =>
        client.set(turn, this.#store.node, "PX", heldMs, "NX"),
      );
      if (isMine === null || this.#sweeping !== undefined) return;
      this.#sweeping = this.sweep();
      const moved = await this.#sweeping;
      if (Number(moved) > 0)
        this.#logger.info({ event: "moved-out", moved }, "cold documents were moved out");
    } catch (error) {
      this.#logger.warn({ event: "sweep-failed", error }, "cold documents could not be looked for");
    }
    this.#sweeping = undefined;
  }

  async #removeCopies(): Promise<void> {
    const { log, name, keepMs = 3_600_000, maxMoved = 200 } = this.#archive as ArchiveOptions;
    const copies = this.#store.keys.copies(name);
    const old = await this.#store.command((client) =>
      client.zrange(copies, "-inf", `${this.#now() - keepMs}`, "BYSCORE", "LIMIT", 0, maxMoved),
    );
    for (const copy of old) {
      const head = this.#store.keys.head(copy.slice(0, copy.lastIndexOf("~")));
      const isNeeded = (await this.#store.run(RENOUNCE, [head], [copy])) === 1;
      if (!isNeeded) await log.removeDocument(copy);
      log.release(copy);
      await this.#store.command((client) => client.zrem(copies, copy));
    }
  }

  /** True if a Redis has little memory left. */
  async #isFull(): Promise<boolean> {
    const { fullShare = 0.75 } = this.#archive as ArchiveOptions;
    const infos = await this.#store.infos();
    return infos.some((info) => {
      const max = Number(/maxmemory:(\d+)/.exec(info)?.[1]);
      return max > 0 && Number(/used_memory:(\d+)/.exec(info)?.[1]) > max * fullShare;
    });
  }
}
