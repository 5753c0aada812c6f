import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import { type HostPort, hostPortOf, nameOf } from "./address.ts";
import { reconnectMs } from "./reconnect.ts";

/** What those who have subscriptions are told. */
export interface SubscriptionEvents {
  readonly onMessage: (channel: string, message: string) => void;
  /** Messages may have been lost until now. */
  readonly onBack: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Hears what is published on channels of sharded pub/sub. */
export interface Subscriptions {
  /** False: nothing is heard now. */
  readonly isReady: boolean;
  /** Those that are there now. */
  connections(): Iterable<Redis>;
  /** Rejects if nobody answers. */
  connect(): Promise<void>;
  /** When it resolves, nothing is missed but what comes before the next `onBack`. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): void;
  close(): void;
}

/** Channels that are subscribed to with one command. */
const SUBSCRIBED_AT_ONCE = 512;

/** Over one connection, which is made again when it is lost. */
export function subscribeAtOne(
  client: Redis,
  { onMessage, onBack, onFault }: SubscriptionEvents,
): Subscriptions {
  const channels = new Set<string>();
  const resume = async (): Promise<void> => {
    const all = [...channels];
    try {
      for (let from = 0; from < all.length; from += SUBSCRIBED_AT_ONCE) {
        await client.ssubscribe(...all.slice(from, from + SUBSCRIBED_AT_ONCE));
      }
    } catch {
      // What was not answered is not heard: begin again.
      return client.disconnect(true);
    }
    onBack();
  };
  client.on("smessage", onMessage);
  client.on("ready", () => void resume());
  client.on("error", onFault);
  return {
    get isReady() {
      return client.status === "ready";
    },
    connections: () => [client],
    connect: () => client.connect(),
    async subscribe(channel) {
      channels.add(channel);
      await client.ssubscribe(channel);
    },
    unsubscribe(channel) {
      channels.delete(channel);
      client.sunsubscribe(channel).catch(() => {});
    },
    close: () => client.disconnect(),
  };
}

/** Where a channel of a cluster may be, more often than it moves meanwhile. */
const MAX_REDIRECTS = 5;

export interface ClusterSubscriptionsOptions extends SubscriptionEvents {
  /** A connection to one node that ends when it is lost, and on which commands may wait until it is there. */
  readonly connectTo: (node: HostPort) => Redis;
  /** Nodes that are known, at least one. */
  readonly nodes: () => readonly HostPort[];
}

interface NodeConnection {
  readonly redis: Redis;
  /** Subscriptions that are not answered. */
  asked: number;
}

/**
 * Over one connection to each node of a cluster that has a channel. A channel is looked for at any node, which says where it is.
 *
 * (The client library has the like, but a slot that moves just when one of its channels is unsubscribed makes it throw where nobody can
 * catch it: the node's own word that the channel is gone is taken for the answer, and the answer then belongs to nothing,
 * https://github.com/valkey-io/valkey/issues/1066. Here such a connection is ended and made again.)
 */
export class ClusterSubscriptions implements Subscriptions {
  readonly #options: ClusterSubscriptionsOptions;
  readonly #connections = new Map<string, NodeConnection>();
  /** Where each channel is heard; undefined: not yet, or not now. */
  readonly #channels = new Map<string, string | undefined>();
  /** Those that were heard and are not now. */
  readonly #lost = new Set<string>();
  #isResuming = false;
  #isClosed = false;

  constructor(options: ClusterSubscriptionsOptions) {
    this.#options = options;
  }

  /** True: that one node is away says nothing of the others. */
  readonly isReady = true;

  *connections(): Iterable<Redis> {
    for (const { redis } of this.#connections.values()) yield redis;
  }

  async connect(): Promise<void> {
    // Nothing is connected before there is something to hear.
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.set(channel, undefined);
    try {
      await this.#find(channel);
    } catch (error) {
      this.#channels.delete(channel);
      throw error;
    }
  }

  unsubscribe(channel: string): void {
    const node = this.#channels.get(channel);
    this.#channels.delete(channel);
    this.#lost.delete(channel);
    if (node !== undefined)
      void this.#connections
        .get(node)
        ?.redis.sunsubscribe(channel)
        .catch(() => {});
  }

  close(): void {
    this.#isClosed = true;
    for (const { redis } of this.#connections.values()) redis.disconnect();
  }

  /** Subscribes to a channel wherever it is. */
  async #find(channel: string): Promise<void> {
    let node = this.#anyNode();
    for (let redirects = 0; ; redirects++) {
      const connection = this.#connectionTo(node);
      connection.asked++;
      try {
        await connection.redis.ssubscribe(channel);
      } catch (error) {
        const moved = movedTo(error, node);
        if (moved === undefined || redirects === MAX_REDIRECTS) throw error;
        node = moved;
        continue;
      } finally {
        connection.asked--;
      }
      if (this.#channels.has(channel)) this.#channels.set(channel, node);
      else void connection.redis.sunsubscribe(channel).catch(() => {});
      return;
    }
  }

  #anyNode(): string {
    for (const [node, { redis }] of this.#connections) if (redis.status === "ready") return node;
    const nodes = this.#options.nodes();
    const any = nodes[Math.floor(Math.random() * nodes.length)];
    if (any === undefined) throw new Error("no node of the cluster is known");
    return nameOf(any);
  }

  #connectionTo(node: string): NodeConnection {
    const known = this.#connections.get(node);
    if (known !== undefined) return known;
    const { connectTo, onMessage, onBack, onFault } = this.#options;
    const redis = connectTo(hostPortOf(node));
    const connection = { redis, asked: 0 };
    this.#connections.set(node, connection);
    redis.on("smessage", onMessage);
    redis.on("error", (error: unknown) => {
      onFault(error);
      // Answers may not belong to what was asked any more.
      redis.disconnect();
    });
    redis.on("moved", () => {
      // Not an answer to a subscription, which is followed: the node has lost a channel. Who has it now has another log.
      if (connection.asked === 0) onBack();
    });
    redis.once("end", () => this.#handleEnd(node));
    return connection;
  }

  #handleEnd(node: string): void {
    this.#connections.delete(node);
    for (const [channel, heardAt] of this.#channels) {
      if (heardAt !== node) continue;
      this.#channels.set(channel, undefined);
      this.#lost.add(channel);
    }
    void this.#resume();
  }

  /** Subscribes to what was lost, until there is nothing of it. Never rejects. */
  async #resume(): Promise<void> {
    if (this.#isResuming) return;
    this.#isResuming = true;
    for (let times = 1; this.#lost.size > 0 && !this.#isClosed; times++) {
      await delay(Math.random() * reconnectMs(times), undefined, { ref: false });
      await Promise.all([...this.#lost].map((channel) => this.#findAgain(channel)));
      if (!this.#isClosed) this.#options.onBack();
    }
    this.#isResuming = false;
  }

  /** Never rejects. */
  async #findAgain(channel: string): Promise<void> {
    try {
      await this.#find(channel);
      this.#lost.delete(channel);
    } catch {
      // It is tried again.
    }
  }
}

/** Where a node says that a slot is: `MOVED slot host:port`, without a host if it is the same. */
function movedTo(error: unknown, from: string): string | undefined {
  const [, host, port] = (error instanceof Error && /^MOVED \d+ (.*):(\d+)$/.exec(error.message)) || [];
  if (port === undefined) return undefined;
  return nameOf({ host: host || hostPortOf(from).host, port: Number(port) });
}
