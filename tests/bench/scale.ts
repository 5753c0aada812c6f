/**
 * The measured part of docs/SCALE.md: `pnpm bench:scale`. Measures what one thing costs, then predicts a run of three servers that was not used
 * for it, then works out how much is needed for how many people.
 */
import { readFile, writeFile } from "node:fs/promises";
import { RedisLog, RedisStore } from "@interline/redis";
import { Redis } from "ioredis";
import { demandOf, type Load, type UnitCosts } from "../support/capacity.ts";
import { type RedisProcess, startRedis } from "../support/redis-process.ts";
import { median } from "./measure.ts";
import { type Measured, ON_REDIS } from "./server/messages.ts";
import { runInTurns } from "./server/run.ts";
import { clusterWorkloads, workloads } from "./server/workloads/workloads.ts";

const ROUNDS = 3;
const docs = new URL("../../docs/", import.meta.url);

interface RedisUsage {
  readonly cpuMicros: number;
  readonly bytes: number;
}

async function usageOf({ port }: RedisProcess): Promise<RedisUsage> {
  const client = new Redis(port);
  const info = await client.info();
  client.disconnect();
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1]);
  return {
    cpuMicros: 1e6 * (field("used_cpu_sys") + field("used_cpu_user")),
    bytes: field("used_memory"),
  };
}

/** One run of a workload on a Redis of its own; what Redis used is per batch that was committed in the part that counts. */
async function once(name: string, servers: number): Promise<Measured> {
  const workload = [...workloads, ...clusterWorkloads].find((known) => known.name === name);
  if (workload === undefined) throw new Error(`no workload is called ${name}`);
  await using redis = await startRedis({ isDurable: true, settings: { appendfsync: "everysec" } });
  const before = await usageOf(redis);
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const results = await runInTurns(workload, [ON_REDIS], 1, { servers, env });
  const after = await usageOf(redis);
  const measured = results.get(ON_REDIS) ?? {};
  return { ...measured, redisMicros: after.cpuMicros - before.cpuMicros };
}

const runs: readonly (readonly [key: string, workload: string, servers: number])[] = [
  ["alone", "closed loop, alone", 1],
  ["fifty", "fan-out 50", 1],
  ["twoHundred", "fan-out 200", 1],
  ["pairs", "closed loop, pairs", 1],
  ["pairsApart", "closed loop, pairs", 2],
  ["fives", "closed loop, fives", 3],
  ["own", "idle, own documents", 1],
  ["shared", "idle, shared documents", 1],
];
const all = new Map<string, Measured[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [key, workload, servers] of runs) {
    const measured = await once(workload, servers);
    all.set(key, [...(all.get(key) ?? []), measured]);
    const numbers = Object.entries(measured).map(([measure, value]) => `${measure} ${value.toPrecision(3)}`);
    process.stdout.write(`${key}: ${numbers.join(", ")}\n`);
  }
}
const of = (key: string, measure: string): number =>
  median((all.get(key) ?? []).map((run) => run[measure] ?? Number.NaN));
/** Redis' time for one batch, of a whole run: that before the part that counts is as much for all. */
const redisPerBatch = (key: string): number =>
  median(
    (all.get(key) ?? []).map(({ redisMicros = Number.NaN, batches = Number.NaN }) => redisMicros / batches),
  );

