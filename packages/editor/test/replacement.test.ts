import { ChangeSet } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replacement } from "../src/surface/replacement.ts";
import { codeMirrorText, documents } from "./documents.ts";

/** The text that the replacement gives, and where a position of the old text is in it. */
function replaced(before: string, after: string) {
  const text = codeMirrorText(before);
  const changes = ChangeSet.of([...replacement(text, after)], text.length);
  return { text: changes.apply(text).sliceString(0, undefined, "\n"), changes };
}

describe("a replacement", () => {
  it("gives the new text, whatever both are", () => {
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        expect(replaced(before, after).text).toBe(after);
      }),
    );
  });

  it("of a text by itself is no change", () => {
    fc.assert(
      fc.property(documents, (text) => {
        expect(replacement(codeMirrorText(text), text)).toEqual([]);
      }),
    );
  });

  it("leaves carets in kept words where they are in the words", () => {
    const { changes } = replaced("one two three", "ONE two THREE and four");
    expect(changes.mapPos("one tw".length)).toBe("ONE tw".length);
    const around = replaced("intro\nmiddle\nend", "a new intro\nmiddle\nthe end").changes;
    expect(around.mapPos("intro\nmid".length)).toBe("a new intro\nmid".length);
  });

  it("keeps whole a character that differs in one half only", () => {
    // Both begin with the same high surrogate, and both last two end with the same low one.
    expect(replaced("a😀b", "a😁b").text).toBe("a😁b");
    for (const { from, to } of replacement(codeMirrorText("a😀b"), "a😁b")) {
      expect([from, to]).toEqual([1, 3]);
    }
    expect(replaced("a\u{1f600}b", "a\u{1fa00}b").text).toBe("a\u{1fa00}b");
  });

  it("of long texts with nothing in common ends the search and changes all between the ends", () => {
    const before = Array.from({ length: 60_000 }, (_, index) =>
      String.fromCodePoint(97 + ((index * 7) % 26)),
    );
    const after = Array.from({ length: 60_000 }, (_, index) =>
      String.fromCodePoint(97 + ((index * index) % 25)),
    );
    const [old, young] = [`<${before.join("")}>`, `<${after.join("")}>`];
    expect(replaced(old, young).text).toBe(young);
    expect(replacement(codeMirrorText(old), young).length).toBe(1);
  });
});
