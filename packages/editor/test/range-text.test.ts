import { describe, expect, it } from "vitest";
import { unsignedLong as unsigned } from "../src/form/web-idl.ts";
import { rangeText } from "../src/surface/range-text.ts";

/** "0123456789" with 2 to 5 selected. */
const at = (...args: unknown[]) => rangeText(args, { start: 2, end: 5 }, 10);

describe("setRangeText", () => {
  it("replaces the selection if no range is given", () => {
    expect(at("xy")).toEqual({ from: 2, to: 5, insert: "xy", start: 2, end: 4 });
  });

  it.each([
    ["select", 6, 9],
    ["start", 6, 6],
    ["end", 9, 9],
  ])("%s says what is selected afterwards", (mode, start, end) => {
    expect(at("abc", 6, 8, mode)).toMatchObject({ from: 6, to: 8, start, end });
  });

  it("keeps the selection on its words if nothing else is said", () => {
    // Before it, behind it, around it, and over each of its ends.
    expect(at("abc", 0, 1)).toMatchObject({ start: 4, end: 7 });
    expect(at("abc", 6, 8)).toMatchObject({ start: 2, end: 5 });
    expect(at("abc", 1, 7)).toMatchObject({ start: 1, end: 4 });
    expect(at("abc", 1, 3)).toMatchObject({ start: 1, end: 6 });
    expect(at("abc", 4, 6)).toMatchObject({ start: 2, end: 7 });
  });

  it("takes places behind the end as the end, and -1 as the largest number", () => {
    expect(at("x", 20, 30)).toMatchObject({ from: 10, to: 10 });
    expect(at("x", 8, -1)).toMatchObject({ from: 8, to: 10 });
    expect([unsigned(-1), unsigned(null), unsigned("7"), unsigned(Number.NaN), unsigned(2 ** 32)]).toEqual([
      2 ** 32 - 1,
      0,
      7,
      0,
      0,
    ]);
  });

  it("refuses what the DOM refuses, with the same kinds of error", () => {
    expect(() => at("x", 3, 2)).toThrow(expect.objectContaining({ name: "IndexSizeError" }));
    expect(() => at()).toThrow(TypeError);
    expect(() => at("x", 3)).toThrow(TypeError);
    expect(() => at("x", 1, 2, "middle")).toThrow(TypeError);
  });
});
