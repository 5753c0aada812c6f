import { assertType, type Subject } from "@interline/testing";
import * as fc from "fast-check";
import { it } from "vitest";

const counter = {
  name: "counter",
  apply: (sum: number, added: number) => sum + added,
  transform: (added: number) => added,
  compose: (first: number, second: number) => first + second,
  invert: (added: number) => -added,
};

const subject: Subject<number, number> = {
  documents: fc.integer(),
  // A recipe: given a document, it makes an operation for it. Here any number will do for any document.
  operations: fc.integer().map((added) => () => added),
};

it("counts in any order", () => {
  assertType(counter, { subject });
});
