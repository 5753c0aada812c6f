import { describe, expect, it, vi } from "vitest";
import { countWords, tooLongWords } from "../src/words.ts";

it("a refused paste is told with what it has and what fits", () => {
  expect(tooLongWords({ length: 10_000_000, room: 3_999_988 })).toBe(
    "Nothing was inserted: the text has 10,000,000 characters, and there is room for 3,999,988 in this document. You still have it where you copied it.",
  );
  expect(tooLongWords({ length: 5, room: 0 })).toContain("and no room is left in this document");
});

describe("words", () => {
  it.each([
    ["", 0],
    ["one two’s three.", 3],
    ["– a dash, 14.20 m", 4],
    ["日本語です", 2],
  ])("%j has %i", (text, count) => {
    expect(countWords(text)).toBe(count);
  });

  it("a word is what has a letter or digit, whatever the engine takes for one", () => {
    // As Firefox 153 segments: it calls none of these like a word.
    const segments = Array.from("東京 大阪 京都".split(/( )/), (segment) => ({ segment, isWordLike: false }));
    const firefox = vi.spyOn(Intl.Segmenter.prototype, "segment");
    firefox.mockReturnValue(segments as unknown as Intl.Segments);
    expect(countWords("東京 大阪 京都")).toBe(3);
    firefox.mockRestore();
    expect(countWords("東京 大阪 京都")).toBe(3);
  });

  it("long texts are counted by their gaps", () => {
    expect(countWords("word ".repeat(30_000))).toBe(30_000);
  });
});
