import type { Text } from "@codemirror/state";
import { diffInSteps, splitsPair } from "@interline/ot";
import { changesOf, textOf } from "./changes.ts";

/** A change in UTF-16 code units. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly insert: Text;
}

/**
 * Steps of `diffInSteps` that a replacement may cost, of half a million comparisons each: about 20 ms. The work is
 * counted and not the time, so that the same texts always give the same edit.
 */
const MAX_STEPS = 8;

/**
 * The smallest edit that turns `before` into `after` (well-formed), so that carets in what is kept stay where
 * they are. Where finding it costs too much, all that is between the common start and the common end.
 *
 * Law (test `replacement.test.ts`): the changes give `after`, and replacing a text by itself is no change.
 */
export function replacement(before: Text, after: string): readonly Change[] {
  let start = commonStart(before, after);
  if (start === before.length && start === after.length) return [];
  let end = commonEnd(before, after, Math.min(before.length, after.length) - start);
  if (cuts(before, after, start, start)) start--;
  if (cuts(before, after, before.length - end, after.length - end)) end--;
  const from = start;
  const to = before.length - end;
  const removed = before.sliceString(from, to, "\n");
  const inserted = after.slice(start, after.length - end);
  const whole = [{ from, to, insert: textOf(inserted) }];
  if (removed === "" || inserted === "") return whole;
  const steps = diffInSteps(removed, inserted);
  for (let step = 0; step < MAX_STEPS; step++) {
    const found = steps.next();
    if (found.done !== true) continue;
    return changesOf(found.value, textOf(removed)).map((change) => ({
      from: from + change.from,
      to: from + change.to,
      insert: change.insert,
    }));
  }
  return whole;
}

function commonStart(before: Text, after: string): number {
  let at = 0;
  for (const piece of before.iter()) {
    if (!after.startsWith(piece, at)) {
      let shared = 0;
      while (piece.charCodeAt(shared) === after.charCodeAt(at + shared)) shared++;
      return at + shared;
    }
    at += piece.length;
  }
  return at;
}

/** Length of the common end, at most `max`. */
function commonEnd(before: Text, after: string, max: number): number {
  let shared = 0;
  for (const piece of before.iter(-1)) {
    const end = after.length - shared;
    if (piece.length <= max - shared && after.startsWith(piece, end - piece.length)) {
      shared += piece.length;
      continue;
    }
    let same = 0;
    while (
      shared + same < max &&
      same < piece.length &&
      piece.charCodeAt(piece.length - 1 - same) === after.charCodeAt(end - 1 - same)
    )
      same++;
    return shared + same;
  }
  return shared;
}

/** True if one of two places, in UTF-16 code units, stands between the halves of a surrogate pair. */
function cuts(before: Text, after: string, unitBefore: number, unitAfter: number): boolean {
  const around = unitBefore > 0 ? before.sliceString(unitBefore - 1, unitBefore + 1) : "";
  return splitsPair(around, 1) || splitsPair(after, unitAfter);
}
