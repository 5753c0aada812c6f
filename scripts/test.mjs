import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { buildPage, buildProgram, compile, program } from "./build.mjs";
import { cache, install } from "./install.mjs";
import { root, run, runInForeground, tool } from "./program.mjs";
import { provideRealParts } from "./real-parts.mjs";
import { Interrupted, Stop, step } from "./step.mjs";
import { mainParts, mainProjects, suites } from "./suites.mjs";
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
 * Runs every check and every test that `npm test` stands for, with a real browser, Redis and nginx, then the named suites that are asked
 * for, and ends with the line of totals over everything.
 *
 * @param {string[]} names of suites to run after the main tests
 * @returns {Promise<number>} exit code
 */
export async function test(names) {
  return total(async (run) => {
    if (!(await prepare(run, [...mainParts, ...partsOf(names)]))) return;
    for (const [title, work] of checks) await run.attempt(() => step(title, work));
    await run.vitest("npm test", mainProjects);
    for (const name of names) await run.vitest(`test:${name}`, [name]);
  });
}

/**
 * Runs named suites alone.
 *
 * @param {string[]} names
 * @returns {Promise<number>} exit code
 */
export async function suite(names) {
  return total(async (run) => {
    if (!(await prepare(run, partsOf(names)))) return;
    for (const name of names) await run.vitest(`test:${name}`, [name]);
  });
}

/**
 * The quick part, for while one works: every check and the unit tests. Needs nothing but Node.
 *
 * @returns {Promise<number>} exit code
 */
export function check() {
  return total(async (run) => {
    if (!(await run.attempt(install))) return;
    await run.attempt(compile);
    for (const [title, work] of checks) await run.attempt(() => step(title, work));
    await run.vitest("unit tests", ["unit"]);
  });
}

/** @param {string[]} names */
function partsOf(names) {
  return names.flatMap((name) => {
    const parts = suites[name];
    if (!parts) throw new Stop(`There is no suite ${name}. Say one of: ${Object.keys(suites).join(", ")}.`);
    return parts;
  });
}

/**
 * Installs, compiles and builds what tests run on. Without packages and programs no test can run.
 *
 * @param {Run} run
 * @param {readonly import("./real-parts.mjs").Part[]} parts
 */
async function prepare(run, parts) {
  const isReady = await run.attempt(async () => {
    await install();
    await step("real parts", async () => {
      run.env = await provideRealParts([...new Set(parts)]);
    });
  });
  if (!isReady) return false;
  await run.attempt(compile);
  await run.attempt(buildPage);
  await run.attempt(buildProgram);
  run.env = { ...run.env, INTERLINE_PROGRAM: program };
  return true;
}

/** Everything that one command runs, and what came of it. */
class Run {
  passed = 0;
  failed = 0;
  /** @type {string[]} */
  remarks = [];
  /** @type {string[]} */
  times = [];
  /** @type {Record<string, string>} where the tests find the real parts */
  env = {};

  /**
   * A failed attempt shows why and does not stop the others.
   *
   * @param {() => Promise<unknown>} work
   * @returns {Promise<boolean>} whether it succeeded
   */
  async attempt(work) {
    try {
      await work();
      this.passed += 1;
      return true;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      console.log(error instanceof Stop ? error.message : error);
      this.failed += 1;
      return false;
    }
  }

  /**
   * @param {string} title
   * @param {readonly string[]} projects
   */
  async vitest(title, projects) {
    const started = performance.now();
    const file = join(cache, "tests.json");
    rmSync(file, { force: true });
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const selected = projects.flatMap((project) => ["--project", project]);
    const command = tool("vitest/vitest.mjs", "run", ...reporters, ...selected);
    const exitCode = await runInForeground(...command, { env: this.env });
    const tests = tally(exitCode, existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);
    this.passed += tests.passed;
    this.failed += tests.failed;
    this.remarks.push(...tests.remarks);
    this.times.push(`${title.padEnd(15)} ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
}

/**
 * Runs `work` and prints how long each suite took and the totals, as the very last line.
 *
 * @param {(run: Run) => Promise<void>} work
 * @returns {Promise<number>} exit code
 */
async function total(work) {
  const run = new Run();
  await work(run);
  for (const remark of [...run.remarks, ...run.times]) console.log(remark);
  console.log(`${run.passed} passed, ${run.failed} failed`);
  return run.failed === 0 ? 0 : 1;
}

/** Whoever installs chooses the registry: the lockfile must not name one. */
async function checkLockfile() {
  const host = /https?:\/\/\S+/.exec(readFileSync(join(root, "pnpm-lock.yaml"), "utf8"));
  if (host) throw new Stop(`pnpm-lock.yaml names a host: ${host[0]}`);
}
