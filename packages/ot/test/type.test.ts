import { chainArbitrary, forkArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { type as textUnicode } from "ot-text-unicode";
import { describe, expect, it } from "vitest";
import { compose } from "../src/compose.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { type } from "../src/type.ts";

const none = Operation.noop(0);
type StockOperation = Parameters<typeof textUnicode.compose>[0];

describe("type", () => {
  it("has the name and address of npm ot-text-unicode", () => {
    expect(type.name).toBe(textUnicode.name);
    expect(type.uri).toBe(textUnicode.uri);
  });

  it("applies, transforms and moves positions as the package does, and composes as `compose`", () => {
    fc.assert(
      fc.property(forkArbitrary(2), fc.nat(20), ({ document, pending, operations }, position) => {
        const [a, b] = operations.map((operation) => operation.toJSON() as StockOperation) as [
          StockOperation,
          StockOperation,
        ];
        const mine = pending.toJSON() as StockOperation;
        expect(type.apply(document, a)).toBe(textUnicode.apply(document, a));
        expect(String(type.apply(Text.of(document), a))).toBe(type.apply(document, a));
        for (const side of ["left", "right"] as const) {
          expect(type.transform(mine, a, side)).toEqual(textUnicode.transform(mine, a, side));
        }
        expect(type.transformPosition(position, a)).toBe(textUnicode.transformPosition(position, a));
        expect(type.transformSelection([position, 0], a)).toEqual(
          textUnicode.transformSelection([position, 0], a),
        );
        expect(type.compose(a, b)).toEqual(compose(operations[0] ?? none, operations[1] ?? none).toJSON());
      }),
      { numRuns: 1000 },
    );
  });

  it("inverts what tells its deleted text", () => {
    fc.assert(
      fc.property(chainArbitrary(1), ({ document, operations: [a = none] }) => {
        const made = type.makeInvertible(a.toJSON(), document);
        const after = type.apply(document, made);
        expect(type.isInvertible(made)).toBe(true);
        expect(type.stripInvertible(made)).toEqual(a.toJSON());
        expect(type.apply(after, type.invert(made))).toBe(document);
        expect(type.invertWithDoc(a.toJSON(), document)).toEqual(type.invert(made));
        expect(type.invert(type.invert(made))).toEqual(made);
      }),
    );
  });

  it("refuses at once what hangs or corrupts the package", () => {
    for (const bad of [[1e308, "x"], [1e9, "x"], [{ d: 4 }], [1.5, "x"], [null], ["\ud83d"]]) {
      expect(() => type.apply("abc", bad as [])).toThrow(expect.objectContaining({ name: "OtError" }));
    }
    expect(() => type.checkOp([true])).toThrow(expect.objectContaining({ name: "OtError" }));
    expect(() => type.checkOp("x")).toThrow(expect.objectContaining({ name: "OtError" }));
  });

  it("normalizes without touching its argument, and stores documents as strings", () => {
    const operation = Object.freeze([1, 1, Object.freeze({ d: 1 }), Object.freeze({ d: 1 }), "", 3]);
    expect(type.normalize(operation)).toEqual([2, { d: 2 }]);
    expect(type.isNoop([4])).toBe(true);
    expect(type.isNoop([4, "x"])).toBe(false);
    expect(type.deserialize(type.serialize(Text.of(type.create("a😀"))))).toBe("a😀");
  });
});
