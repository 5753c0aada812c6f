import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";

/** Each makes ten operations and tries some eighty calls. */
const ITERATIONS = 250;

let folder = "";
afterEach(() => rm(folder, { recursive: true, force: true }));

it("the type passes npm ot-fuzzer: what is made invertible stays so, whatever it is moved over and composed with", async () => {
  folder = await mkdtemp(join(tmpdir(), "ot-fuzzer-"));
  const script = fileURLToPath(new URL("fuzz-type.ts", import.meta.url));
  const flags = ["--import", import.meta.resolve("tsx"), "--conditions=development"];
  // `pnpm fuzz` gives every round a seed. The error shows the fuzzer's output, in which the seed stands.
  const SEED = process.env["INTERLINE_SEED"] ?? "1";
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, String(ITERATIONS)], {
    cwd: folder,
    env: { ...process.env, SEED },
  });
  expect(stdout).toContain("Performed:");
  expect(Number(/inverts: (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(ITERATIONS * 10);
});
