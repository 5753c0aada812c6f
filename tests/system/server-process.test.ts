import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ServerProcess } from "../support/server-process.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

/** A stand-in for the server: counts its starts on disk, and ends gracefully with code 7. */
const standIn = `
  import { createServer } from "node:http";
  import { appendFileSync, readFileSync } from "node:fs";
  const option = (name) => process.argv[process.argv.indexOf("--" + name) + 1];
  if (process.env.BROKEN) throw new Error("no store today");
  appendFileSync(option("data-dir") + "/starts", ".");
  createServer((request, response) => {
    response.end(request.url === "/healthz" ? "ok" : readFileSync(option("data-dir") + "/starts"));
  }).listen(Number(option("port")), option("host"), () => console.log("listening"));
  process.on("SIGTERM", () => process.exit(7));
`;

async function starts(server: ServerProcess): Promise<number> {
  return (await (await fetch(server.url)).text()).length;
}

describe("a server process", () => {
  let folder: TemporaryFolder;
  let options: { dataDirectory: string; program: string };

  beforeEach(async () => {
    folder = await temporaryFolder();
    options = { dataDirectory: folder.path, program: join(folder.path, "server.mjs") };
    await writeFile(options.program, standIn);
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  it("is ready when it has started, and comes back on the same port and data", async () => {
    await using server = await ServerProcess.start(options);
    expect(server.output).toContain("listening");
    expect(server.syncUrl).toBe(`ws://127.0.0.1:${server.port}/sync`);
    expect(await starts(server)).toBe(1);
    await server.restart();
    expect(await starts(server)).toBe(2);
    await server.kill();
    await expect(fetch(server.url)).rejects.toThrow();
    await server.restart();
    expect(await starts(server)).toBe(3);
  });

  it("answers its exit code when it is stopped, and null when it is killed", async () => {
    await using server = await ServerProcess.start(options);
    expect(await server.stop()).toBe(7);
    expect(await server.stop()).toBeNull();
    await server.restart();
    await server.kill();
    expect(server.pid).toBeUndefined();
  });

  it("that ends before it is ready fails at once with what it printed", async () => {
    const broken = ServerProcess.start({ ...options, env: { BROKEN: "1" } });
    await expect(broken).rejects.toThrow("no store today");
  });

  it("is gone after an await using block", async () => {
    let pid: number;
    {
      await using server = await ServerProcess.start(options);
      pid = server.pid!;
    }
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
