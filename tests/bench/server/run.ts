import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import type { ClientReport, Measured, PeerName, ServerReport, Task, Usage } from "./messages.ts";
import type { Workload } from "./workloads/workload.ts";

const LONGEST_RUN_MS = 180_000;

/** What one peer needed for one workload: the median of each number over the rounds. */
export type Results = ReadonlyMap<PeerName, Measured>;

/** Lets the peers take turns, so that a busy machine disturbs all alike. */
export async function runInTurns(
  workload: Workload,
  peers: readonly PeerName[],
  rounds: number,
  { servers = 1, env = {} }: { servers?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Results> {
  const all = new Map<PeerName, Measured[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [peer, runs] of all) runs.push(await runOnce(peer, workload.name, servers, env));
  }
  return new Map(
    [...all].map(([peer, runs]) => {
      const names = Object.keys(runs[0] ?? {});
      const medians = names.map((name) => [name, median(runs.map((run) => run[name] ?? Number.NaN))]);
      return [peer, Object.fromEntries(medians) as Measured];
    }),
  );
}

/** One run with new servers: each a process, one for the clients, and this one between them passes on what the servers have used. */
async function runOnce(
  peer: PeerName,
  workload: string,
  count: number,
  env: NodeJS.ProcessEnv,
): Promise<Measured> {
  const servers = Array.from({ length: count }, () => start("serve.ts", peer, env));
  try {
    const ports = await Promise.all(
      servers.map(async (server) => {
        const [{ port }] = (await once(server, "message")) as [ServerReport & { port: number }];
        return port;
      }),
    );
    const task: Task = { peer, workload, ports };
    const clients = start("drive.ts", JSON.stringify(task));
    try {
      return await measuredBy(clients, servers, `${workload} with ${peer}`);
    } finally {
      clients.kill("SIGKILL");
    }
  } finally {
    const gone = servers.map((server) => once(server, "exit"));
    for (const server of servers) server.disconnect();
    await Promise.all(gone);
  }
}

function measuredBy(
  clients: ChildProcess,
  servers: readonly ChildProcess[],
  what: string,
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    let usages: Usage[] = [];
    clients.on("message", (report: ClientReport) => {
      if ("measured" in report) return resolve(report.measured);
      usages = [];
      for (const server of servers) server.send(report.ask);
    });
    const fail = (): void => reject(new Error(`${what} ended by itself`));
    for (const server of servers) {
      server.on("message", (report: ServerReport) => {
        if (!("usage" in report)) return;
        usages.push(report.usage);
        if (usages.length === servers.length) clients.send(sumOf(usages));
      });
      server.once("exit", fail);
    }
    // Nothing takes so long but what waits for ever.
    setTimeout(() => reject(new Error(`${what} did not end`)), LONGEST_RUN_MS).unref();
    clients.once("exit", fail);
  });
}

function sumOf(usages: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number): number => usages.reduce((total, usage) => total + of(usage), 0);
  const longest = Math.max(...usages.map(({ attempts }) => attempts.length));
  return {
    cpuMs: sum(({ cpuMs }) => cpuMs),
    rssBytes: sum(({ rssBytes }) => rssBytes),
    usedBytes: sum(({ usedBytes }) => usedBytes),
    commands: sum(({ commands }) => commands),
    attempts: Array.from({ length: longest }, (_, nth) => sum(({ attempts }) => attempts[nth] ?? 0)),
  };
}

function start(file: string, argument: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [argument], {
    env: { ...process.env, ...env },
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
}
