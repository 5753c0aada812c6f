import {
  apply,
  countPoints,
  isNoop,
  type Operation,
  OperationBuilder,
  splitsPair,
  type Text,
} from "@interline/ot";
import { SLICE_UNITS } from "../slices.ts";

/**
 * UTF-16 code units that one entry inserts, at most, where the server writes by itself. What is longer is one
 * batch of several entries. Applying, storing and telling an entry takes time in proportion to it, and
 * nothing else is done meanwhile: some ms for so many.
 */
export const PART_UNITS = 262_144;

/** How many parts an operation has, at most. O(1). */
export function numbersFor({ insertedUnits }: Operation, maxUnits: number = PART_UNITS): number {
  // Two neighbours are longer than one may be: otherwise they would be one part.
  return insertedUnits <= maxUnits ? 1 : 2 * Math.ceil(insertedUnits / maxUnits) + 1;
}

/**
 * An operation as others that follow one another, each short. Where much is replaced by much, each part takes
 * away as much as it brings: who reads meanwhile sees the new text grow in the place of the old one, and the
 * text is never longer than before and after.
 *
 * Law: one after another they have the effect of the whole. Cost of each: O(components + its own text).
 */
export function* partsOf(operation: Operation, maxUnits: number = PART_UNITS): Generator<Operation> {
  if (operation.insertedUnits <= maxUnits) {
    yield operation;
    return;
  }
  let length = operation.baseLength;
  let part = new OperationBuilder(length);
  /** Where the next change goes, in the text after the parts so far. */
  let place = 0;
  let units = 0;
  /** How much is to be deleted here. */
  let doomed = 0;
  const drop = (points: number): void => {
    const dropped = Math.min(points, doomed);
    part.delete(dropped);
    doomed -= dropped;
    length -= dropped;
  };
  for (const component of operation) {
    if (typeof component === "object") {
      drop(doomed);
      doomed = component.d;
    } else if (typeof component === "number") {
      drop(doomed);
      part.skip(component);
      place += component;
    } else {
      const slices = slicesOf(component, maxUnits);
      const share = Math.ceil(doomed / slices.length);
      for (const slice of slices) {
        if (units > 0 && units + slice.length > maxUnits) {
          yield part.build();
          part = new OperationBuilder(length).skip(place);
          units = 0;
        }
        const points = countPoints(slice);
        part.insert(slice);
        units += slice.length;
        place += points;
        length += points;
        drop(Math.max(points, share));
      }
    }
  }
  drop(doomed);
  const last = part.build();
  if (!isNoop(last)) yield last;
}

/** Applies an operation, a part of a long one a step. */
export function* applyInSteps(text: Text, operation: Operation): Generator<void, Text, void> {
  let changed = text;
  for (const part of partsOf(operation)) {
    changed = apply(changed, part);
    yield;
  }
  return changed;
}

/** A string in slices of even length, each at most so long, which never cut a pair. */
function slicesOf(string: string, maxUnits: number): string[] {
  const count = Math.ceil(string.length / maxUnits);
  if (count <= 1) return [string];
  const size = Math.ceil(string.length / count);
  const slices: string[] = [];
  for (let start = 0; start < string.length; ) {
    let end = Math.min(string.length, start + size);
    if (splitsPair(string, end)) end--;
    slices.push(string.slice(start, end));
    start = end;
  }
  return slices;
}

/** Components that are applied in one turn, at most: scattered over a long text they cost some µs each. */
const COMPONENTS_AT_ONCE = 4_000;

/** How many of these operations, or of their parts, are applied in one turn: many short ones, or one. */
export function stepsAtOnce(operations: readonly Operation[]): number {
  if (operations.some(({ insertedUnits }) => insertedUnits > SLICE_UNITS)) return 1;
  const most = operations.reduce((max, { componentCount }) => Math.max(max, componentCount), 1);
  return Math.max(1, Math.floor(COMPONENTS_AT_ONCE / most));
}
