import { type Logger, randomToken, ServerError, silentLogger } from "@interline/server";
import { checkFormat } from "@interline/server/log";
import { type Cluster, Redis } from "ioredis";
import { type HostPort, parseAddress, type RedisAddress, withoutPassword } from "./address.ts";
import { clientOf, connectAll, nodeClientOf, redisOf } from "./clients.ts";
import { Keys } from "./keys.ts";
import { Replication } from "./replication.ts";
import { type Script, WRITE } from "./scripts.ts";
import { ClusterSubscriptions, subscribeAtOne, type Subscriptions } from "./subscriptions.ts";

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
   * Replicas that must have a commit before it is acknowledged (`WAIT`); of its own master in a cluster. Default 0: the master alone.
   */
  readonly minReplicas?: number | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

/** One argument of a script. */
export type Argument = string | number | Buffer;

/** How everything in Redis is written. Another number: servers of the two cannot share a Redis. */
const FORMAT = 1;
const COMMAND_TIMEOUT_MS = 2_000;
/** Replicas get so much of the time that a command has. */
const WAIT_SHARE = 0.8;

/** Connections to one Redis, one for commands and one for news (and one to wait for replicas), for everything that lives in it. */
export class RedisStore {
  readonly keys: Keys;
  /** Names this process among those that share the Redis. Random. */
  readonly node: string = randomToken().slice(0, 11);
  readonly #client: Redis | Cluster;
  readonly #subscriptions: Subscriptions;
  /** Only there if replicas are waited for. */
  readonly #waiter: Redis | Cluster | undefined;
  readonly #replication: Replication | undefined;
  readonly #logger: Logger;
  /** Its address, without a password. */
  readonly #where: string;
  readonly #listeners = new Map<string, (message: string) => void>();
  readonly #onBack = new Set<() => void>();
  readonly #pulse: ReturnType<typeof setInterval>;
  #isConnected = false;
  /** What went wrong before the first connection was there. */
  #firstFault: unknown;
  #isClosed = false;

