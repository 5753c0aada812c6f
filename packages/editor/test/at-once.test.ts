import { ChangeSet, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { atOnce } from "../src/surface/at-once.ts";

it("many changes make the same text at once as one after another", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r", "😀"), maxLength: 40 });
  const change = fc.record({ at: fc.nat(40), cut: fc.nat(3), insert: text });
  fc.assert(
    fc.property(text, fc.array(change, { maxLength: 8 }), (before, changes) => {
      const doc = Text.of(before.split("\n"));
      const specs = changes.map(({ at, cut, insert }) => {
        const from = Math.min(at, doc.length);
        return { from, to: Math.min(from + cut, doc.length), insert: Text.of(insert.split("\n")) };
      });
      const make = (): ChangeSet => ChangeSet.of(specs, doc.length);
      const after = atOnce(make(), 1).apply(doc);
      expect(after.eq(make().apply(doc))).toBe(true);
    }),
  );
});

it("for another text they throw, as ever", () => {
  const changes = atOnce(ChangeSet.of({ from: 0, insert: "a" }, 1), 1);
  expect(() => changes.apply(Text.of(["abc"]))).toThrow(RangeError);
});
