import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import type { ClientReport, Measured, PeerName, ServerReport, Task } from "./messages.ts";
import type { Workload } from "./workloads/workload.ts";

const LONGEST_RUN_MS = 180_000;

/** What one peer needed for one workload: the median of each number over the rounds. */
export type Results = ReadonlyMap<PeerName, Measured>;

/** Lets the peers take turns, so that a busy machine disturbs all alike. */
export async function runInTurns(
  workload: Workload,
  peers: readonly PeerName[],
  rounds: number,
): Promise<Results> {
  const all = new Map<PeerName, Measured[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [peer, runs] of all) runs.push(await runOnce(peer, workload.name));
  }
  return new Map(
    [...all].map(([peer, runs]) => {
      const names = Object.keys(runs[0] ?? {});
      const medians = names.map((name) => [name, median(runs.map((run) => run[name] ?? Number.NaN))]);
      return [peer, Object.fromEntries(medians) as Measured];
    }),
  );
}

/** One run with a new server: two processes, and this one between them passes on what the server has used. */
async function runOnce(peer: PeerName, workload: string): Promise<Measured> {
  const server = start("serve.ts", peer);
  try {
    const [{ port }] = (await once(server, "message")) as [ServerReport & { port: number }];
    const task: Task = { peer, workload, port };
    const clients = start("drive.ts", JSON.stringify(task));
    try {
      return await measuredBy(clients, server, `${workload} with ${peer}`);
    } finally {
      clients.kill("SIGKILL");
    }
  } finally {
    const gone = once(server, "exit");
    server.disconnect();
    await gone;
  }
}

function measuredBy(clients: ChildProcess, server: ChildProcess, what: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    clients.on("message", (report: ClientReport) => {
      if ("measured" in report) resolve(report.measured);
      else server.send(report.ask);
    });
    server.on("message", (report: ServerReport) => {
      if ("usage" in report) clients.send(report.usage);
    });
    const fail = (): void => reject(new Error(`${what} ended by itself`));
    // Nothing takes so long but what waits for ever.
    setTimeout(() => reject(new Error(`${what} did not end`)), LONGEST_RUN_MS).unref();
    clients.once("exit", fail);
    server.once("exit", fail);
  });
}

function start(file: string, argument: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [argument], {
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
}
