import { type Logger, randomToken, ServerError, ServerErrorCode, silentLogger } from "@interline/server";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { type Login, parseAddress, type RedisAddress, withoutPassword } from "./address.ts";
import { Keys } from "./keys.ts";
import type { Script } from "./scripts.ts";

/** @public */
export interface RedisStoreOptions {
  /**
   * `redis://host:port`, `redis+cluster://host:port,host:port` or `redis+sentinel://host:port,host:port/master`; `rediss` for TLS;
   * `user:password@` before the hosts.
   */
  readonly address: string;
  /** What the names of all keys begin with, so that several programs can share a Redis. Default `interline:`. */
  readonly prefix?: string | undefined;
  /**
   * What is not answered in time counts as failed, in ms, though Redis may do it later: that is safe. Default 2,000.
   */
  readonly commandTimeoutMs?: number | undefined;
  /**
   * Replicas that must have a commit before it is acknowledged (`WAIT`). Default 0: the master alone. Not for a cluster.
   */
  readonly minReplicas?: number | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

const FIRST_RECONNECT_MS = 50;
/** How everything in Redis is written. Another number: servers of the two cannot share a Redis. */
const FORMAT = "1";

/** Longest wait before the next try to connect, in ms. */
const MAX_RECONNECT_MS = 2_000;
/** Channels that are subscribed to with one command. */
const SUBSCRIBED_AT_ONCE = 512;
/** Replicas get so much of the time that a command has. */
const WAIT_SHARE = 0.8;

/** Connections to one Redis, one for commands and one for news, for everything that lives in it. */
export class RedisStore {
  readonly keys: Keys;
  /** Names this process among those that share the Redis. Random. */
  readonly node: string = randomToken().slice(0, 11);
  readonly #client: Redis | Cluster;
  readonly #subscriber: Redis | Cluster;
  readonly #options: RedisStoreOptions;
  readonly #logger: Logger;
  readonly #commandTimeoutMs: number;
  readonly #listeners = new Map<string, (message: string) => void>();
  readonly #onBack = new Set<() => void>();
  readonly #pulse: ReturnType<typeof setInterval>;
  #isClosed = false;

