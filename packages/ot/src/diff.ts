import { Operation, OperationBuilder } from "./operation.ts";
import { countPoints, splitsPair, unitAfter } from "./unicode.ts";

/**
 * Above this many differing code points the middle of two texts is replaced as a whole: the search costs
 * O(length × differences).
 */
const MAX_DIFFERENCES = 1000;
/**
 * The same above this many comparisons: some tenths of a second, which long texts with many differences would
 * take many times over.
 */
const MAX_COMPARISONS: number = 2 ** 27;
/** Characters that are looked at in one step: some ms. */
const STEP = 524_288;

/**
 * A short operation that turns `before` into `after` (well-formed strings). It tells what differs, not what happened: used
 * only where history is gone. Greedy shortest edit script after Myers, "An O(ND) Difference Algorithm" (1986), on code points,
 * with common ends cut off first.
 *
 * Law: `apply(before, diff(before, after))` = `after`.
 * @public
 */
export function diff(before: string, after: string): Operation {
  const steps = diffInSteps(before, after);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * As `diff`, a step at a time, each of bounded work: between two of them whoever asks can let others have the
 * processor.
 * @public
 */
export function* diffInSteps(before: string, after: string): Generator<void, Operation, void> {
  // Common ends are cut off as they stand: only what is between them is taken apart into code points.
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) {
    if (++start % STEP === 0) yield;
  }
  if (splitsPair(before, start) || splitsPair(after, start)) start--;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    if (++end % STEP === 0) yield;
  }
  if (splitsPair(before, before.length - end) || splitsPair(after, after.length - end)) end--;
  const kept = yield* pointsIn(before.slice(0, start));
  const middle = before.slice(start, before.length - end);
  const inserted = after.slice(start, after.length - end);
  const deleted = yield* pointsIn(middle);
  const length = kept + deleted + (yield* pointsIn(before.slice(before.length - end)));
  const points = yield* pointsIn(inserted);
  const path = yield* shortestPath(middle, deleted, inserted, points);
  if (path === undefined) return Operation.single(length, kept, deleted, inserted, points);
  const builder = new OperationBuilder(length).skip(kept);
  let unit = 0;
  for (const [step, length] of path) {
    if (step === "delete") {
      builder.delete(length);
      continue;
    }
    const next = unitAfter(inserted, unit, length);
    if (step === "keep") builder.skip(length);
    else builder.insert(inserted.slice(unit, next));
    unit = next;
  }
  return builder.build();
}

type Run = [step: "keep" | "delete" | "insert", length: number];

/** Number of code points, a step at a time. */
function* pointsIn(string: string): Generator<void, number, void> {
  if (string.length <= STEP) return countPoints(string);
  let points = 0;
  for (let start = 0; start < string.length; ) {
    let end = Math.min(string.length, start + STEP);
    if (splitsPair(string, end)) end--;
    points += countPoints(string.slice(start, end));
    start = end;
    yield;
  }
  return points;
}

/** The code points of a string, of which it has so many, a step at a time. */
function* codesOf(string: string, points: number): Generator<void, Uint32Array, void> {
  const codes = new Uint32Array(points);
  for (let unit = 0, point = 0; point < points; point++) {
    const code = string.codePointAt(unit) ?? 0;
    codes[point] = code;
    unit += code > 0xffff ? 2 : 1;
    if (point % STEP === STEP - 1) yield;
  }
  return codes;
}

/**
 * The steps from `before` to `after`, in runs; undefined if there is nothing to find, too many are needed, or
 * finding them takes too long.
 */
function* shortestPath(
  before: string,
  lengthA: number,
  after: string,
  lengthB: number,
): Generator<void, Run[] | undefined, void> {
  // Each difference in length is a step at least.
  if (lengthA === 0 || lengthB === 0 || Math.abs(lengthA - lengthB) > MAX_DIFFERENCES) return undefined;
  const a = yield* codesOf(before, lengthA);
  const b = yield* codesOf(after, lengthB);
  const limit = Math.min(MAX_DIFFERENCES, lengthA + lengthB);
  const offset = limit + 1;
  /** furthest[k + offset]: how far along `a` the best path on diagonal k = x - y has come. */
  const furthest = new Int32Array(2 * limit + 3);
  const history: Int32Array[] = [];
  let comparisons = 0;
  let nextStep = STEP;
  for (let differences = 0; differences <= limit; differences++) {
    history.push(furthest.slice());
    for (let k = -differences; k <= differences; k += 2) {
      const from = comesFromInsert(furthest, k, differences, offset)
        ? at(furthest, k + 1 + offset)
        : at(furthest, k - 1 + offset) + 1;
      let x = from;
      while (x < lengthA && x - k < lengthB && a[x] === b[x - k]) x++;
      furthest[k + offset] = x;
      if (x >= lengthA && x - k >= lengthB) return walkBack(history, lengthA, lengthB, offset);
      comparisons += x - from + 1;
      if (comparisons < nextStep) continue;
      if (comparisons > MAX_COMPARISONS) return undefined;
      nextStep = comparisons + STEP;
      yield;
    }
  }
  return undefined;
}

function comesFromInsert(furthest: Int32Array, k: number, differences: number, offset: number): boolean {
  return (
    k === -differences || (k !== differences && at(furthest, k - 1 + offset) < at(furthest, k + 1 + offset))
  );
}

function walkBack(history: readonly Int32Array[], lengthA: number, lengthB: number, offset: number): Run[] {
  const runs: Run[] = [];
  let x = lengthA;
  let y = lengthB;
  for (let differences = history.length - 1; differences >= 0; differences--) {
    const furthest = history[differences] as Int32Array;
    const k = x - y;
    const isInsert = comesFromInsert(furthest, k, differences, offset);
    const fromK = isInsert ? k + 1 : k - 1;
    const fromX = differences === 0 ? 0 : at(furthest, fromK + offset);
    const fromY = differences === 0 ? 0 : fromX - fromK;
    const kept = Math.max(0, Math.min(x - fromX, y - fromY));
    if (kept > 0) runs.push(["keep", kept]);
    if (differences > 0) runs.push([isInsert ? "insert" : "delete", 1]);
    x = fromX;
    y = fromY;
  }
  return runs.toReversed();
}

function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}
