import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { waitFor } from "../support/wait-for.ts";

const script = fileURLToPath(new URL("../../scripts/run.mjs", import.meta.url));

/** Starts as `npm start` does, waits until the page is there, asks it to end, and answers what happened. */
async function startAndStop(dataDirectory: string) {
  const port = await freePort();
  const args = [script, "start", "--port", `${port}`, "--host", "127.0.0.1", "--data-dir", dataDirectory];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  try {
    const answersWithPage = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}:\n${output}`);
      const page = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
      return page?.ok === true && (await page.text()).includes("<script");
    };
    await waitFor("the page", answersWithPage, { timeoutMs: 110_000 });
    await waitFor("the address to open", () => /http:\/\/\S+/.test(output) && output.includes(`:${port}`));
    child.kill("SIGTERM");
    await once(child, "close");
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    return { output, exitCode: child.exitCode };
  } finally {
    child.kill("SIGKILL");
  }
}

it("starts, prints the address, ends cleanly, and does nothing twice", async () => {
  await using folder = await temporaryFolder();
  expect(await startAndStop(folder.path)).toMatchObject({ exitCode: 0 });
  const second = await startAndStop(folder.path);
  expect(second.output).toMatch(/^install +unchanged\ncompile +unchanged\npage +unchanged\n/);
  expect(second.exitCode).toBe(0);
});

it("says which commands there are", async () => {
  const child = spawn(process.execPath, [script, "stat"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(child, "close");
  expect([said, child.exitCode]).toEqual([
    "Say one of: start, cluster, dev, test, suite, check, fuzz, build.\n",
    1,
  ]);
});

it("says in one sentence that the registry cannot be reached at the first installation, and soon", async () => {
  await using folder = await temporaryFolder();
  const root = fileURLToPath(new URL("../..", import.meta.url));
  await cp(join(root, "scripts"), join(folder.path, "scripts"), { recursive: true });
  for (const name of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"]) {
    await cp(join(root, name), join(folder.path, name));
  }
  for (const name of ["packages", "apps", "examples", "tests"]) await mkdir(join(folder.path, name));
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [join(folder.path, "scripts", "run.mjs"), "start"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, npm_config_registry: nobody, npm_config_cache: join(folder.path, "cache") },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  expect(output.replace(/failed after [\d.]+ s/, "failed")).toBe(
    'install     failed\nThe packages could not be fetched, as the npm registry cannot be reached (ECONNREFUSED). Check the network, and a proxy if there is one ("npm config get registry"), and start again.\n',
  );
});
