import { parseArgs } from "node:util";
import { compile } from "./build.mjs";
import { install } from "./install.mjs";
import { run, tool } from "./program.mjs";
import { provideRealParts } from "./real-parts.mjs";
import { Stop, step } from "./step.mjs";
import { mainParts } from "./suites.mjs";

/** All property tests and fuzzers, and the simulation of people, network, server and store. */
const PROJECTS = ["--project", "unit", "--project", "process", "--project", "system"];
const TESTS = ["packages/", "apps/", "tests/system/simulation.test.ts", "tests/system/lost-end.test.ts"];
/** Worlds of each kind in a round of the simulation. */
const WORLDS = "25";

/**
 * Runs every property test, fuzzer and the simulation again and again, each round with a seed of its own, until the time is over or one
 * fails. Arguments that are no options are test files to run instead.
 *
 * - `--minutes N`: how long, 10 by default;
 * - `--seed=N`: one round with this seed, as a failed test says it;
 * - `--worlds=N`: worlds of each kind in the simulation, 25 by default;
 * - `-t PATTERN`: only tests with such names.
 *
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function fuzz(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      minutes: { type: "string" },
      seed: { type: "string" },
      worlds: { type: "string" },
      testNamePattern: { type: "string", short: "t" },
    },
  });
  await install();
  await compile();
  /** @type {Record<string, string>} */
  let realParts = {};
  await step("real parts", async () => {
    realParts = await provideRealParts(mainParts);
  });
  // A file that is named may be of any kind.
  const tests = positionals.length > 0 ? positionals : [...PROJECTS, ...TESTS];
  const names = values.testNamePattern === undefined ? [] : ["-t", values.testNamePattern];
  const end = Date.now() + Number(values.minutes ?? 10) * 60_000;
  let rounds = 0;
  do {
    const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
    try {
      await run(...tool("vitest/vitest.mjs", "run", ...tests, ...names), {
        env: { ...realParts, INTERLINE_SEED: seed, INTERLINE_WORLDS: values.worlds ?? WORLDS },
      });
    } catch (error) {
      if (!(error instanceof Stop) || error.message === "") throw error;
      throw new Stop(`${error.message}\n\nThe round's seed: npm run fuzz -- --seed=${seed}`);
    }
    rounds++;
    console.log(`round ${rounds}: seed ${seed} passed`);
  } while (values.seed === undefined && Date.now() < end);
  return 0;
}
