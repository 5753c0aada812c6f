import { operationArbitrary, textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { decodeOperation } from "../src/decode.ts";
import { OtErrorCode } from "../src/errors.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";

const limits = { maxComponents: 1000 };
const codeOf = (value: unknown) => {
  const decoded = decodeOperation(value, undefined, limits);
  return decoded.ok ? undefined : decoded.code;
};

describe("decodeOperation", () => {
  it("wire-total: returns what was encoded", () => {
    fc.assert(
      fc.property(operationArbitrary(12), (operation) => {
        expect(decodeOperation(JSON.parse(JSON.stringify(operation)), 12, limits)).toEqual({
          ok: true,
          operation,
        });
      }),
    );
  });

  it("puts other spellings of an operation into normal form", () => {
    expect(decodeOperation([1, 2, "a", "b", { d: 1 }, { d: "xy" }, 4], undefined, limits)).toEqual({
      ok: true,
      operation: Operation.from([3, "ab", { d: 3 }], 10),
    });
  });

  it.each([
    ["no array", { d: 1 }, OtErrorCode.OperationInvalid],
    ["null", null, OtErrorCode.OperationInvalid],
    ["a null component", [null], OtErrorCode.OperationInvalid],
    ["a true component", [true], OtErrorCode.OperationInvalid],
    ["an undefined component", [undefined], OtErrorCode.OperationInvalid],
    ["a nested array", [[1]], OtErrorCode.OperationInvalid],
    ["a delete with other keys", [{ d: 1, x: 1 }], OtErrorCode.OperationInvalid],
    ["a delete of nothing known", [{ d: null }], OtErrorCode.OperationInvalid],
    ["a delete of half a character", [{ d: "\ud83d" }], OtErrorCode.OperationInvalid],
    ["a skip of 0", [0, "x"], OtErrorCode.OperationNumber],
    ["a skip of -1", [-1, "x"], OtErrorCode.OperationNumber],
    ["a skip of 1.5", [1.5, "x"], OtErrorCode.OperationNumber],
    ["a skip of 1e308", [1e308, "x"], OtErrorCode.OperationNumber],
    ["an infinite skip", [Number.POSITIVE_INFINITY, "x"], OtErrorCode.OperationNumber],
    ["a skip that is no number", [Number.NaN, "x"], OtErrorCode.OperationNumber],
    ["a delete of NaN", [{ d: Number.NaN }], OtErrorCode.OperationNumber],
    ["a delete of 1e308", [{ d: 1e308 }], OtErrorCode.OperationNumber],
    ["lengths that overflow together", [2 ** 53 - 1, { d: 2 ** 53 - 1 }], OtErrorCode.OperationNumber],
    ["a lone high surrogate", ["a\ud83d"], OtErrorCode.OperationText],
    ["a lone low surrogate", ["\ude00a"], OtErrorCode.OperationText],
    ["a pair over two inserts", ["\ud83d", "\ude00"], OtErrorCode.OperationText],
    ["too many components", Array.from({ length: 1001 }, () => 1), OtErrorCode.OperationTooLarge],
  ])("refuses %s", (_, value, code) => {
    expect(codeOf(value)).toBe(code);
  });

  it("reads a skip of 500,000,000 without counting to it", () => {
    expect(decodeOperation([500_000_000, "x"], undefined, limits)).toEqual({
      ok: true,
      operation: Operation.from([500_000_000, "x"], 500_000_000),
    });
  });

  it("refuses what is longer than any string: a skip of 1,000,000,000", () => {
    expect(codeOf([1_000_000_000, "x"])).toBe(OtErrorCode.LengthMismatch);
  });

  it("refuses what reaches past the end of the document, skips at its end included", () => {
    expect(decodeOperation([3, "x"], 3, limits).ok).toBe(true);
    expect(decodeOperation([3, "x"], 2, limits)).toMatchObject({ code: OtErrorCode.LengthMismatch });
    expect(decodeOperation(["x", 3], 2, limits)).toMatchObject({ code: OtErrorCode.LengthMismatch });
  });

  it("wire-total: never throws, whatever JSON comes in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.anything()), (json, anything) => {
        decodeOperation(json, 5, limits);
        decodeOperation(anything, undefined, limits);
      }),
    );
  });
});

describe("apply", () => {
  it("apply-total: gives what a list of code points gives, or a coded error and changes nothing", () => {
    const list = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }).map((d) => ({ d })),
        fc.constantFrom("x", "é", "😀", "ab"),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(textArbitrary(6), list, fc.nat(20), (string, components, baseLength) => {
        const text = Text.of(string);
        const reach = components.reduce<number>((sum, part) => {
          if (typeof part === "string") return sum;
          return sum + (typeof part === "number" ? part : part.d);
        }, 0);
        const run = () => apply(text, Operation.from(components, baseLength)).toString();
        if (reach > baseLength || baseLength !== text.points) {
          expect(run).toThrow(expect.objectContaining({ code: OtErrorCode.LengthMismatch }));
          expect(text.toString()).toBe(string);
          return;
        }
        const before = Array.from(string);
        const after: string[] = [];
        for (const part of components) {
          if (typeof part === "string") after.push(part);
          else if (typeof part === "number") after.push(...before.splice(0, part));
          else before.splice(0, part.d);
        }
        expect(run()).toBe([...after, ...before].join(""));
      }),
    );
  });
});