  private constructor(address: RedisAddress, options: RedisStoreOptions) {
    this.keys = new Keys(options.prefix ?? "interline:");
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#commandTimeoutMs = options.commandTimeoutMs ?? 2_000;
    this.#client = clientOf(address, this.#commandTimeoutMs);
    // A cluster's client has connections of its own for news.
    this.#subscriber = address.kind === "cluster" ? this.#client : clientOf(address, this.#commandTimeoutMs);
    for (const client of new Set([this.#client, this.#subscriber])) {
      client.on("error", (error: unknown) => this.#logger.warn({ event: "redis-fault", error }, "Redis"));
      for (const event of ["ready", "+node", "subscribersReady"])
        client.on(event, () => void this.#handleBack());
    }
    this.#subscriber.on("smessage", (channel: string, message: string) => {
      this.#listeners.get(channel)?.(message);
    });
    // Who only listens does not notice that the other end is gone.
    const ping = (): void => void this.#ask(this.#subscriber, (client) => client.ping()).catch(() => {});
    this.#pulse = setInterval(ping, this.#commandTimeoutMs);
    this.#pulse.unref();
  }

  /**
   * Connects. Later losses of the connection mend themselves.
   * @throws ServerError `ERR_STORE_FAILED` if nobody answers there, or it is too old.
   */
  static async connect(options: RedisStoreOptions): Promise<RedisStore> {
    const store = new RedisStore(parseAddress(options.address), options);
    try {
      await Promise.all([...new Set([store.#client, store.#subscriber])].map((client) => client.connect()));
      await store.#check();
    } catch (error) {
      await store.close();
      const where = withoutPassword(options.address);
      throw new ServerError(ServerErrorCode.StoreFailed, `no Redis can be used at ${where}`, {
        cause: error,
      });
    }
    return store;
  }

  /** True while commands can be sent and news heard. */
  get isReady(): boolean {
    return this.#client.status === "ready" && this.#subscriber.status === "ready";
  }

  /** Runs a script, once. Rejects if it was not answered in time: it may have run, or may yet. */
  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.command((client) => client.evalsha(script.sha, keys.length, ...keys, ...args));
    } catch (error) {
      const { cause } = error as Error;
      // It was not run.
      if (!(cause instanceof Error) || !cause.message.startsWith("NOSCRIPT")) throw error;
    }
    return this.command((client) => client.eval(script.lua, keys.length, ...keys, ...args));
  }

  /** Runs plain commands. Rejects with `ERR_STORE_FAILED`. */
  command<Reply>(run: (client: Redis | Cluster) => Promise<Reply>): Promise<Reply> {
    return this.#ask(this.#client, run);
  }

  /** A connection that does not answer in time is made anew: half of it may be dead, and nobody would tell. */
  async #ask<Reply>(
    client: Redis | Cluster,
    run: (client: Redis | Cluster) => Promise<Reply>,
  ): Promise<Reply> {
    try {
      return await run(client);
    } catch (error) {
      if (isTimeout(error) && client.status === "ready" && !this.#isClosed) {
        this.#logger.warn({ event: "redis-silent" }, "Redis does not answer: connecting anew");
        client.disconnect(true);
      }
      throw new ServerError(ServerErrorCode.StoreFailed, "Redis did not do it", { cause: error });
    }
  }

  /** Resolves when as many replicas as asked for have everything that was written over this connection before. */
  async replicated(): Promise<void> {
    const { minReplicas = 0 } = this.#options;
    if (minReplicas === 0) return;
    const waitMs = Math.floor(this.#commandTimeoutMs * WAIT_SHARE);
    const reached = await this.command((client) => client.wait(minReplicas, waitMs));
    if (reached >= minReplicas) return;
    const message = `${reached} of ${minReplicas} replicas have it`;
    throw new ServerError(ServerErrorCode.StoreFailed, message);
  }

  /** Hears what is published about a document. When it resolves, nothing is missed but what the connection loses. */
  async subscribe(document: string, listener: (message: string) => void): Promise<void> {
    const channel = this.keys.channel(document);
    this.#listeners.set(channel, listener);
    await this.#ask(this.#subscriber, (client) => client.ssubscribe(channel));
  }

  unsubscribe(document: string): void {
    const channel = this.keys.channel(document);
    if (!this.#listeners.delete(channel) || this.#isClosed) return;
    this.#subscriber.sunsubscribe(channel).catch(() => {});
  }

  /** Calls back whenever a connection was made anew: messages may have been lost. */
  onBack(listener: () => void): void {
    this.#onBack.add(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pulse);
    for (const client of new Set([this.#client, this.#subscriber])) {
      // Nothing is under way that is waited for; a connection that hangs must not hold this up.
      client.disconnect();
    }
  }

  /** Hears again of what it heard before, then tells that something may have been missed. Never rejects. */
  async #handleBack(): Promise<void> {
    const channels = [...this.#listeners.keys()];
    // A cluster's client subscribes by itself. So would another, but a subscription that fails would then be nobody's.
    if (this.#subscriber instanceof Redis && this.#subscriber.status === "ready") {
      try {
        for (let from = 0; from < channels.length; from += SUBSCRIBED_AT_ONCE) {
          const some = channels.slice(from, from + SUBSCRIBED_AT_ONCE);
          await this.#ask(this.#subscriber, (client) => client.ssubscribe(...some));
        }
      } catch {
        // The connection is lost again, or made anew.
        return;
      }
    }
    for (const listener of this.#onBack) listener();
  }

  /** Redis 7 or later, written as this version writes; and one that throws away what nobody used for long would throw away documents. */
  async #check(): Promise<void> {
    const info = await this.#client.info();
    const version = /redis_version:(\d+)/.exec(info)?.[1];
    if (Number(version) < 7) throw new Error(`Redis 7 or later is needed, this is ${version}`);
    await this.#client.set(this.keys.format, FORMAT, "NX");
    const format = await this.#client.get(this.keys.format);
    if (format !== FORMAT) {
      throw new Error(
        `what is there was written by another version of the program (format ${format}, this one has ${FORMAT})`,
      );
    }
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
    if (policy !== undefined && policy !== "noeviction") {
      this.#logger.error(
        { event: "redis-policy", policy },
        "this Redis throws documents away when its memory is full: set maxmemory-policy to noeviction",
      );
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === "Command timed out";
}

/** Commands are never kept for later nor sent again: whoever asked decides anew (rule S8). */
function clientOf(address: RedisAddress, commandTimeout: number): Redis | Cluster {
  const common = {
    lazyConnect: true,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    commandTimeout,
    connectTimeout: commandTimeout,
  } satisfies RedisOptions;
  const alone = {
    ...common,
    enableOfflineQueue: false,
    retryStrategy: (times: number) => Math.round(Math.random() * reconnectMs(times)),
  } satisfies RedisOptions;
  switch (address.kind) {
    case "single":
      return new Redis(address.url, alone);
    case "sentinel":
      return new Redis({
        ...alone,
        ...loginOf(address.login),
        sentinels: [...address.sentinels],
        name: address.name,
      });
    case "cluster":
      return new Cluster([...address.nodes], {
        lazyConnect: true,
        enableOfflineQueue: false,
        retryDelayOnFailover: 0,
        shardedSubscribers: true,
        slotsRefreshInterval: 1_000,
        clusterRetryStrategy: reconnectMs,
        redisOptions: { ...common, ...loginOf(address.login) },
      });
  }
}

/** The longest wait before the so-manieth try to connect, in ms. */
function reconnectMs(times: number): number {
  return Math.min(MAX_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** Math.min(times, 10));
}

function loginOf({ username, password, isTls }: Login) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isTls ? { tls: {} } : {}),
  } satisfies RedisOptions;
}
