import { describe, expect, it } from "vitest";
import { mixtureOf } from "../support/simulation/mixture.ts";
import { runWorld, type Tally, type WorldOptions } from "../support/simulation/world.ts";

/** Worlds per kind; `INTERLINE_WORLDS` asks for more. */
const WORLDS = Number(process.env["INTERLINE_WORLDS"] ?? 25);
/** Seeds of the worlds begin after this: `pnpm fuzz` gives every round other worlds. */
const AFTER = Number(process.env["INTERLINE_FUZZ"] ?? 0);

const kinds: Record<string, Omit<WorldOptions, "seed">> = {
  "a good network": { writers: 3, durationMs: 20_000 },
  "connections that break": { writers: 3, durationMs: 40_000, breaksEveryMs: 700 },
  "connections that go silent": { writers: 3, durationMs: 60_000, stallsEveryMs: 6_000 },
  "a store that loses answers": { writers: 3, durationMs: 20_000, logFailures: 0.2, logDelayMs: 60 },
  "a server that crashes": { writers: 3, durationMs: 60_000, crashesEveryMs: 5_000, logDelayMs: 40 },
  "everything at once": {
    writers: 5,
    durationMs: 60_000,
    breaksEveryMs: 2_000,
    stallsEveryMs: 15_000,
    crashesEveryMs: 10_000,
    logFailures: 0.05,
    logDelayMs: 40,
  },
  "tabs that are killed": {
    writers: 3,
    durationMs: 60_000,
    breaksEveryMs: 2_000,
    killsEveryMs: 1_500,
    disk: { maxDelayMs: 30, failures: 0 },
  },
  "several tabs of a device, which are killed": {
    writers: 4,
    durationMs: 60_000,
    breaksEveryMs: 2_000,
    killsEveryMs: 1_000,
    sharesDevices: true,
    disk: { maxDelayMs: 30, failures: 0 },
  },
  "several tabs of a device, which lose the server together": {
    writers: 4,
    durationMs: 60_000,
    crashesEveryMs: 3_000,
    killsEveryMs: 1_000,
    sharesDevices: true,
    disk: { maxDelayMs: 10, failures: 0 },
  },
  "disks that fail": {
    writers: 3,
    durationMs: 40_000,
    breaksEveryMs: 1_500,
    disk: { maxDelayMs: 60, failures: 0.2 },
  },
  "history that is trimmed": {
    writers: 3,
    durationMs: 60_000,
    breaksEveryMs: 2_000,
    killsEveryMs: 1_500,
    maxHistoryEntries: 20,
    disk: { maxDelayMs: 30, failures: 0 },
  },
  "three servers on one log": { writers: 5, durationMs: 30_000, servers: 3 },
  "three servers that crash and hear little of each other": {
    writers: 5,
    durationMs: 60_000,
    servers: 3,
    breaksEveryMs: 1_500,
    crashesEveryMs: 8_000,
    newsLoss: 0.5,
    logFailures: 0.1,
    logDelayMs: 40,
  },
  "three servers whose log goes back in time": {
    writers: 5,
    durationMs: 60_000,
    servers: 3,
    breaksEveryMs: 3_000,
    newsLoss: 0.2,
    failoversEveryMs: 8_000,
    logDelayMs: 20,
    // Where history is gone a difference of two texts may take a letter for another like it: letters could not be counted.
    takesBack: false,
  },
  "everything at once, with tabs that are killed": {
    writers: 4,
    durationMs: 60_000,
    breaksEveryMs: 3_000,
    stallsEveryMs: 15_000,
    crashesEveryMs: 10_000,
    killsEveryMs: 2_000,
    logFailures: 0.05,
    logDelayMs: 40,
    disk: { maxDelayMs: 60, failures: 0 },
  },
};

describe("nothing is lost, doubled or mixed", () => {
  for (const [name, options] of Object.entries(kinds)) {
    it(`client-model: [I1] [I2] [I4] [I5] with ${name}, in ${WORLDS} worlds`, async () => {
      const total: Tally = {
        words: 0,
        breaks: 0,
        stalls: 0,
        crashes: 0,
        merges: 0,
        kills: 0,
        handovers: 0,
        failovers: 0,
        version: 0,
        trace: 0,
      };
      for (let seed = AFTER + 1; seed <= AFTER + WORLDS; seed++) {
        // In every other world people also delete; not where a deletion may be placed by a difference of texts.
        const takesBack = options.takesBack ?? (seed % 2 === 0 && options.maxHistoryEntries === undefined);
        const tally = await runWorld({ ...options, seed, takesBack });
        for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
      }
      // A run in which nothing happened shows nothing.
      expect(total.words).toBeGreaterThan(WORLDS * 10);
      expect(total.version).toBeGreaterThan(total.words);
      if (options.breaksEveryMs) expect(total.breaks).toBeGreaterThan(WORLDS);
      if (options.sharesDevices && options.crashesEveryMs) expect(total.handovers).toBeGreaterThan(WORLDS);
      if (options.killsEveryMs) expect(total.kills).toBeGreaterThan(WORLDS * 3);
      if (options.crashesEveryMs) expect(total.crashes).toBeGreaterThan(WORLDS);
      if (options.breaksEveryMs || options.crashesEveryMs) expect(total.merges).toBeGreaterThan(WORLDS);
    });
  }
});

/** Worlds of any mixture: each is of another kind. */
const MIXED_WORLDS = 4 * WORLDS;

it(`client-model: [I1] [I2] [I4] [I5] with any mixture of faults, in ${MIXED_WORLDS} worlds`, async () => {
  let words = 0;
  for (let seed = AFTER + 1; seed <= AFTER + MIXED_WORLDS; seed++)
    words += (await runWorld(mixtureOf(seed))).words;
  expect(words).toBeGreaterThan(MIXED_WORLDS * 10);
});

/** Mixtures in which something was lost once: tabs of a device that had agreed on a text, and met the server at another version. */
const LOST_ONCE = [201_770, 202_073, 302_277, 706_349];
it.each(LOST_ONCE)("nothing is lost in the mixture %i, where it was once", async (seed) => {
  expect((await runWorld(mixtureOf(seed))).words).toBeGreaterThan(0);
});

describe("a world is its seed", () => {
  for (const [name, options] of Object.entries(kinds)) {
    it(`runs the same again with ${name}`, async () => {
      const world = { ...options, seed: AFTER + 1 };
      expect(await runWorld(world)).toEqual(await runWorld(world));
    });
  }
});
