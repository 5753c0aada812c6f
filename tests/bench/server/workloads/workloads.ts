import { ON_REDIS, SHAREDB_ON_REDIS } from "../messages.ts";
import { closedLoop } from "./closed-loop.ts";
import { fanOut } from "./fan-out.ts";
import { idle, idleIn } from "./idle.ts";
import { join } from "./join.ts";
import { latency } from "./latency.ts";
import { comeBack } from "./come-back.ts";
import { openLong } from "./open-long.ts";
import { stoppedReaders } from "./stopped-readers.ts";
import type { Workload } from "./workload.ts";

export const workloads: readonly Workload[] = [
  fanOut(50),
  fanOut(200),
  closedLoop("one document", { documents: 1, clients: 10, length: 1_000 }),
  closedLoop("many documents", { documents: 50, clients: 2, length: 1_000 }),
  closedLoop("small document", { documents: 1, clients: 2, length: 1_000, peers: ["interline"] }),
  closedLoop("large document", { documents: 1, clients: 2, length: 1_000_000 }),
  join,
  comeBack,
  openLong,
  idle,
  stoppedReaders,
];

/** What several servers are measured with, that share a Redis. */
export const clusterWorkloads: readonly Workload[] = [
  closedLoop("hot document", {
    documents: 1,
    clients: 30,
    length: 1_000,
    peers: [ON_REDIS, SHAREDB_ON_REDIS],
  }),
  latency,
  closedLoop("alone", { documents: 50, clients: 1, length: 1_000, peers: [ON_REDIS] }),
  closedLoop("pairs", { documents: 50, clients: 2, length: 1_000, peers: [ON_REDIS] }),
  closedLoop("fives", { documents: 30, clients: 5, length: 1_000, peers: [ON_REDIS] }),
  idleIn("idle, own documents", 1_000, [ON_REDIS]),
  idleIn("idle, shared documents", 10, [ON_REDIS]),
];
