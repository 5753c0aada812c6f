import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDocumentServer, type DocumentLog, LevelLog, MemoryLog } from "@interline/server";
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
  const location = mkdtempSync(join(tmpdir(), "interline-bench-"));
  process.once("exit", () => rmSync(location, { recursive: true, force: true }));
  return start(await LevelLog.open({ location }));
}

export function startInMemory(): Promise<number> {
  return start(new MemoryLog());
}

async function start(log: DocumentLog): Promise<number> {
  const { server, port } = await listen();
  createDocumentServer({ log, limits: UNBOUNDED }).attach(server);
  return port;
}
