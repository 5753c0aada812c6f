import { parseArgs } from "node:util";
import { compile } from "./build.mjs";
import { install } from "./install.mjs";
import { run, tool } from "./program.mjs";
import { Stop } from "./step.mjs";

/** All property tests, and the simulation of people, network, server and store. */
const TESTS = ["packages", "tests/system/simulation.test.ts"];

/**
 * Runs every property test and the simulation again and again, each round with a seed of its own, until the time is over or one
 * fails. `--minutes N` (default 10), `--seed N` runs one round, the one that failed.
 *
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function fuzz(args) {
  const { values } = parseArgs({ args, options: { minutes: { type: "string" }, seed: { type: "string" } } });
  await install();
  await compile();
  const end = Date.now() + Number(values.minutes ?? 10) * 60_000;
  let rounds = 0;
  do {
    const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
    try {
      await run(...tool("vitest/vitest.mjs", "run", "--project", "unit", "--project", "system", ...TESTS), {
        env: { INTERLINE_FUZZ: seed },
      });
    } catch (error) {
      if (!(error instanceof Stop) || error.message === "") throw error;
      throw new Stop(`${error.message}\n\nTo see it again: pnpm fuzz --seed ${seed}`);
    }
    rounds++;
    console.log(`round ${rounds}: seed ${seed} passed`);
  } while (values.seed === undefined && Date.now() < end);
  return 0;
}
