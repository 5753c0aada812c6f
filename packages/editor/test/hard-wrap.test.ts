import * as fc from "fast-check";
import { expect, it } from "vitest";
import { hardWrapped } from "../src/form/hard-wrap.ts";

it("breaks long lines at the last space that fits, else within the word", () => {
  expect(hardWrapped("hello world", 7)).toBe("hello \nworld");
  expect(hardWrapped("hello\nworldwide", 5)).toBe("hello\nworld\nwide");
  expect(hardWrapped("a😀😀", 2)).toBe("a\n😀\n😀");
});

it("adds line breaks and nothing else, and no line is longer than asked, but for what cannot be broken", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 12 }), (text, columns) => {
      const wrapped = hardWrapped(text, columns);
      expect(wrapped.replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
      for (const line of wrapped.split("\n")) expect(line.trimEnd().length).toBeLessThanOrEqual(columns + 1);
    }),
  );
});
