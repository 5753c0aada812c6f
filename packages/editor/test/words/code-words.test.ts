import { CODES, type CodeFacts } from "@interline/protocol/codes";
import { describe, expect, it } from "vitest";
import { denialWords, endWords, refusalWords, waitingWords } from "../../src/words/code-words.ts";
import { englishCodes } from "../../src/words/english-codes.ts";
import { germanCodes } from "../../src/words/german-codes.ts";
import type { CodeWords } from "../../src/words/words.ts";

type Shown = Exclude<keyof CodeWords, "other">;

/** What becomes of a document whose reader is told a code; undefined: the client goes on by itself. */
function shownAs({ ends, retry, denies, close }: CodeFacts): Shown | undefined {
  if (denies) return "denied";
  if (ends.includes("submission")) return retry === "automatic" ? undefined : "refused";
  if (close !== undefined) return retry === "automatic" ? "waiting" : "ended";
  return ends.includes("channel") && retry !== "automatic" ? "ended" : undefined;
}

describe.each([
  ["English", englishCodes],
  ["German", germanCodes],
])("in %s", (_language, codeWords) => {
  it("every code that can reach a reader has words, and no other has", () => {
    const expected: Record<Shown, string[]> = { denied: [], ended: [], waiting: [], refused: [] };
    for (const [code, facts] of Object.entries(CODES)) {
      const shown = shownAs(facts);
      if (shown !== undefined) expected[shown].push(code);
    }
    for (const [shown, codes] of Object.entries(expected)) {
      const words = codeWords[shown as Shown];
      expect(Object.keys(words).toSorted(), shown).toEqual(codes.toSorted());
      for (const text of Object.values(words)) expect(text).toMatch(/^[^_]+\.$/);
    }
  });

  it("a code that came after these words has some too, but for a wait, which says none", () => {
    const words = { codes: codeWords };
    expect([denialWords, endWords, refusalWords].map((say) => say("ERR_LATER", words))).toEqual(
      Object.values(codeWords.other),
    );
    expect(denialWords(undefined, words)).toBe(codeWords.other.denied);
    expect(waitingWords("ERR_LATER", words)).toBeUndefined();
  });
});
