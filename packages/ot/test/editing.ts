import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { type Operation, OperationBuilder } from "../src/operation.ts";

/** A change that fits a text of any length: lengths are cut at its end. */
export type Step = {
  readonly skip: number;
  readonly remove: number;
  readonly insert: string;
  readonly isInsertFirst: boolean;
};

export const stepsArbitrary: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    skip: fc.nat(5),
    remove: fc.nat(3),
    insert: textArbitrary(2),
    isInsertFirst: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

/** The steps as an operation for a text of `length` code points. */
export function operationOf(steps: readonly Step[], length: number): Operation {
  const builder = new OperationBuilder(length);
  let rest = length;
  for (const { skip, remove, insert, isInsertFirst } of steps) {
    const skipped = Math.min(skip, rest);
    rest -= skipped;
    const removed = Math.min(remove, rest);
    rest -= removed;
    builder.skip(skipped);
    if (isInsertFirst) builder.insert(insert);
    builder.delete(removed);
    if (!isInsertFirst) builder.insert(insert);
  }
  return builder.build();
}

/** What happens in a shared text, seen by one writer. */
export type Happening =
  | { readonly kind: "local"; readonly steps: readonly Step[] }
  | { readonly kind: "remote"; readonly steps: readonly Step[] }
  | { readonly kind: "undo" }
  | { readonly kind: "redo" };

export function happeningsArbitrary(
  kinds: readonly Happening["kind"][],
  maxLength = 16,
): fc.Arbitrary<readonly Happening[]> {
  return fc.array(fc.record({ kind: fc.constantFrom(...kinds), steps: stepsArbitrary }), { maxLength });
}
