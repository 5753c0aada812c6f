import type { Cluster, Redis } from "ioredis";
import { TOUCH } from "./scripts.ts";

export interface ReplicationOptions {
  /** A connection that nothing else goes over: what comes behind a `WAIT` waits too. */
  readonly client: Redis | Cluster;
  readonly minReplicas: number;
  /** Replicas that have not got it by then fail it, in ms. */
  readonly waitMs: number;
}

/**
 * Tells when enough replicas have what was seen at a master. Whoever saw something there saw it before a write that comes now, and
 * replicas take writes in order: so one write and one `WAIT` after it answer for everything that was seen before on that master, by
 * whomever it was written and over whatever connection. Masters are told apart by the id of their log, so that the promoted replica of a lost one
 * does not answer for what it never got.
 */
export class Replication {
  readonly #options: ReplicationOptions;
  /** By log: the round that is under way, and the one that comes after it, which can still be joined. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  constructor(options: ReplicationOptions) {
    this.#options = options;
  }

  /**
   * Resolves when everything that was in the log `logId` at the time of the call is with enough replicas.
   * @param touchKey a key that may be written, of the part of the log that was seen.
   */
  confirm(touchKey: string, logId: string): Promise<void> {
    const joined = this.#next.get(logId);
    if (joined !== undefined) return joined;
    const next = this.#runNext(touchKey, logId);
    this.#next.set(logId, next);
    return next;
  }

  async #runNext(touchKey: string, logId: string): Promise<void> {
    // At least one turn: what is asked for at the same time goes together.
    await this.#running.get(logId)?.catch(() => {});
    this.#next.delete(logId);
    const running = this.#run(touchKey, logId);
    this.#running.set(logId, running);
    try {
      await running;
    } finally {
      if (this.#running.get(logId) === running) this.#running.delete(logId);
    }
  }

  async #run(touchKey: string, logId: string): Promise<void> {
    const { client, minReplicas } = this.#options;
    let replies = await this.#touchAndWait(touchKey);
    if (replies?.[0]?.[0]) {
      // Not there any more, it may be: alone, the write is followed to where it went, and the two of them then go there.
      await client.eval(TOUCH.lua, 1, touchKey);
      replies = await this.#touchAndWait(touchKey);
    }
    const [[touchError, foundId] = [], [waitError, reached] = []] = replies ?? [];
    const error = touchError ?? waitError;
    if (error) throw error;
    if (foundId !== logId) throw new Error("the log is another than before");
    if (Number(reached) < minReplicas)
      throw new Error(`${String(reached)} of ${minReplicas} replicas have it`);
  }

  #touchAndWait(touchKey: string): Promise<[error: Error | null, reply: unknown][] | null> {
    const { client, minReplicas, waitMs } = this.#options;
    // Together, so that they go over one connection.
    return client.pipeline().eval(TOUCH.lua, 1, touchKey).wait(minReplicas, waitMs).exec();
  }
}
