import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasFewValues, JsonBounds, jsonLimits } from "../src/json-bounds.ts";

const NO_LIMITS = { maxValues: Infinity, maxDepth: Infinity };

/** Values that a parser would build, and how deep. */
function measure(value: unknown, depth = 0): { values: number; depth: number } {
  if (typeof value !== "object" || value === null) return { values: 1, depth };
  const parts = Object.values(value).map((part) => measure(part, depth + 1));
  return {
    values: 1 + parts.reduce((sum, part) => sum + part.values, 0),
    depth: Math.max(depth + 1, ...parts.map((part) => part.depth)),
  };
}

/** A text in pieces that are cut anywhere. */
const pieces = fc
  .tuple(fc.jsonValue({ maxDepth: 8 }), fc.array(fc.nat(), { maxLength: 6 }))
  .map(([value, cuts]) => {
    const text = JSON.stringify(value, undefined, 1);
    const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted((a, b) => a - b);
    return { value, pieces: places.map((place, index) => text.slice(place, places[index + 1] ?? place)) };
  });

describe("[I8] how much a JSON text makes a parser build is known before it is parsed", () => {
  test("law: whatever is within the bounds has no more values, and is no deeper, however it is cut", () => {
    fc.assert(
      fc.property(pieces, ({ value, pieces }) => {
        const { values, depth } = measure(value);
        const takes = (limits: typeof NO_LIMITS): boolean => {
          const bounds = new JsonBounds(limits);
          return pieces.every((piece) => bounds.take(piece));
        };
        expect(takes({ ...NO_LIMITS, maxDepth: depth })).toBe(true);
        if (depth > 0) expect(takes({ ...NO_LIMITS, maxDepth: depth - 1 })).toBe(false);
        // A list of n values is counted as n + 1 or n + 2, never as fewer than it has.
        expect(takes({ ...NO_LIMITS, maxValues: values - 1 })).toBe(false);
        expect(takes({ ...NO_LIMITS, maxValues: 2 * values })).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("brackets and commas in strings count for nothing", () => {
    const bounds = new JsonBounds({ maxValues: 3, maxDepth: 1 });
    expect(bounds.take('["[[[[,,,,\\"[[[{\\\\')).toBe(true);
    expect(bounds.take('"]')).toBe(true);
  });

  test("bodies are nested 64 deep at most", () => {
    const { maxDepth } = jsonLimits({ maxComponents: 4_000 });
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    const bounds = (): JsonBounds => new JsonBounds({ maxValues: Infinity, maxDepth });
    expect(bounds().take(nested(64))).toBe(true);
    expect(bounds().take(nested(65))).toBe(false);
  });

  test("it stops at the first value too many", () => {
    expect(hasFewValues(`[${"1,".repeat(50)}1]`, 100)).toBe(true);
    expect(hasFewValues("[".repeat(101), 100)).toBe(false);
  });
});
