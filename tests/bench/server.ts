/**
 * The numbers of the document server: `pnpm bench:server`. Takes the beginnings of workloads' names, `--rounds 3` and
 * `--peers "interline;relay"`; a run of a part is printed, and written down in the place of the older numbers of that part with `--record`.
 */
import { parseArgs } from "node:util";
import { report, withOlderLines, withOlderRows } from "./report.ts";
import { COMPRESSED, DURABLE_RELAY, IN_MEMORY, PEERS } from "./server/messages.ts";
import { rowsOf, tableOfPeers } from "./server/rows.ts";
import { type Results, runInTurns } from "./server/run.ts";
import { workloads } from "./server/workloads/workloads.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string" }, peers: { type: "string" }, record: { type: "boolean" } },
});
const wanted = values.peers?.split(";");
const all = new Map<string, Results>();
for (const workload of workloads) {
  if (positionals.length > 0 && !positionals.some((start) => workload.name.startsWith(start))) continue;
  const peers = workload.peers.filter((peer) => wanted?.includes(peer) ?? true);
  const results = await runInTurns(workload, peers, Number(values.rounds ?? 3));
  all.set(workload.name, results);
  for (const [peer, measured] of results) {
    const numbers = Object.entries(measured).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
    process.stdout.write(`${workload.name}, ${peer}: ${numbers.join(", ")}\n`);
  }
}
const isWhole = positionals.length === 0 && wanted === undefined;
if (isWhole || (values.record === true && wanted === undefined)) {
  const note =
    "Server and clients are processes of their own, on real sockets; medians of runs in which all take turns. Our server writes each operation to the disk before it acknowledges it, the others keep all in memory; the relay keeps nothing. All that anybody needed:";
  const rows = rowsOf(all).filter(({ value }) => !Number.isNaN(value));
  await report(
    "server",
    "The document server: `@interline/server`",
    isWhole ? rows : await withOlderRows("server", rows),
    `${note}\n\n${await withOlderLines("server", tableOfPeers(all, [...PEERS, DURABLE_RELAY, IN_MEMORY, COMPRESSED]))}`,
  );
}
