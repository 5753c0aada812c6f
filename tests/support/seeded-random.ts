import { onTestFailed } from "vitest";

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
 * Returns a random source. The environment variable `INTERLINE_SEED` goes before `seed`, and a seed is drawn when there is
 * neither. Called in a test, it prints the seed when that test fails.
 */
export function seededRandom(seed?: number): SeededRandom {
  const given = process.env["INTERLINE_SEED"];
  const start = (given ? Number(given) : (seed ?? Math.random() * 2 ** 32)) >>> 0;
  try {
    onTestFailed(({ task }) => {
      process.stderr.write(`INTERLINE_SEED=${start} reproduces "${task.name}"\n`);
    });
  } catch {
    // not within a test
  }
  return randomFrom(start);
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
