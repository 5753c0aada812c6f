import { setTimeout as delay } from "node:timers/promises";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { ClusterAddress, HostPort, Login, RedisAddress } from "./address.ts";
import { reconnectMs } from "./reconnect.ts";

/** A cluster that is not whole for so many times a command's time when a server starts is none. */
const CLUSTER_PATIENCE = 5;

/** Commands are never kept for later nor sent again: whoever asked decides again (rule S8). */
export function clientOf(address: RedisAddress, commandTimeoutMs: number): Redis | Cluster {
  if (address.kind !== "cluster") return redisOf(address, commandTimeoutMs);
  const cluster = new Cluster([...address.nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    slotsRefreshInterval: 1_000,
    clusterRetryStrategy: reconnectMs,
    redisOptions: { ...commonOptions(commandTimeoutMs), ...loginOf(address.login) },
  });
  // Before anything is asked of it: what comes while a connection is made is refused. Not while the cluster's client looks around itself.
  cluster.on("+node", (node: Redis) => {
    if (cluster.status === "ready" && node.status === "wait") node.connect().catch(() => {});
  });
  return cluster;
}

/** Resolves when commands can be sent, in a cluster to each master that answers. */
export async function connectAll(client: Redis | Cluster, commandTimeoutMs: number): Promise<void> {
  if (client instanceof Redis) return client.connect();
  const isReady = new Promise<void>((resolve) => client.once("ready", () => resolve()));
  const isLate = delay(CLUSTER_PATIENCE * commandTimeoutMs, undefined, { ref: false }).then(() => {
    throw new Error("the cluster is not whole");
  });
  // While the cluster is not whole its client tries again by itself, and its answer never comes.
  await Promise.race([client.connect(), isReady, isLate]);
  await Promise.allSettled(client.nodes("master").map((node) => node.ping()));
}

/** One connection to a cluster's node, that ends when it is lost. Commands wait until it is there. */
export function nodeClientOf({ login }: ClusterAddress, node: HostPort, commandTimeoutMs: number): Redis {
  return new Redis({
    ...commonOptions(commandTimeoutMs),
    ...loginOf(login),
    ...node,
    lazyConnect: false,
    retryStrategy: () => null,
  });
}

/** One connection, that is made again when it is lost. */
export function redisOf(address: Exclude<RedisAddress, ClusterAddress>, commandTimeoutMs: number): Redis {
  const options = {
    ...commonOptions(commandTimeoutMs),
    enableOfflineQueue: false,
    retryStrategy: (times: number) => Math.round(Math.random() * reconnectMs(times)),
  } satisfies RedisOptions;
  if (address.kind === "single") return new Redis(address.url, options);
  return new Redis({
    ...options,
    ...loginOf(address.login),
    sentinels: [...address.sentinels],
    name: address.name,
    // Left out, all of it goes unencrypted.
    ...(address.login.isTls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
  });
}

function commonOptions(commandTimeoutMs: number) {
  return {
    lazyConnect: true,
    autoResendUnfulfilledCommands: false,
    // A subscription that fails would be nobody's.
    autoResubscribe: false,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
  } satisfies RedisOptions;
}

function loginOf({ username, password, isTls }: Login) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isTls ? { tls: {} } : {}),
  } satisfies RedisOptions;
}
