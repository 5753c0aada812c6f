import { describe, expect, it } from "vitest";
import { seedOfRun } from "../support/seeded-random.ts";
import { mixtureOf } from "../support/simulation/mixture.ts";
import { runWorld, type Tally, type WorldOptions } from "../support/simulation/world.ts";

/** Worlds per kind; `--worlds` of `npm run fuzz` asks for another number. */
const WORLDS = Number(process.env["INTERLINE_WORLDS"] ?? 4);
/** The seed of the first world; the next ones follow. Every run has other worlds. */
const FIRST = seedOfRun();
process.stdout.write(`The simulation begins with the world of seed ${FIRST}.\n`);

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
  "one initial text, that everybody opens it with": { writers: 4, durationMs: 10_000, initialTexts: 1 },
  "two initial texts, of which one is decided for": {
    writers: 5,
    durationMs: 20_000,
    servers: 3,
    initialTexts: 2,
    breaksEveryMs: 1_000,
    newsLoss: 0.5,
    logFailures: 0.2,
    logDelayMs: 40,
  },
  "initial texts on several tabs of a device": {
    writers: 4,
    durationMs: 30_000,
    initialTexts: 2,
    crashesEveryMs: 3_000,
    killsEveryMs: 1_000,
    sharesDevices: true,
    disk: { maxDelayMs: 10, failures: 0 },
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

describe("nothing is lost, doubled or mixed, and a world is its seed", () => {
  for (const [name, options] of Object.entries(kinds)) {
    it(`client-model: [I1] [I2] [I4] [I5] with ${name}`, async () => {
      const tallies: Tally[] = [];
      for (let seed = FIRST; seed < FIRST + WORLDS; seed++) {
        // In every other world people also delete; not where a deletion may be placed by a difference of texts.
        const takesBack = options.takesBack ?? (seed % 2 === 0 && options.maxHistoryEntries === undefined);
        const world = { ...options, seed, takesBack };
        tallies.push(await runWorld(world));
        if (seed === FIRST) expect(await runWorld(world)).toEqual(tallies[0]);
      }
      const total = (key: keyof Tally): number => tallies.reduce((sum, tally) => sum + tally[key], 0);
      // A run in which nothing happened shows nothing.
      expect(total("words")).toBeGreaterThan(WORLDS * 10);
      // Who begins without a server brings many words at once.
      if (!options.initialTexts) expect(total("version")).toBeGreaterThan(total("words"));
      if (options.breaksEveryMs) {
        expect(total("breaks")).toBeGreaterThan(0);
        expect(total("takenEarly")).toBeGreaterThan(0);
      }
      if (options.sharesDevices && options.crashesEveryMs) expect(total("handovers")).toBeGreaterThan(0);
      if (options.killsEveryMs) expect(total("kills")).toBeGreaterThan(WORLDS);
      if (options.crashesEveryMs) expect(total("crashes")).toBeGreaterThan(0);
      if (options.breaksEveryMs || options.crashesEveryMs) expect(total("merges")).toBeGreaterThan(0);
    });
  }
});

it("client-model: [I1] [I2] [I4] [I5] with any mixture of faults, each world of another kind", async () => {
  const worlds = process.env["INTERLINE_WORLDS"] === "1" ? 1 : 4 * WORLDS;
  let words = 0;
  for (let seed = FIRST; seed < FIRST + worlds; seed++) words += (await runWorld(mixtureOf(seed))).words;
  expect(words).toBeGreaterThan(worlds * 10);
});

/** Mixtures in which something was lost once: tabs of a device that had agreed on a text, and met the server at another version. */
const LOST_ONCE = [201_770, 202_073, 302_277, 706_349];
it.each(LOST_ONCE)("nothing is lost in the mixture %i, where it was once", async (seed) => {
  // As they were then, without initial texts.
  expect((await runWorld({ ...mixtureOf(seed), initialTexts: 0 })).words).toBeGreaterThan(0);
});
