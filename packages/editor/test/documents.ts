import { Text } from "@codemirror/state";
import type { Operation } from "@interline/ot";
import { OperationBuilder } from "@interline/ot";
import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";

const piece = fc.oneof(
  { weight: 6, arbitrary: textArbitrary(4) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
);

/** Well-formed text; some of it long enough for several levels of CodeMirror's tree. */
export const documents: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(textArbitrary(20), fc.integer({ min: 100, max: 600 }))
      .map(([line, times]) => `${line}\n`.repeat(times)),
  },
);

/** CodeMirror's text of a string, split at `\n` only. */
export function codeMirrorText(string: string): Text {
  return Text.of(string.split("\n"));
}

export interface EditPlan {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Edits as fractions, to be fitted to whatever text there is. */
export const editPlans: fc.Arbitrary<readonly EditPlan[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.constantFrom(0, 0, 1, 2, 5),
    insert: fc.oneof(fc.constant(""), piece),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Fits a plan to a text of so many code points. */
export function planned(plans: readonly EditPlan[], points: number): Operation {
  const builder = new OperationBuilder(points);
  let passed = 0;
  for (const { at, remove, insert } of plans.toSorted((a, b) => a.at - b.at)) {
    const from = Math.max(passed, Math.min(points, Math.round(at * points)));
    const removed = Math.min(remove, points - from);
    builder
      .skip(from - passed)
      .delete(removed)
      .insert(insert);
    passed = from + removed;
  }
  return builder.build();
}
