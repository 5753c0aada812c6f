import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildPage, compile } from "./build.mjs";
import { cache, install } from "./install.mjs";
import { root, run, runInForeground, tool } from "./program.mjs";
import { provideRealParts } from "./real-parts.mjs";
import { Interrupted, Stop, step } from "./step.mjs";
import { tally } from "./tally.mjs";

/** @type {[title: string, work: () => Promise<unknown>][]} */
const checks = [
  ["format", () => run(...tool("@biomejs/biome/bin/biome", "format", "."))],
  ["lint", () => run(...tool("oxlint/bin/oxlint", "--type-aware", "--deny-warnings"))],
  ["unused", () => run(...tool("knip/bin/knip.js"))],
  ["lockfile", checkLockfile],
  ["test types", () => run(...tool("typescript/bin/tsc", "-p", "tsconfig.tests.json"))],
];

/**
 * Runs every check and every test, with a real browser, Redis and nginx, and ends with the line of totals.
 *
 * @returns {Promise<number>} exit code
 */
export function test() {
  return total(async (attempt) => {
    /** @type {Record<string, string>} */
    let realParts = {};
    const isReady = await attempt(async () => {
      await install();
      await step("real parts", async () => {
        realParts = await provideRealParts();
      });
    });
    if (!isReady) return undefined;
    await attempt(compile);
    await attempt(buildPage);
    for (const [title, work] of checks) await attempt(() => step(title, work));
    return vitest([], realParts);
  });
}

/**
 * The quick part, for while one works: every check and the unit tests.
 *
 * @returns {Promise<number>} exit code
 */
export function check() {
  return total(async (attempt) => {
    if (!(await attempt(install))) return undefined;
    await attempt(compile);
    for (const [title, work] of checks) await attempt(() => step(title, work));
    return vitest(["--project", "unit"], {});
  });
}

/**
 * Counts what `work` attempts and the tests it answers, and prints the totals as the very last line.
 * A failed attempt shows why and does not stop the others.
 *
 * @param {(attempt: (work: () => Promise<unknown>) => Promise<boolean>) => Promise<import("./tally.mjs").Tally | undefined>} work
 * @returns {Promise<number>} exit code
 */
async function total(work) {
  const attempts = { passed: 0, failed: 0 };
  const tests = await work(async (attempted) => {
    try {
      await attempted();
      attempts.passed += 1;
      return true;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      console.log(error instanceof Stop ? error.message : error);
      attempts.failed += 1;
      return false;
    }
  });
  for (const remark of tests?.remarks ?? []) console.log(remark);
  const failed = attempts.failed + (tests?.failed ?? 0);
  console.log(`${attempts.passed + (tests?.passed ?? 0)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
async function vitest(args, env) {
  const file = join(cache, "tests.json");
  rmSync(file, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const exitCode = await runInForeground(...tool("vitest/vitest.mjs", "run", ...reporters, ...args), { env });
  return tally(exitCode, existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);
}

/** Whoever installs chooses the registry: the lockfile must not name one. */
async function checkLockfile() {
  const host = /https?:\/\/\S+/.exec(readFileSync(join(root, "pnpm-lock.yaml"), "utf8"));
  if (host) throw new Stop(`pnpm-lock.yaml names a host: ${host[0]}`);
}
