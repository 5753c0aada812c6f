import { chainArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { compose } from "../src/compose.ts";
import { invert } from "../src/invert.ts";
import type { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";

describe("invert", () => {
  it("[invert-doc] gives the text before", () => {
    fc.assert(
      fc.property(chainArbitrary(1), ({ document, operations }) => {
        const [a] = operations as [Operation];
        const before = Text.of(document);
        expect(apply(apply(before, a), invert(a, before)).toString()).toBe(document);
      }),
    );
  });

  it("[invert-involution] done twice gives the operation", () => {
    fc.assert(
      fc.property(chainArbitrary(1), ({ document, operations }) => {
        const [a] = operations as [Operation];
        const before = Text.of(document);
        expect(invert(invert(a, before), apply(before, a))).toEqual(a);
      }),
    );
  });

  it("[invert-antihomomorphism] of a composition does what the inverses do, the last first", () => {
    fc.assert(
      fc.property(chainArbitrary(2), ({ document, operations }) => {
        const [a, b] = operations as [Operation, Operation];
        const before = Text.of(document);
        const between = apply(before, a);
        const after = apply(between, b);
        const whole = invert(compose(a, b), before);
        const parts = compose(invert(b, between), invert(a, before));
        expect(apply(after, whole).toString()).toBe(apply(after, parts).toString());
      }),
    );
  });
});
