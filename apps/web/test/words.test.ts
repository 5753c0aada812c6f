import { describe, expect, it } from "vitest";
import { countWords } from "../src/words.ts";

describe("words", () => {
  it.each([
    ["", 0],
    ["one two’s three.", 3],
    ["– a dash, 14.20 m", 4],
    ["日本語です", 2],
  ])("%j has %i", (text, count) => {
    expect(countWords(text)).toBe(count);
  });

  it("long texts are counted by their gaps", () => {
    expect(countWords("word ".repeat(30_000))).toBe(30_000);
  });
});
