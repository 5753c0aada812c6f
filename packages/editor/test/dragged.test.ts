import { ChangeSet, EditorState, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copy, Dragged, insert, move, type Range } from "../src/surface/dragged.ts";

/** A letter of the text when the drag began is big; what others write is small. */
const BEFORE = "ABCDEFGHIJKL";

interface Edit {
  readonly at: number;
  readonly deleted: number;
  readonly inserted: string;
}

const edits = fc.array(
  fc.record({ at: fc.nat(20), deleted: fc.nat(6), inserted: fc.constantFrom("", "x", "yz", "\n") }),
  { maxLength: 6 },
);
const drag = fc
  .uniqueArray(fc.nat(BEFORE.length), { minLength: 2, maxLength: 4 })
  .map((ends) => ends.toSorted((a, b) => a - b))
  .map((ends) => ends.slice(0, ends.length & ~1))
  .map((ends): Range[] =>
    ends.flatMap((to, index) => (index % 2 ? [{ from: ends[index - 1] ?? 0, to }] : [])),
  );

function changesOf(all: readonly Edit[]): ChangeSet[] {
  let { length } = BEFORE;
  return all.map(({ at, deleted, inserted }) => {
    const from = Math.min(at, length);
    const to = Math.min(from + deleted, length);
    const changes = ChangeSet.of({ from, to, insert: Text.of(inserted.split("\n")) }, length);
    length = changes.newLength;
    return changes;
  });
}

const textOf = (text: string): Text => Text.of(text.split("\n"));
const stringOf = (text: Text): string => text.sliceString(0, text.length, "\n");
const letters = (text: string): string => Array.from(text).toSorted().join("");

function after(text: Text, spec: ReturnType<typeof move>): [text: string, selected: string] {
  const state = EditorState.create({ doc: text, extensions: EditorState.lineSeparator.of("\n") });
  const made = state.update(spec ?? {}).state;
  const { from, to } = made.selection.main;
  return [made.sliceDoc(), made.sliceDoc(from, to)];
}

describe("a drag", () => {
  it("is the same however what others did was grouped, and holds each dragged letter that is left", () => {
    fc.assert(
      fc.property(drag, edits, (ranges, all) => {
        const changes = changesOf(all);
        const oneByOne = changes.reduce(
          (dragged, change) => dragged.map(change),
          Dragged.of(ranges, BEFORE.length),
        );
        const whole = changes.reduce((a, b) => a.compose(b), ChangeSet.empty(BEFORE.length));
        const atOnce = Dragged.of(ranges, BEFORE.length).map(whole);
        expect(oneByOne.ranges).toEqual(atOnce.ranges);
        expect(oneByOne.pieces).toEqual(atOnce.pieces);
        const text = stringOf(whole.apply(textOf(BEFORE)));
        const dragged = ranges.map(({ from, to }) => BEFORE.slice(from, to)).join("");
        const left = Array.from(text)
          .filter((letter) => dragged.includes(letter))
          .join("");
        expect(atOnce.pieces.map(({ from, to }) => text.slice(from, to)).join("")).toBe(left);
        for (const { from, to } of atOnce.ranges) {
          expect(dragged).toContain(text[from]);
          expect(dragged).toContain(text[to - 1]);
        }
      }),
    );
  });

  it("moves: no letter is lost or doubled, what is dropped is as it is then, and the rest keeps its order", () => {
    fc.assert(
      fc.property(drag, edits, fc.nat(30), (given, all, place) => {
        const changes = changesOf(all);
        const text = changes.reduce((doc, change) => change.apply(doc), textOf(BEFORE));
        const { ranges } = changes.reduce(
          (dragged, change) => dragged.map(change),
          Dragged.of(given, BEFORE.length),
        );
        const at = Math.min(place, text.length);
        const before = stringOf(text);
        const [moved, selected] = after(text, move(text, ranges, at));
        const parts = ranges.map(({ from, to }) => before.slice(from, to));
        const [first] = ranges;
        if (first === undefined || (ranges.length === 1 && at >= first.from && at <= first.to)) {
          expect(move(text, ranges, at)).toBeUndefined();
          return;
        }
        // Several become lines.
        expect(letters(moved)).toBe(letters(before + "\n".repeat(ranges.length - 1)));
        expect(selected).toBe(parts.join("\n"));
        const isIn = (unit: number): boolean => ranges.some(({ from, to }) => unit >= from && unit < to);
        const rest = (from: number, to: number): string =>
          Array.from(before.slice(from, to))
            .filter((_, index) => !isIn(from + index))
            .join("");
        expect(moved).toBe(rest(0, at) + selected + rest(at, before.length));
        const [copied] = after(text, copy(text, ranges, at));
        expect(copied).toBe(before.slice(0, at) + selected + before.slice(at));
      }),
    );
  });

  it("takes along what was typed into it, not what was typed beside it or in its place", () => {
    const ranges = (...changes: ChangeSet[]): readonly Range[] =>
      changes.reduce((dragged, change) => dragged.map(change), Dragged.of([{ from: 2, to: 5 }], 8)).ranges;
    const change = (from: number, to: number, text: string, length = 8): ChangeSet =>
      ChangeSet.of({ from, to, insert: text }, length);
    expect(ranges(change(3, 3, "xy"))).toEqual([{ from: 2, to: 7 }]);
    expect(ranges(change(2, 2, "x"))).toEqual([{ from: 3, to: 6 }]);
    expect(ranges(change(5, 5, "x"))).toEqual([{ from: 2, to: 5 }]);
    expect(ranges(change(2, 3, "x"))).toEqual([{ from: 3, to: 5 }]);
    expect(ranges(change(2, 5, ""))).toEqual([]);
    expect(ranges(change(2, 5, "xyz"))).toEqual([]);
    expect(ranges(change(0, 8, "xyz"))).toEqual([]);
    // What is put back is another text.
    expect(ranges(change(2, 5, ""), change(2, 2, "CDE", 5))).toEqual([]);
  });

  it("puts LF where a text has another line end, and is one change for who shows it", () => {
    const text = Text.of(["a\r", "b", "c"]);
    expect(after(text, move(text, [{ from: 0, to: 3 }], 5))).toEqual(["b\na\nc", "a\n"]);
    expect(after(text, insert(text, 5, "x\ry\r\n"))).toEqual(["a\r\nb\nx\ny\nc", "x\ny\n"]);
    expect(move(text, [{ from: 0, to: 3 }], 5)?.userEvent).toBe("move.drop");
    expect(copy(text, [{ from: 0, to: 3 }], 5)?.userEvent).toBe("input.drop");
    expect(copy(text, [], 5)).toBeUndefined();
  });
});
