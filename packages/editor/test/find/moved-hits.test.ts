import { ChangeSet, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hits } from "../../src/find/hits.ts";
import { type Hit, MovedHits } from "../../src/find/moved-hits.ts";
import { pairsIn } from "../../src/find/scan.ts";

const hitsIn = (text: string): MovedHits =>
  new MovedHits(new Hits(pairsIn(text, /ab/gu)), ChangeSet.empty(text.length));
const all = (hits: MovedHits, length: number): Hit[] => Array.from(hits.within(0, length));

describe("hits in a text that changes", () => {
  it("go round at both ends", () => {
    const hits = hitsIn("ab ab ab");
    expect([hits.next(0), hits.next(1), hits.next(7)]).toEqual([
      { from: 0, to: 2 },
      { from: 3, to: 5 },
      { from: 0, to: 2 },
    ]);
    expect([hits.previous(8), hits.previous(3), hits.previous(0)]).toEqual([
      { from: 6, to: 8 },
      { from: 0, to: 2 },
      { from: 6, to: 8 },
    ]);
    expect([hits.numberOf({ from: 3, to: 5 }), hits.numberOf({ from: 3, to: 4 })]).toEqual([2, undefined]);
    expect(hitsIn("").next(0)).toBeUndefined();
  });

  it("are where they are now, without those that were deleted; asked from any place", () => {
    const change = fc.record({
      at: fc.nat(20),
      cut: fc.nat(4),
      insert: fc.constantFrom("", "x", "yy", "z\nz"),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(30), (changes, asked) => {
        const text = "ab..ab.ab...ab";
        let doc = Text.of([text]);
        let hits = hitsIn(text);
        for (const { at, cut, insert } of changes) {
          const from = Math.min(at, doc.length);
          const set = ChangeSet.of({ from, to: Math.min(from + cut, doc.length), insert }, doc.length);
          doc = set.apply(doc);
          hits = hits.moved(set);
        }
        const shown = all(hits, doc.length);
        // Never empty, in order, in the text.
        for (const { from, to } of shown) expect(to).toBeGreaterThan(from);
        expect(shown.toSorted((one, other) => one.from - other.from)).toEqual(shown);
        expect(shown.every(({ to }) => to <= doc.length)).toBe(true);
        const at = Math.min(asked, doc.length);
        const next = shown.find(({ from }) => from >= at) ?? shown[0];
        expect(hits.next(at)).toEqual(next);
        const before = shown.findLast(({ from }) => from < at) ?? shown.at(-1);
        expect(hits.previous(at)).toEqual(before);
      }),
    );
  });
});
