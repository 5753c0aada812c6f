import { operationArbitrary, textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Operation } from "../src/operation.ts";
import { splitOperation } from "../src/split.ts";
import { algebra } from "./algebra.ts";

/** Texts with all that JSON escapes, and with characters of 1 to 4 bytes. */
const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom("\0", "\u001f", "\n", '"', "\\", "\u007f", "\u2028", "é", "漢", "😀"),
      textArbitrary(6),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(""));

function bytesOf(operation: Operation): number {
  return new TextEncoder().encode(JSON.stringify(operation)).length - "[]".length;
}

function partsOf(operation: Operation, maxBytes: number, maxComponents: number): Operation[] {
  const parts: Operation[] = [];
  for (let rest: Operation | undefined = operation; rest !== undefined; ) {
    const [first, left] = splitOperation(rest, maxBytes, maxComponents);
    parts.push(first);
    rest = left;
  }
  return parts;
}

describe("splitOperation", () => {
  it("cuts into parts that fit, and that together do what the whole does", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 120 }),
        fc.integer({ min: 2, max: 5 }),
        operationArbitrary(8, 8),
        hostileText,
        fc.nat(8),
        (maxBytes, maxComponents, edits, text, at) => {
          const document = "ab😀d漢fgh";
          const typed = Operation.from([Math.max(1, at), text || "x"], edits.targetLength + 9);
          const operation = at % 2 === 0 ? edits : algebra.compose(edits.extend(edits.baseLength + 9), typed);
          const given = document + "123456789".slice(0, operation.baseLength - 8);
          const parts = partsOf(operation, maxBytes, maxComponents);
          for (const part of parts) {
            expect(bytesOf(part)).toBeLessThanOrEqual(maxBytes);
            expect(part.componentCount).toBeLessThanOrEqual(maxComponents);
          }
          const after = parts.reduce<string>((shown, part) => algebra.apply(shown, part), given);
          expect(after).toBe(algebra.apply(given, operation));
        },
      ),
    );
  });

  it("cuts a long text by its bytes: each part but the last is nearly full, and no character is cut", () => {
    const maxBytes = 1_000;
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 40 }), (text, times) => {
        const whole = text.repeat(times);
        const parts = partsOf(
          Operation.from([3, { d: 2 }, ...(whole === "" ? [] : [whole])], 9),
          maxBytes,
          10,
        );
        for (const part of parts) {
          expect(bytesOf(part)).toBeLessThanOrEqual(maxBytes);
          expect(part.text.isWellFormed()).toBe(true);
        }
        for (const part of parts.slice(0, -1)) expect(bytesOf(part)).toBeGreaterThan(maxBytes - 60);
        expect(parts.map((part) => part.text).join("")).toBe(whole);
      }),
    );
  });

  it("looks at each character a few times, however many parts there are", () => {
    const text = "😀".repeat(10_000);
    const looks = vi.spyOn(String.prototype, "charCodeAt");
    try {
      expect(partsOf(Operation.from([5, text], 9), 400, 10).length).toBeGreaterThan(100);
      expect(looks.mock.calls.length).toBeLessThan(6 * text.length);
    } finally {
      looks.mockRestore();
    }
  });
});
