import { Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Hits } from "../../src/find/hits.ts";
import { patternOf, type Query } from "../../src/find/query.ts";
import { searchWords } from "../../src/find/search-words.ts";

const words = (text: string, options: Partial<Query> = {}): Query => ({
  text,
  isRegexp: false,
  matchesCase: false,
  matchesWords: false,
  ...options,
});

const pairsOf = (hits: Hits | undefined): [number, number][] =>
  Array.from({ length: hits?.count ?? 0 }, (_, index) => [hits?.from(index) ?? -1, hits?.to(index) ?? -1]);

const docOf = (text: string): Text => Text.of(text.split("\n"));

const found = async (text: string, query: Query, part?: number): Promise<[number, number][]> =>
  pairsOf(await searchWords(query, docOf(text), () => true, part));

/** Few letters, so that there are hits, beside each other and over each other; with pairs and combining marks. */
const letters = fc.string({ unit: fc.constantFrom("a", "A", "b", " ", "\n", "ß", "é", "𝒜", "😀", "\u0301") });

describe("finding words", () => {
  it("finds the same wherever the text is cut into parts", async () => {
    await fc.assert(
      fc.asyncProperty(
        letters,
        letters.filter((text) => text !== ""),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.boolean(),
        async (text, sought, part, matchesCase, matchesWords) => {
          const query = words(sought, { matchesCase, matchesWords });
          const whole = Array.from(text.matchAll(patternOf(query)), (match) => [
            match.index,
            match.index + match[0].length,
          ]);
          expect(await found(text, query, part)).toEqual(whole);
        },
      ),
    );
  });

  it("takes signs of regular expressions as they are", async () => {
    expect(await found("a.c abc (a|c)*", words("(a|c)*"))).toEqual([[8, 14]]);
  });

  it("minds case and words where it is told to", async () => {
    expect(await found("Cat cat catalogue", words("cat"))).toEqual([
      [0, 3],
      [4, 7],
      [8, 11],
    ]);
    expect(await found("Cat cat catalogue", words("cat", { matchesCase: true }))).toEqual([
      [4, 7],
      [8, 11],
    ]);
    expect(await found("Cat cat catalogue", words("cat", { matchesWords: true }))).toEqual([
      [0, 3],
      [4, 7],
    ]);
    expect(await found("café cafés", words("café", { matchesWords: true }))).toEqual([[0, 4]]);
  });

  it("gives up when nobody wants it any more", async () => {
    expect(await searchWords(words("a"), docOf("aaa"), () => false)).toBeUndefined();
  });
});
