/** Whole numbers from 0 to below `limit`, the same ones for the same seed (mulberry32, public domain, by Tommy Ettinger). */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 0x40000000) % limit;
  };
}

/** Cuts a list into runs of random lengths. */
export function cutAtRandom<T>(items: readonly T[], random: (limit: number) => number): T[][] {
  const pieces: T[][] = [];
  for (const item of items) {
    const last = pieces.at(-1);
    if (last === undefined || random(2) === 0) pieces.push([item]);
    else last.push(item);
  }
  return pieces;
}
