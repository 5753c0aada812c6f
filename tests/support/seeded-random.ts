import { onTestFailed } from "vitest";
import { replayCommand } from "./runner/replay.ts";

/** A reproducible source of randomness. */
export interface SeededRandom {
  /** What reproduces the sequence: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Returns a number from 0 (included) to 1 (excluded). */
  next(): number;
  /** Returns an integer from 0 (included) to `limit` (excluded). */
  int(limit: number): number;
  /** Returns whether an event of this probability (0 to 1) happens. */
  chance(probability: number): boolean;
  /** Returns one of the items; throws a `RangeError` when there is none. */
  pick<T>(items: readonly T[]): T;
  /** Returns the items in random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Returns a random source. Without a `seed` that of `INTERLINE_SEED` counts, and one is drawn when there is neither. Called in a test,
 * it prints the command that runs the test again with this seed when the test fails.
 */
export function seededRandom(seed?: number): SeededRandom {
  const start = (seed ?? seedOfRun()) >>> 0;
  if (seed === undefined) tellOnFailure(start);
  return randomFrom(start);
}

/** The seed that `INTERLINE_SEED` gives this run, or one that is drawn now: an integer from 0 to 2^31 - 1. */
export function seedOfRun(): number {
  const given = process.env["INTERLINE_SEED"];
  return given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
}

function tellOnFailure(seed: number): void {
  const command = replayCommand(seed);
  if (command === "") return; // not within a test
  onTestFailed(() => {
    process.stderr.write(`To see it again: ${command}\n`);
  });
}

/** mulberry32, by Tommy Ettinger (public domain): all 2^32 states in one cycle, ample for tests. */
function randomFrom(seed: number): SeededRandom {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (limit: number): number => Math.floor(next() * limit);
  const shuffle = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, key: next() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(items.length)];
    if (item === undefined) throw new RangeError("There is nothing to pick from.");
    return item;
  };
  return { seed, next, int, chance: (probability) => next() < probability, pick, shuffle };
}
