import { describe, expect, it } from "vitest";
import { backspaceStart, graphemeEnd, graphemeStart } from "../src/surface/graphemes.ts";

/** The text before each press of Backspace, from a text to none. */
function erased(text: string): string[] {
  const steps: string[] = [];
  for (let rest = text; rest !== ""; rest = rest.slice(0, backspaceStart(rest, rest.length)))
    steps.push(rest);
  return steps;
}

describe("characters as people see them", () => {
  it.each([
    ["an emoji with a skin tone", "\u{1f44d}\u{1f3fd}"],
    ["an astronaut", "\u{1f469}\u{1f3fd}\u200d\u{1f680}"],
    ["a keycap", "1\ufe0f\u20e3"],
    ["a family", "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}"],
    ["a flag", "\u{1f1eb}\u{1f1f7}"],
    ["a flag of tags", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
    ["an ideograph with a variation selector", "\u845b\u{e0100}"],
  ])("one Backspace takes %s whole, and leaves what stands before it", (_name, character) => {
    expect(erased(character)).toEqual([character]);
    expect(erased(`a${character}${character}`)).toEqual([`a${character}${character}`, `a${character}`, "a"]);
  });

  it.each([
    ["an accent", "e\u0301", "e"],
    ["an accent on an emoji", "\u{1f44d}\u0301", "\u{1f44d}"],
    ["a vowel sign", "\u0928\u093f", "\u0928"],
    ["a consonant of a conjunct", "\u0915\u094d\u0937", "\u0915\u094d"],
    ["a Hangul letter", "\u1100\u1161\u11a8", "\u1100\u1161"],
    ["one of two skin tones", "\u{1f44d}\u{1f3fd}\u{1f3fd}", "\u{1f44d}\u{1f3fd}"],
    ["the third letter of flags", "\u{1f1eb}\u{1f1f7}\u{1f1e9}", "\u{1f1eb}\u{1f1f7}"],
  ])("one Backspace takes %s alone", (_name, character, rest) => {
    expect(character.slice(0, backspaceStart(character, character.length))).toBe(rest);
  });

  it("steps over each cluster as one, forward and backward, however far from the line's start", () => {
    const clusters = [
      "e\u0301",
      "\u1100\u1161\u11a8",
      "\u0915\u094d\u0937\u093f",
      "\u{1f469}\u{1f3fd}\u200d\u{1f680}",
      "字",
    ];
    for (const before of ["", "a", "東京".repeat(2_000), "word ".repeat(1_000)]) {
      const text = before + clusters.join("");
      let offset = before.length;
      for (const cluster of clusters) {
        expect(graphemeEnd(text, offset)).toBe(offset + cluster.length);
        expect(graphemeStart(text, offset + cluster.length)).toBe(offset);
        offset += cluster.length;
      }
      expect(graphemeEnd(text, text.length)).toBe(text.length);
    }
    expect([graphemeStart("", 0), backspaceStart("", 0)]).toEqual([0, 0]);
  });

  it("answers in a line of a million letters, and within a character of ten thousand marks", () => {
    const long = "字".repeat(1_000_000);
    expect(graphemeEnd(`${long}e\u0301`, 1_000_000)).toBe(1_000_002);
    const marks = `a${"\u0301".repeat(10_000)}`;
    expect(marks.length - backspaceStart(marks, marks.length)).toBe(1);
  });
});
