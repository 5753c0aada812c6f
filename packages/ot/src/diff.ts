import { Operation, OperationBuilder } from "./operation.ts";
import { countPoints, splitsPair } from "./unicode.ts";

/**
 * Above this many differing code points the middle of two texts is replaced as a whole: the search costs
 * O(length × differences).
 */
const MAX_DIFFERENCES = 1000;

/**
 * A short operation that turns `before` into `after` (well-formed strings). It tells what differs, not what happened: used
 * only where history is gone. Greedy shortest edit script after Myers, "An O(ND) Difference Algorithm" (1986), on code points,
 * with common ends cut off first.
 *
 * Law: `apply(before, diff(before, after))` = `after`.
 * @public
 */
export function diff(before: string, after: string): Operation {
  if (before === after) return Operation.noop(countPoints(before));
  // Common ends are cut off as they stand: only what is between them is taken apart into code points.
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (splitsPair(before, start) || splitsPair(after, start)) start--;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++;
  }
  if (splitsPair(before, before.length - end) || splitsPair(after, after.length - end)) end--;
  const builder = new OperationBuilder(countPoints(before)).skip(countPoints(before.slice(0, start)));
  const middleA = Array.from(before.slice(start, before.length - end));
  const middleB = Array.from(after.slice(start, after.length - end));
  const path = shortestPath(middleA, middleB);
  if (path === undefined) return builder.delete(middleA.length).insert(middleB.join("")).build();
  let y = 0;
  for (const step of path) {
    if (step === "delete") builder.delete(1);
    else if (step === "insert") builder.insert(middleB[y++] ?? "");
    else {
      builder.skip(1);
      y++;
    }
  }
  return builder.build();
}

type Step = "keep" | "delete" | "insert";

/** The steps from `a` to `b`, or undefined if more than `MAX_DIFFERENCES` are needed. */
function shortestPath(a: readonly string[], b: readonly string[]): Step[] | undefined {
  const limit = Math.min(MAX_DIFFERENCES, a.length + b.length);
  const offset = limit + 1;
  /** furthest[k + offset]: how far along `a` the best path on diagonal k = x - y has come. */
  const furthest = new Int32Array(2 * limit + 3);
  const history: Int32Array[] = [];
  for (let differences = 0; differences <= limit; differences++) {
    history.push(furthest.slice());
    for (let k = -differences; k <= differences; k += 2) {
      let x = comesFromInsert(furthest, k, differences, offset)
        ? at(furthest, k + 1 + offset)
        : at(furthest, k - 1 + offset) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[k + offset] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(history, a.length, b.length, offset);
    }
  }
  return undefined;
}

function comesFromInsert(furthest: Int32Array, k: number, differences: number, offset: number): boolean {
  return (
    k === -differences || (k !== differences && at(furthest, k - 1 + offset) < at(furthest, k + 1 + offset))
  );
}

function walkBack(history: readonly Int32Array[], lengthA: number, lengthB: number, offset: number): Step[] {
  const steps: Step[] = [];
  let x = lengthA;
  let y = lengthB;
  for (let differences = history.length - 1; differences >= 0; differences--) {
    const furthest = history[differences] as Int32Array;
    const k = x - y;
    const isInsert = comesFromInsert(furthest, k, differences, offset);
    const fromK = isInsert ? k + 1 : k - 1;
    const fromX = differences === 0 ? 0 : at(furthest, fromK + offset);
    const fromY = differences === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      steps.push("keep");
      x--;
      y--;
    }
    if (differences > 0) {
      steps.push(isInsert ? "insert" : "delete");
      x = fromX;
      y = fromY;
    }
  }
  return steps.toReversed();
}

function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}
