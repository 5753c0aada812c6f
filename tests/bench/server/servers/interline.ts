import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDocumentServer, LevelLog } from "@interline/server";
import { listen } from "./listen.ts";

/** Our server as it is run: the embedded log, every operation on the disk before it is acknowledged. */
export async function startInterline(): Promise<number> {
  const location = mkdtempSync(join(tmpdir(), "interline-bench-"));
  process.once("exit", () => rmSync(location, { recursive: true, force: true }));
  const { server, port } = await listen();
  createDocumentServer({ log: await LevelLog.open({ location }) }).attach(server);
  return port;
}
