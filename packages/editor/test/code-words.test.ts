import { CODES, type CodeFacts } from "@interline/protocol/codes";
import { expect, it } from "vitest";
import { codeWords } from "../src/code-words.ts";

/** What becomes of a document whose reader is told a code; undefined: the client goes on by itself. */
function shownAs({ ends, retry, denies, close }: CodeFacts): keyof typeof codeWords | undefined {
  if (denies) return "denied";
  if (ends.includes("submission")) return retry === "automatic" ? undefined : "refused";
  if (close !== undefined) return retry === "automatic" ? "waiting" : "ended";
  return ends.includes("channel") && retry !== "automatic" ? "ended" : undefined;
}

it("every code that can reach a reader has words, and no other has", () => {
  const expected: Record<keyof typeof codeWords, string[]> = {
    denied: [],
    ended: [],
    waiting: [],
    refused: [],
  };
  for (const [code, facts] of Object.entries(CODES)) {
    const shown = shownAs(facts);
    if (shown !== undefined) expected[shown].push(code);
  }
  for (const [shown, codes] of Object.entries(expected)) {
    const words = codeWords[shown as keyof typeof codeWords];
    expect(Object.keys(words).toSorted(), shown).toEqual(codes.toSorted());
    for (const text of Object.values(words)) expect(text).toMatch(/^[^_]+\.$/);
  }
});
