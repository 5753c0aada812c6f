/**
 * The numbers of several servers on one Redis: `pnpm bench:cluster`, and `--rounds 3`. Redis keeps its log on the disk as it does by default
 * (`appendfsync everysec`). Takes names of parts, which are then printed and not written down.
 */
import { parseArgs } from "node:util";
import { startRedis } from "../support/redis-process.ts";
import { absolute, against, type Row } from "./measure.ts";
import { report } from "./report.ts";
import { type Measured, ON_REDIS, type PeerName, SHAREDB_ON_REDIS } from "./server/messages.ts";
import { runInTurns } from "./server/run.ts";
import { clusterWorkloads, workloads } from "./server/workloads/workloads.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string" } },
});
const rounds = Number(values.rounds ?? 3);

/** Runs a workload with so many servers on a Redis of its own. */
async function measure(name: string, peer: PeerName, servers: number): Promise<Measured> {
  const workload = [...workloads, ...clusterWorkloads].find((known) => known.name === name);
  if (workload === undefined) throw new Error(`no workload is called ${name}`);
  await using redis = await startRedis({ isDurable: true, settings: { appendfsync: "everysec" } });
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const results = await runInTurns(workload, [peer], 1, { servers, env });
  return results.get(peer) ?? {};
}

const contenders = {
  hot: () => measure("closed loop, hot document", ON_REDIS, 3),
  shareDb: () => measure("closed loop, hot document", SHAREDB_ON_REDIS, 1),
  one: () => measure("fan-out 50", ON_REDIS, 1),
  two: () => measure("fan-out 50", ON_REDIS, 2),
  same: () => measure("latency", ON_REDIS, 1),
  across: () => measure("latency", ON_REDIS, 2),
};
type Contender = keyof typeof contenders;
const all = Object.keys(contenders) as Contender[];
const wanted = all.filter((name) => positionals.length === 0 || positionals.includes(name));
const runs = new Map<Contender, Measured[]>();
for (let round = 0; round < rounds; round++) {
  for (const name of wanted) {
    const measured = await contenders[name]();
    runs.set(name, [...(runs.get(name) ?? []), measured]);
    const numbers = Object.entries(measured).map(([measure, value]) => `${measure} ${value.toPrecision(3)}`);
    process.stdout.write(`${name}: ${numbers.join(", ")}\n`);
  }
}

/** The median of a number over the rounds. */
function of(name: Contender, measure: string): number {
  const sorted = (runs.get(name) ?? []).map((run) => run[measure] ?? Number.NaN).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const rows: Row[] = [
  against(
    "one document, 30 write without pause on 3 servers: CPU of all servers per 1,000 operations",
    "ms",
    of("hot", "cpuMsPerThousand"),
    "sharedb on one server, over Redis",
    of("shareDb", "cpuMsPerThousand"),
    0.5,
  ),
  absolute("the same: attempts until a batch is committed, p99", "attempts", of("hot", "attemptsP99"), 3),
  absolute(
    "the same: commands to Redis per committed batch",
    "commands",
    of("hot", "commands") / of("hot", "batches"),
    2,
  ),
  against(
    "one document, 5 type, 50 read on 2 servers: CPU of both per delivery",
    "µs",
    of("two", "cpuMicrosPerDelivery"),
    "on one server",
    of("one", "cpuMicrosPerDelivery"),
    1.3,
  ),
  against(
    "a character from one server to the other: p50",
    "ms",
    of("across", "p50Ms"),
    "on one server",
    of("same", "p50Ms"),
    2,
  ),
];
if (wanted.length === all.length)
  await report(
    "cluster",
    "Several servers on one Redis: `@interline/redis`",
    rows,
    `Servers, clients and Redis are processes of their own on one machine; Redis' own processor time is not counted for anybody. Operations per second on the hot document: ${Math.round(of("hot", "operationsPerSecond"))}, ShareDB ${Math.round(of("shareDb", "operationsPerSecond"))}.`,
  );
