import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { diff } from "../src/diff.ts";
import { OtErrorCode } from "../src/errors.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";

const edit = fc.record({ at: fc.nat(), length: fc.nat(), text: textArbitrary(400) });

describe("Text", () => {
  it("rope-model: equals a plain list of code points after any edits, in both indices", () => {
    fc.assert(
      fc.property(textArbitrary(3000), fc.array(edit, { maxLength: 20 }), (start, edits) => {
        let model = Array.from(start);
        let text = Text.of(start);
        for (const { at, length, text: inserted } of edits) {
          const from = at % (model.length + 1);
          const to = from + (length % (model.length - from + 1));
          const before = text;
          const beforeString = before.toString();
          text = text.replace(from, to, inserted);
          model = [...model.slice(0, from), ...Array.from(inserted), ...model.slice(to)];
          expect(before.toString()).toBe(beforeString);
        }
        const string = model.join("");
        expect(text.toString()).toBe(string);
        expect([...text.pieces()].join("")).toBe(string);
        expect(text.points).toBe(model.length);
        expect(text.units).toBe(string.length);
        const middle = model.length >> 1;
        const unit = model.slice(0, middle).join("").length;
        expect(text.unitOfPoint(middle)).toBe(unit);
        expect(text.pointOfUnit(unit)).toBe(middle);
        const before = string.slice(0, unit);
        const line = before.split("\n").length - 1;
        expect(text.lines).toBe(string.split("\n").length);
        expect(text.lineOfPoint(middle)).toBe(line);
        expect(text.startOfLine(line)).toBe(Array.from(before.slice(0, before.lastIndexOf("\n") + 1)).length);
        expect(text.slice(middle >> 1, middle)).toBe(model.slice(middle >> 1, middle).join(""));
      }),
      { numRuns: 300 },
    );
  });

  it("rope-model: equals a plain list of code points while somebody types, deletes and moves about at one place", () => {
    const move = fc.record({
      by: fc.integer({ min: -3, max: 3 }),
      back: fc.nat(2),
      on: fc.nat(2),
      text: textArbitrary(2),
    });
    fc.assert(
      fc.property(textArbitrary(2000), fc.nat(), fc.array(move, { maxLength: 60 }), (start, at, moves) => {
        let text = Text.of(start);
        let model = Array.from(start);
        let caret = at % (model.length + 1);
        const snapshots: [Text, string][] = [];
        for (const { by, back, on, text: inserted } of moves) {
          caret = Math.max(0, Math.min(model.length, caret + by));
          const from = Math.max(0, caret - back);
          const to = Math.min(model.length, caret + on);
          text = text.replace(from, to, inserted);
          model = [...model.slice(0, from), ...Array.from(inserted), ...model.slice(to)];
          caret = from + Array.from(inserted).length;
          expect(text.points).toBe(model.length);
          snapshots.push([text, model.join("")]);
        }
        for (const [snapshot, string] of snapshots) {
          expect(snapshot.toString()).toBe(string);
          expect(snapshot.units).toBe(string.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("stays low and tidy when text grows letter by letter and goes again", () => {
    let text = Text.empty;
    for (let index = 0; index < 50_000; index++) text = text.replace(text.points >> 1, text.points >> 1, "x");
    expect(text.points).toBe(50_000);
    expect([...text.pieces()].length).toBeLessThan(200);
    while (text.points > 100) text = text.replace(10, 60, "");
    expect([...text.pieces()].length).toBeLessThan(5);
  });

  it("refuses ranges outside the text and positions inside a pair", () => {
    const text = Text.of("a😀b");
    expect(() => text.replace(0, 4, "")).toThrow(
      expect.objectContaining({ code: OtErrorCode.PositionInvalid }),
    );
    expect(() => text.replace(2, 1, "")).toThrow(
      expect.objectContaining({ code: OtErrorCode.PositionInvalid }),
    );
    expect(() => text.replace(Number.NaN, 1, "")).toThrow(
      expect.objectContaining({ code: OtErrorCode.PositionInvalid }),
    );
    expect(() => text.pointOfUnit(2)).toThrow(expect.objectContaining({ code: OtErrorCode.PositionInvalid }));
    expect(() => Text.of("\ud83d")).toThrow(expect.objectContaining({ code: OtErrorCode.OperationText }));
  });

  it("refuses an operation that reaches past its end", () => {
    expect(() => apply(Text.of("abc"), Operation.from([4, "x"], 4))).toThrow(
      expect.objectContaining({ code: OtErrorCode.LengthMismatch }),
    );
  });
});

describe("diff", () => {
  it("turns one text into the other", () => {
    fc.assert(
      fc.property(textArbitrary(40), textArbitrary(40), (before, after) => {
        expect(apply(Text.of(before), diff(before, after)).toString()).toBe(after);
      }),
    );
  });

  it("keeps what both have", () => {
    expect(diff("one two three", "one 2 three 4").toJSON()).toEqual([4, { d: 3 }, "2", 6, " 4"]);
    expect(diff("👍🏽", "👍🏿").toJSON()).toEqual([1, { d: 1 }, "🏿"]);
    // The second halves are alike, and then the first.
    expect(diff("a\u{1f600}b", "a\u{10200}b").toJSON()).toEqual([1, { d: 1 }, "\u{10200}"]);
    expect(diff("\u{1f600}", "\u{1f601}\u{1f600}").toJSON()).toEqual(["\u{1f601}"]);
    expect(diff("aaa", "aa").toJSON()).toEqual([2, { d: 1 }]);
  });

  it("replaces the middle when nearly everything differs", () => {
    const before = "a".repeat(3000);
    const after = "b".repeat(3000);
    expect(diff(`x${before}y`, `x${after}y`).toJSON()).toEqual([1, { d: 3000 }, after]);
  });
});
