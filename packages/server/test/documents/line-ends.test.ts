import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withLineFeeds } from "../../src/documents/line-ends.ts";

test.each([
  ["a\r\nb", "a\nb"],
  ["a\rb", "a\nb"],
  ["a\r\r\nb\n\r", "a\n\nb\n\n"],
  ["\r\n\r\n", "\n\n"],
  ["no line end", "no line end"],
])("%j gets the line ends of %j", (text, expected) => {
  expect(withLineFeeds(text)).toBe(expected);
});

test("nothing but line ends is touched, and doing it twice does nothing more", () => {
  const parts = fc.constantFrom("a", "😀", "\u2028", "\u0085", "\t", "\r", "\n", "\r\n");
  fc.assert(
    fc.property(fc.array(parts), (list) => {
      const text = list.join("");
      const done = withLineFeeds(text);
      expect(done).not.toContain("\r");
      expect(done.split("\n")).toEqual(text.split(/\r\n|\r|\n/));
      expect(withLineFeeds(done)).toBe(done);
    }),
  );
});
