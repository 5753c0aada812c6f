import { RedisLog, RedisStore } from "@interline/redis";
import {
  createDocumentServer,
  type DocumentLog,
  type DocumentServerOptions,
  LevelLog,
  MemoryLog,
  silentMetrics,
} from "@interline/server";
import { writeLongHistories } from "../long-histories.ts";
import { newFolder } from "./folder.ts";
import { listen } from "./listen.ts";

/** No person sends as fast as a benchmark, nor from one address so often. */
const ANY_RATE = { perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };
const UNBOUNDED = {
  connectionMessages: ANY_RATE,
  connectionBytes: ANY_RATE,
  userMessages: ANY_RATE,
  userBytes: ANY_RATE,
  maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
  maxConnectionsPerUser: Number.POSITIVE_INFINITY,
};

/** Our server as it is run: the embedded log, every operation on the disk before it is acknowledged. */
export async function startInterline(): Promise<number> {
  return start(await LevelLog.open({ location: newFolder() }));
}

export function startInMemory(): Promise<number> {
  return start(new MemoryLog());
}

/** With a log in which `writeLongHistories` has written, and of which nothing is in the store's caches. */
export async function startWithHistory(): Promise<number> {
  const location = newFolder();
  const log = await LevelLog.open({ location });
  await writeLongHistories(log);
  await log.close();
  return start(await LevelLog.open({ location }), { idleMs: 1 });
}

/** On the Redis that the environment names. */
export async function startOnRedis(): Promise<number> {
  const store = await RedisStore.connect({ address: process.env["REDIS_URL"] ?? "" });
  const command = store.command.bind(store);
  store.command = (run) => {
    commands++;
    return command(run);
  };
  return start(new RedisLog({ store }), { metrics: { ...silentMetrics, committed: countAttempts } });
}

let commands = 0;

/** Commands that were sent to Redis from here. */
export function redisCommands(): number {
  return commands;
}

/** Batches that were committed here, by how many attempts each took. */
export const attempts: number[] = [];

function countAttempts(_operations: number, _latencyMs: number, nth: number): void {
  while (attempts.length <= nth) attempts.push(0);
  attempts[nth] = (attempts[nth] ?? 0) + 1;
}

async function start(
  log: DocumentLog,
  options: Pick<DocumentServerOptions, "idleMs" | "metrics"> = {},
): Promise<number> {
  const { server, port } = await listen();
  createDocumentServer({ ...options, log, limits: UNBOUNDED }).attach(server);
  return port;
}
