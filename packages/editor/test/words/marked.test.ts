import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marked, partsOf, plainName, unmarked } from "../../src/words/marked.ts";

/** Names as somebody hostile may have: markup, direction marks, line ends, control characters, much too long. */
const name = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "\u2068",
      "\u2069",
      "\u202e",
      "\u200f",
      "\n",
      "\0",
      "<",
      ">",
      "&",
      "'",
      '"',
      "a",
      "א",
      "👩‍👧",
      " ",
    ),
    fc.string({ unit: "grapheme", maxLength: 1 }),
  ),
  maxLength: 200,
});

describe("a name in a sentence", () => {
  it("is one part, whatever it is, and the rest is what it was", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const sentence = `${marked(one)} and ${marked(other)} joined.`;
        expect(partsOf(sentence)).toEqual([
          { text: plainName(one), isName: true },
          { text: " and ", isName: false },
          { text: plainName(other), isName: true },
          { text: " joined.", isName: false },
        ]);
        expect(unmarked(sentence)).toBe(`${plainName(one)} and ${plainName(other)} joined.`);
      }),
    );
  });

  it("has no character that turns text around or ends a line, and at most 64 UTF-16 code units", () => {
    fc.assert(
      fc.property(name, (given) => {
        const plain = plainName(given);
        expect(plain).not.toMatch(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u);
        expect(plain.length).toBeLessThanOrEqual(64);
        expect(plain.isWellFormed()).toBe(given.isWellFormed() || plain.isWellFormed());
      }),
    );
    expect(plainName("x".repeat(64))).toBe("x".repeat(64));
    expect(plainName("x".repeat(65))).toBe(`${"x".repeat(63)}…`);
    expect(plainName("👩".repeat(40)).isWellFormed()).toBe(true);
  });
});