/** What comparing the heads of documents costs that nobody writes in. */
async function comparisonCosts(): Promise<{ server: number; redis: number }> {
  const documents = 200;
  const compareMs = 50;
  await using redis = await startRedis();
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  const log = new RedisLog({ store, compareMs });
  for (let document = 0; document < documents; document++) await log.watch(`d${document}`, () => {});
  const [cpu, redisCpu, start] = [process.cpuUsage(), await usageOf(redis), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const { user, system } = process.cpuUsage(cpu);
  const count = (documents * (performance.now() - start)) / compareMs;
  const costs = {
    server: (user + system) / count,
    redis: ((await usageOf(redis)).cpuMicros - redisCpu.cpuMicros) / count,
  };
  await log.close();
  await store.close();
  return costs;
}

/** Bytes that Redis needs for a document and for each of its entries. */
async function redisMemory(): Promise<{ document: number; entry: number }> {
  const documents = 200;
  const entries = 200;
  await using redis = await startRedis();
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  const log = new RedisLog({ store });
  const { replaceOperation } = await import("@interline/ot");
  const request = {
    version: 0,
    lastSeq: 0,
    inFlight: false,
    settled: 0,
    fence: "f".repeat(22),
    time: Date.now(),
  };
  const write = async (document: string, from: number, count: number): Promise<void> => {
    for (let at = from; at < from + count; at++) {
      const head = await log.readHead(document);
      const operation = replaceOperation(at, at, "x", at);
      const entryId = `${at}`.padStart(11, "0");
      const entry = {
        entryId,
        session: "s".repeat(22),
        seq: at + 1,
        fence: request.fence,
        settled: at,
        operation,
      };
      const batch = {
        expected: head,
        entries: [{ ...entry, length: at + 1, author: "a".repeat(22) }],
        time: Date.now(),
      };
      await log.commit(document, batch);
    }
  };
  const before = (await usageOf(redis)).bytes;
  const names = Array.from({ length: documents }, (_, document) => `document-${document}-000000`);
  for (const name of names) await log.openSession(name, { ...request, session: "s".repeat(22) });
  for (const name of names) await write(name, 0, 1);
  const withOne = (await usageOf(redis)).bytes;
  for (const name of names) await write(name, 1, entries);
  const withMany = (await usageOf(redis)).bytes;
  await log.close();
  await store.close();
  return { document: (withOne - before) / documents, entry: (withMany - withOne) / documents / entries };
}

const comparison = await comparisonCosts();
const memory = await redisMemory();
const perOperation = (key: string): number => 1000 * (of(key, "cpuMsPerThousand") / 1000);
const alone = perOperation("alone");
const pairs = perOperation("pairs");
/** From 49 to 199 who hear of each key: what a key costs by itself falls out. */
const perKey = (key: string, deliveries: number): number => deliveries * of(key, "cpuMicrosPerDelivery");
const delivery = (perKey("twoHundred", 199) - perKey("fifty", 49)) / 150;
const ownBytes = 1000 * of("own", "usedKb");
const sharedBytes = 1000 * of("shared", "usedKb");
const costs: UnitCosts = {
  operationMicros: alone,
  deliveryMicros: delivery,
  foreignMicros: Math.max(0, perOperation("pairsApart") - pairs),
  comparisonMicros: comparison.server,
  redisCommitMicros: redisPerBatch("pairs"),
  redisComparisonMicros: comparison.redis,
  redisMessageMicros: Math.max(0, redisPerBatch("pairsApart") - redisPerBatch("pairs")),
  connectionBytes: sharedBytes,
  documentBytes: Math.max(0, ownBytes - sharedBytes),
  redisDocumentBytes: memory.document,
  redisEntryBytes: memory.entry,
};

/** The run of three servers that no cost was taken from: per operation, predicted and measured. */
const check = {
  predicted: costs.operationMicros + 2 * costs.foreignMicros + 4 * costs.deliveryMicros,
  measured: perOperation("fives"),
};

/** Somebody who writes does 2 operations per second, as long as a round trip takes; a third of those who are there write at once. */
const HABITS = {
  peoplePerDocument: 4,
  operationsPerPerson: 0.7,
  batch: 1.2,
  entriesPerDocument: 1_000,
  documentsPerOpen: 20,
};
/** What one process of the server, and of Redis, may be used to. */
const BUSY = 0.6;
const SERVER_BYTES = 4e9;
const REDIS_BYTES = 16e9;

const number = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
const rows = [1e3, 1e5, 1e7].flatMap((people) =>
  [true, false].map((hasAffinity) => {
    const load: Load = { people, ...HABITS };
    // Without affinity a document is at about as many servers as it has people, once there are many servers.
    const demand = demandOf(
      load,
      { servers: Math.max(3, people / 3000), hasAffinity, compareSeconds: 5 },
      costs,
    );
    const servers = Math.max(
      2,
      Math.ceil(Math.max(demand.serverCores / BUSY, demand.serverBytes / SERVER_BYTES)),
    );
    const shards = Math.max(
      1,
      Math.ceil(Math.max(demand.redisCores / BUSY, demand.redisBytes / REDIS_BYTES)),
    );
    return `| ${number(people)} | ${hasAffinity ? "by document" : "any"} | ${number(demand.operations)} | ${number(demand.deliveries)} | ${number(demand.serverCores)} | ${number(servers)} | ${number(demand.redisCores)} | ${number(demand.redisBytes / 1e9)} GB | ${number(shards)} |`;
  }),
);

const LABELS: Readonly<Record<keyof UnitCosts, string>> = {
  operationMicros: "a server commits an operation, µs",
  deliveryMicros: "a server tells one person one operation, µs",
  foreignMicros: "another server takes an operation over, µs",
  comparisonMicros: "a server compares a document's head, µs",
  redisCommitMicros: "Redis commits a batch and tells one server, µs",
  redisComparisonMicros: "Redis answers a comparison, µs",
  redisMessageMicros: "Redis tells one more server, µs",
  connectionBytes: "server memory per connection, heap and buffers, bytes",
  documentBytes: "server memory per open document, bytes",
  redisDocumentBytes: "Redis memory per document, without entries, bytes",
  redisEntryBytes: "Redis memory per entry that is kept, bytes",
};
const measuredPart = [
  "| One thing | |",
  "| --- | --- |",
  ...Object.entries(LABELS).map(
    ([name, label]) => `| ${label} | ${number(costs[name as keyof UnitCosts])} |`,
  ),
  "",
  `**Checked** against a run that none of these come from: three servers, 30 documents, five people in each, spread over the servers, all writing without pause. Predicted ${number(check.predicted)} µs of all servers per operation, measured ${number(check.measured)} µs: ${(check.predicted / check.measured).toFixed(2)} ×.`,
  "",
  "| People | Balancing | Operations/s | Deliveries/s | Server cores | Servers | Redis cores | Redis memory | Redis masters |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ...rows,
].join("\n");
await writeFile(
  new URL("benchmarks/scale.json", docs),
  `${JSON.stringify({ costs, check }, undefined, 2)}\n`,
);
const page = new URL("SCALE.md", docs);
const text = await readFile(page, "utf8");
const [begin, end] = ["<!-- measured -->", "<!-- /measured -->"];
await writeFile(
  page,
  `${text.slice(0, text.indexOf(begin) + begin.length)}\n${measuredPart}\n${text.slice(text.indexOf(end))}`,
);