  private constructor(address: RedisAddress, options: RedisStoreOptions) {
    this.keys = new Keys(options.prefix ?? "interline:");
    this.#logger = options.logger ?? silentLogger;
    this.#where = withoutPassword(options.address);
    const { commandTimeoutMs = COMMAND_TIMEOUT_MS, minReplicas = 0 } = options;
    this.#client = clientOf(address, commandTimeoutMs);
    this.#subscriptions = this.#subscriptionsAt(address, commandTimeoutMs);
    if (minReplicas > 0) {
      this.#waiter = clientOf(address, commandTimeoutMs);
      const waitMs = Math.floor(commandTimeoutMs * WAIT_SHARE);
      this.#replication = new Replication({ client: this.#waiter, minReplicas, waitMs });
    }
    for (const client of this.#clients) client.on("error", (error: unknown) => this.#handleFault(error));
    for (const event of ["ready", "+node"]) this.#client.on(event, () => this.#handleBack());
    this.#pulse = setInterval(() => this.#endSilent(), commandTimeoutMs);
    this.#pulse.unref();
  }

  /**
   * Connects. Later losses of the connection mend themselves.
   * @throws ServerError `ERR_STORE_FAILED` if nobody answers there, or it is too old; `ERR_STORE_TOO_NEW` if a newer version of the
   *   program writes it.
   */
  static async connect(options: RedisStoreOptions): Promise<RedisStore> {
    const store = new RedisStore(parseAddress(options.address), options);
    try {
      const { commandTimeoutMs = COMMAND_TIMEOUT_MS } = options;
      const connected = store.#clients.map((client) => connectAll(client, commandTimeoutMs));
      await Promise.all([...connected, store.#subscriptions.connect()]);
      await store.#check();
      store.#isConnected = true;
    } catch (error) {
      await store.close();
      if (error instanceof ServerError && error.code !== "ERR_STORE_FAILED") throw error;
      throw new ServerError("ERR_STORE_FAILED", `no Redis can be used at ${store.#where}`, {
        // A client that gives up says only that its connection is closed.
        cause: store.#firstFault ?? error,
      });
    }
    return store;
  }

  /** True while commands can be sent and news heard. */
  get isReady(): boolean {
    return this.#client.status === "ready" && this.#subscriptions.isReady;
  }

  /** Runs a script, once. Rejects if it was not answered in time: it may have run, or may yet. */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
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
  async command<Reply>(run: (client: Redis | Cluster) => Promise<Reply>): Promise<Reply> {
    try {
      return await run(this.#client);
    } catch (error) {
      if (this.#client instanceof Redis) this.#endIfLate(this.#client, error);
      throw failed(error);
    }
  }

  /** As `run` with `WRITE`: one command on one key. Resolves with its reply when as many replicas as asked for have it. */
  async write(command: string, key: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const [logId, reply] = (await this.run(WRITE, [key], [command, ...args])) as [logId: string, unknown];
    await this.replicated(key, logId);
    return reply;
  }

  /** Resolves when as many replicas as asked for have everything that was in the log `logId`, which a key is of. */
  async replicated(key: string, logId: string): Promise<void> {
    try {
      await this.#replication?.confirm(this.keys.touch(key), logId);
    } catch (error) {
      throw failed(error);
    }
  }

  /** What `INFO` says, of each master that answers. Rejects if none does. */
  async infos(): Promise<readonly string[]> {
    const masters = this.#client instanceof Redis ? [this.#client] : this.#client.nodes("master");
    const answers = await Promise.allSettled(masters.map((master) => master.info()));
    const infos = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (infos.length > 0) return infos;
    throw failed((answers[0] as PromiseRejectedResult | undefined)?.reason);
  }

  /** Hears what is published on a channel. When it resolves, nothing is missed but what the connection loses. */
  async hear(channel: string, listener: (message: string) => void): Promise<void> {
    this.#listeners.set(channel, listener);
    try {
      await this.#subscriptions.subscribe(channel);
    } catch (error) {
      throw failed(error);
    }
  }

  unhear(channel: string): void {
    if (!this.#listeners.delete(channel) || this.#isClosed) return;
    this.#subscriptions.unsubscribe(channel);
  }

  /** Calls back whenever a connection was made again: messages may have been lost. */
  onBack(listener: () => void): void {
    this.#onBack.add(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pulse);
    // Nothing is under way that is waited for; a connection that hangs must not hold this up.
    for (const client of this.#clients) client.disconnect();
    this.#subscriptions.close();
  }

  get #clients(): readonly (Redis | Cluster)[] {
    return this.#waiter === undefined ? [this.#client] : [this.#client, this.#waiter];
  }

  #subscriptionsAt(address: RedisAddress, commandTimeoutMs: number): Subscriptions {
    const events = {
      onMessage: (channel: string, message: string) => this.#deliver(channel, message),
      onBack: () => this.#handleBack(),
      onFault: (error: unknown) => this.#handleFault(error),
    };
    if (address.kind !== "cluster") return subscribeAtOne(redisOf(address, commandTimeoutMs), events);
    const cluster = this.#client as Cluster;
    return new ClusterSubscriptions({
      ...events,
      nodes: () => cluster.nodes("master").map(({ options }) => options as HostPort),
      connectTo: (node) => nodeClientOf(address, node, commandTimeoutMs),
    });
  }

  /** What cannot be read costs nobody anything: whatever it was about is found when heads are compared. */
  #deliver(channel: string, message: string): void {
    try {
      this.#listeners.get(channel)?.(message);
    } catch (error) {
      this.#logger.warn({ event: "redis-message", channel, error }, "a message could not be read");
    }
  }

  #handleFault(error: unknown): void {
    if (!this.#isConnected) {
      this.#firstFault ??= error;
      return;
    }
    this.#logger.warn({ event: "redis-fault", error }, "Redis");
  }

  /**
   * Ends connections on which nobody answers: half of one may be dead, and nobody would tell. What was lost
   * is connected again.
   */
  #endSilent(): void {
    const nodes = this.#clients.flatMap((client) => (client instanceof Redis ? [client] : client.nodes()));
    for (const connection of [...nodes, ...this.#subscriptions.connections()]) {
      if (connection.status !== "ready") continue;
      connection.ping().catch((error: unknown) => this.#endIfLate(connection, error));
    }
  }

  #endIfLate(connection: Redis, error: unknown): void {
    const isLate = error instanceof Error && error.message === "Command timed out";
    if (!isLate || connection.status !== "ready" || this.#isClosed) return;
    this.#logger.warn({ event: "redis-silent" }, "Redis does not answer: connecting again");
    connection.disconnect(true);
  }

  #handleBack(): void {
    for (const listener of this.#onBack) listener();
  }

  /** Redis 7 or later, written as this version writes; and one that throws away what nobody used for long would throw away documents. */
  async #check(): Promise<void> {
    const infos = await this.infos();
    const valuesOf = (name: string): string[] =>
      infos.flatMap((info) => new RegExp(`^${name}:(.*)\r$`, "m").exec(info)?.[1] ?? []);
    for (const version of valuesOf("redis_version")) {
      if (Number.parseInt(version, 10) < 7) {
        throw new Error(`Redis 7 or later is needed, this is ${version}`);
      }
    }
    await this.#client.set(this.keys.format, FORMAT, "NX");
    const format = (await this.#client.get(this.keys.format)) ?? undefined;
    // An older one is refused too: servers that write it may be running.
    if (checkFormat(format, `the Redis at ${this.#where}`, FORMAT) !== undefined) {
      throw new Error(
        `an older version of the program wrote what is there (format ${format}, this one writes ${FORMAT})`,
      );
    }
    for (const policy of valuesOf("maxmemory_policy")) {
      if (policy === "noeviction") continue;
      this.#logger.error(
        { event: "redis-policy", policy },
        "this Redis throws documents away when its memory is full: set maxmemory-policy to noeviction",
      );
    }
  }
}

function failed(error: unknown): ServerError {
  return new ServerError("ERR_STORE_FAILED", "Redis did not do it", { cause: error });
}
