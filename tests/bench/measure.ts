/** One line of a table: what we need, what the anchor needed in the same run, and what was aimed at. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Whose `anchorValue` it is compared with; empty: the target stands for itself. */
  readonly anchor: string;
  readonly anchorValue: number | undefined;
  /** `value` / `anchorValue`, or `value` where there is no anchor. Lower is better. */
  readonly ratio: number;
  /** The ratio must not be above it. */
  readonly target: number;
  readonly met: boolean;
}

/** A row that compares with an anchor. */
export function against(
  name: string,
  unit: string,
  value: number,
  anchor: string,
  anchorValue: number,
  target: number,
): Row {
  const ratio = value / anchorValue;
  return { name, value, unit, anchor, anchorValue, ratio, target, met: ratio <= target };
}

/** A row whose target is a value. */
export function absolute(name: string, unit: string, value: number, target: number): Row {
  return {
    name,
    value,
    unit,
    anchor: "",
    anchorValue: undefined,
    ratio: value,
    target,
    met: value <= target,
  };
}

/** Processor time of one call in ms, that of the garbage collector's threads included. */
export function cpuMs(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/**
 * Median processor time in ms of each contender. They take turns, so that a busy machine disturbs all alike; one round before
 * is not counted.
 */
export function medians<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => unknown>>,
): Record<Name, number> {
  const names = Object.keys(contenders) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  globalThis.gc?.();
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const ms = cpuMs(contenders[name]);
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The value that a part (0 to 1) of the values is not above. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Numbers from 0 (included) to 1, the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
