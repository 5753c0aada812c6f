import { absolute, against, type Row } from "../measure.ts";
import { COMPRESSED, IN_MEMORY, LONG_HISTORY, type Measured, type PeerName } from "./messages.ts";
import type { Results } from "./run.ts";

const OURS: readonly PeerName[] = ["interline", COMPRESSED, IN_MEMORY];

/** What each number is called for people. Their order is that of the table. */
const LABELS: Readonly<Record<string, string>> = {
  cpuMicrosPerDelivery: "server CPU per delivery, µs",
  p50Ms: "latency p50, ms",
  p99Ms: "latency p99, ms",
  bytesPerDelivery: "bytes per delivery",
  cpuMsPerThousand: "server CPU per 1,000 operations, ms",
  operationsPerSecond: "operations per second",
  acknowledgedP50Ms: "acknowledged after p50, ms",
  joinMs: "time, ms",
  joinBytes: "bytes",
  joinCpuMs: "server CPU, ms",
  backMs: "time, ms",
  backBytes: "bytes, both ways",
  backCpuMs: "server CPU, ms",
  connectionKb: "server memory per connection, kB",
  connectionCpuMs: "server CPU per connection, ms",
  grownMb: "server memory grown while they stop, MB",
  keptMb: "of it there after they read on, MB",
  readMbPerReader: "read by each reader, MB",
};

/** What the numbers must reach. */
export function rowsOf(all: ReadonlyMap<string, Results>): Row[] {
  const of = (workload: string, peer: PeerName, measure: string): number =>
    all.get(workload)?.get(peer)?.[measure] ?? Number.NaN;
  const ours = (workload: string, measure: string): number => of(workload, "interline", measure);
  const overRelay = (workload: string, measure: string, name: string, unit: string, target: number): Row =>
    against(name, unit, ours(workload, measure), "relay", of(workload, "relay", measure), target);
  const compressed = (workload: string, measure: string): number => of(workload, COMPRESSED, measure);
  const overBest = (workload: string, measure: string, name: string, unit: string): Row => {
    const [best, value] = bestOthers(all.get(workload), measure);
    return against(name, unit, ours(workload, measure), best, value, 1);
  };

  const fanOut = ["fan-out 50", "fan-out 200"].flatMap((workload) => {
    const name = `one document, 5 type, ${workload.slice(8)} read`;
    return [
      overRelay(workload, "cpuMicrosPerDelivery", `${name}: server CPU per delivery`, "µs", 1.15),
      overRelay(workload, "p99Ms", `${name}: latency p99`, "ms", 1.3),
      absolute(`${name}: bytes per delivery`, "bytes", ours(workload, "bytesPerDelivery"), 40),
    ];
  });
  const cpu = "server CPU per 1,000 operations";
  const [grown, kept, document] = ["grownMb", "keptMb", "documentMb"].map((measure) =>
    ours("stopped readers", measure),
  ) as [number, number, number];
  return [
    ...fanOut,
    overRelay(
      "closed loop, one document",
      "cpuMsPerThousand",
      `one document, 10 write without pause: ${cpu}`,
      "ms",
      2,
    ),
    overRelay(
      "closed loop, many documents",
      "cpuMsPerThousand",
      `50 documents, 2 write in each without pause: ${cpu}`,
      "ms",
      2,
    ),
    against(
      `one document of 1,000,000 characters, 2 write without pause: ${cpu}`,
      "ms",
      ours("closed loop, large document", "cpuMsPerThousand"),
      "1,000 characters",
      ours("closed loop, small document", "cpuMsPerThousand"),
      1.3,
    ),
    overBest("join", "joinMs", "join 1,000,000 characters with 20,000 operations: time", "ms"),
    against(
      "join 1,000,000 characters with 20,000 operations: bytes",
      "bytes",
      ours("join", "joinBytes"),
      "the text",
      1_000_000,
      1.001,
    ),
    against(
      "join 1,000,000 characters with 20,000 operations, compressed: bytes",
      "bytes",
      compressed("join", "joinBytes"),
      "the text",
      1_000_000,
      1 / 3,
    ),
    overBest("come back", "backMs", "come back after 5,000 operations with 500 own edits: time", "ms"),
    overBest("come back", "backBytes", "come back after 5,000 operations with 500 own edits: bytes", "bytes"),
    against(
      "come back after 5,000 operations with 500 own edits, compressed: bytes",
      "bytes",
      compressed("come back", "backBytes"),
      ...bestOthers(all.get("come back"), "backBytes"),
      1,
    ),
    against(
      "open 100,000 characters with 1,000,000 operations, store warm: time",
      "ms",
      of("open", LONG_HISTORY, "longMs"),
      "with 1 operation",
      of("open", LONG_HISTORY, "shortMs"),
      1.2,
    ),
    against(
      "the same, store cold",
      "ms",
      of("open", LONG_HISTORY, "longColdMs"),
      "with 1 operation",
      of("open", LONG_HISTORY, "shortColdMs"),
      1.2,
    ),
    absolute(
      "and with as many operations since its last checkpoint as a kill can leave: time",
      "ms",
      of("open", LONG_HISTORY, "killedColdMs"),
      100,
    ),
    absolute("server memory per idle connection on its own document", "kB", ours("idle", "connectionKb"), 20),
    absolute(
      "20 stop reading while 30 MB are written: server memory grown, beyond the document",
      "MB",
      grown - document,
      10,
    ),
    absolute(
      "and after they have read on: server memory kept, beyond the document",
      "MB",
      kept - document,
      10,
    ),
  ];
}

/** All numbers of all peers, a Markdown table. */
export function tableOfPeers(all: ReadonlyMap<string, Results>, peers: readonly PeerName[]): string {
  const lines: string[] = [];
  for (const [workload, results] of all) {
    for (const [measure, label] of Object.entries(LABELS)) {
      if (results.get("interline")?.[measure] === undefined) continue;
      const cells = peers.map((peer) => shown(results.get(peer)?.[measure]));
      lines.push(`| ${workload}: ${label} | ${cells.join(" | ")} |`);
    }
  }
  const heads = `| | ${peers.join(" | ")} |\n| --- |${" --- |".repeat(peers.length)}`;
  return `${heads}\n${lines.join("\n")}`;
}

/** Who of the others needs least, and how much. */
function bestOthers(results: Results | undefined, measure: string): [PeerName | "nobody", number] {
  let best: [PeerName | "nobody", number] = ["nobody", Number.NaN];
  for (const [peer, measured] of results ?? new Map<PeerName, Measured>()) {
    const value = measured[measure];
    if (!OURS.includes(peer) && value !== undefined && !(value >= best[1])) best = [peer, value];
  }
  return best;
}

function shown(value: number | undefined): string {
  if (value === undefined) return "–";
  return value >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}
