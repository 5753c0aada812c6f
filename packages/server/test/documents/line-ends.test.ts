import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withLineFeeds } from "../../src/documents/line-ends.ts";
import { SLICE_UNITS } from "../../src/slices.ts";

test.each([
  ["a\r\nb", "a\nb"],
  ["a\rb", "a\nb"],
  ["a\r\r\nb\n\r", "a\n\nb\n\n"],
  ["\r\n\r\n", "\n\n"],
  ["no line end", "no line end"],
])("%j gets the line ends of %j", async (text, expected) => {
  expect(await withLineFeeds(text)).toBe(expected);
});

test("a line end at the edge of a slice stays one", async () => {
  for (const before of [SLICE_UNITS - 2, SLICE_UNITS - 1, SLICE_UNITS]) {
    const text = `${"x".repeat(before)}\r\ny\r${"z".repeat(SLICE_UNITS)}\r\n`;
    expect(await withLineFeeds(text)).toBe(text.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
  }
});

test("nothing but line ends is touched, and doing it twice does nothing more", async () => {
  const parts = fc.constantFrom("a", "😀", "\u2028", "\u0085", "\t", "\r", "\n", "\r\n");
  await fc.assert(
    fc.asyncProperty(fc.array(parts), async (list) => {
      const text = list.join("");
      const done = await withLineFeeds(text);
      expect(done).not.toContain("\r");
      expect(done.split("\n")).toEqual(text.split(/\r\n|\r|\n/));
      expect(await withLineFeeds(done)).toBe(done);
    }),
  );
});
