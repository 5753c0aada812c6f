import { ChangeSet, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hits } from "../../src/find/hits.ts";
import { patternOf, type Query } from "../../src/find/query.ts";
import { Replacing } from "../../src/find/replacing.ts";
import { forEachMatch, pairsIn } from "../../src/find/scan.ts";
import { substitute, unescaped } from "../../src/find/substitute.ts";

const query = (text: string): Query => ({ text, isRegexp: true, matchesCase: true, matchesWords: false });

/** All matches replaced, as the worker and the panel do it together. */
function replaced(text: string, source: string, template: string): string {
  const pattern = patternOf(query(source));
  const pieces: string[] = [];
  forEachMatch(text, pattern, (match) => pieces.push(substitute(template, match)));
  const hits = new Hits(pairsIn(text, pattern));
  const replacing = new Replacing(hits, () => pieces.shift() ?? "?");
  const doc = Text.of(text.split("\n"));
  return replacing.changes(doc.length, ChangeSet.empty(doc.length)).apply(doc).toString();
}

const sources = fc.constantFrom("a", "b*", "(a)(b)?", "^", "$", "(?<n>a+)|b", ".", "😀", "\\n", "a(?=b)");
const templates = fc.string({
  unit: fc.constantFrom("$", "&", "1", "2", "0", "<n>", "'", "`", "x", "\n", "😀"),
});
const texts = fc.string({ unit: fc.constantFrom("a", "b", "\n", "😀", "c") });

describe("replacing", () => {
  it("does what String.replaceAll does, for any expression and replacement", () => {
    fc.assert(
      fc.property(texts, sources, templates, (text, source, template) => {
        expect(replaced(text, source, template)).toBe(text.replaceAll(patternOf(query(source)), template));
      }),
    );
  });

  it("replaces what is left of the hits after others have changed the text", () => {
    const doc = Text.of(["one two one"]);
    const hits = new Hits(Uint32Array.of(0, 3, 8, 11));
    const since = ChangeSet.of({ from: 0, to: 4, insert: "zero " }, doc.length);
    const changes = new Replacing(hits, () => "1").changes(doc.length, since);
    expect(changes.apply(since.apply(doc)).toString()).toBe("1zero two 1");
  });

  it("replaces one of them by where it is now", () => {
    const doc = Text.of(["one one"]);
    const hits = new Hits(Uint32Array.of(0, 3, 4, 7));
    const since = ChangeSet.of({ from: 0, insert: "> " }, doc.length);
    const changes = new Replacing(hits, () => "1").changes(doc.length, since, { from: 6, to: 9 });
    expect(changes.apply(since.apply(doc)).toString()).toBe("> one 1");
  });

  it("takes \\n and \\t in a replacement as line end and tab", () => {
    expect(unescaped(String.raw`a\nb\tc\\nd\x`)).toBe("a\nb\tc\\nd\\x");
  });
});
