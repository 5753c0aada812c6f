import { type Operation, OperationBuilder, Text } from "@interline/ot";
import * as fc from "fast-check";

/** Characters that editors meet: each entry is whole, some are several code points or UTF-16 code units. */
const CHARACTERS = [
  "a",
  "b",
  "z",
  " ",
  "\n",
  "\r\n",
  "é",
  "ß",
  "漢",
  "א",
  "e\u0301",
  "😀",
  "𝒳",
  "👍🏽",
  "👩‍👩‍👧‍👦",
  "🇫🇷",
  "\u2028",
];

/** Text of up to `maxCharacters` characters, with astral, combining, joined and line-ending ones among them. @public */
export function textArbitrary(maxCharacters = 12): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...CHARACTERS), { maxLength: maxCharacters })
    .map((characters) => characters.join(""));
}

/** One step along a text, whatever its length: skips and deletes end where the text ends. */
export type TextStep =
  | { readonly kind: "skip" | "delete"; readonly amount: number }
  | { readonly kind: "insert"; readonly text: string };

/** Steps of all kinds; inserts of up to three characters. */
export const textStepArbitrary: fc.Arbitrary<TextStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("skip" as const), amount: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("insert" as const), text: textArbitrary(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("delete" as const), amount: fc.integer({ min: 1, max: 5 }) }),
  },
);

/**
 * An operation for a document of `length` code points, in normal form, with up to `maxSteps` steps. An insert and a delete that
 * touch come in both orders.
 * @public
 */
export function operationArbitrary(length: number, maxSteps = 6): fc.Arbitrary<Operation> {
  return fc.array(textStepArbitrary, { maxLength: maxSteps }).map((steps) => {
    const builder = new OperationBuilder(length);
    let rest = length;
    for (const part of steps) {
      if (part.kind === "insert") {
        builder.insert(part.text);
        continue;
      }
      const amount = Math.min(part.amount, rest);
      rest -= amount;
      if (part.kind === "skip") builder.skip(amount);
      else builder.delete(amount);
    }
    return builder.build();
  });
}

/** A document and operations that follow one another on it. @public */
export interface Chain {
  readonly document: string;
  readonly operations: readonly Operation[];
}

/** A document with a chain of exactly `count` operations. @public */
export function chainArbitrary(count: number, maxCharacters?: number): fc.Arbitrary<Chain> {
  return textArbitrary(maxCharacters).chain((document) =>
    chainFor(Text.of(document).points, count).map((operations) => ({ document, operations })),
  );
}

/** A chain of exactly `count` operations that starts at a document of `length` code points. @public */
export function chainFor(length: number, count: number): fc.Arbitrary<readonly Operation[]> {
  if (count === 0) return fc.constant([]);
  return operationArbitrary(length).chain((operation) =>
    chainFor(operation.targetLength, count - 1).map((rest) => [operation, ...rest]),
  );
}

/** A document, one operation pending on it, and a chain committed meanwhile. @public */
export interface Fork extends Chain {
  readonly pending: Operation;
}

/** @public */
export function forkArbitrary(count: number): fc.Arbitrary<Fork> {
  return chainArbitrary(count).chain((chain) =>
    operationArbitrary(Text.of(chain.document).points).map((pending) => ({ ...chain, pending })),
  );
}
