import { EditorSelection, EditorState, Text as CodeMirrorText } from "@codemirror/state";
import { apply, Text } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operationOf } from "../src/surface/changes.ts";
import { isRemote, wholeCharacters } from "../src/surface/whole-characters.ts";
import { codeMirrorText, documents } from "./documents.ts";

function stateOf(string: string): EditorState {
  return EditorState.create({
    doc: codeMirrorText(string),
    extensions: [wholeCharacters, EditorState.lineSeparator.of("\n")],
  });
}

describe("whole characters", () => {
  it("any change becomes an operation with the same effect, and all text stays well-formed", () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat({ max: 4 }),
      insert: fc.string({
        unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)),
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(documents, fc.array(change, { minLength: 1, maxLength: 3 }), (string, plans) => {
        const state = stateOf(string);
        const changes = plans.map(({ at, remove, insert }) => {
          const from = Math.round(at * state.doc.length);
          return {
            from,
            to: Math.min(state.doc.length, from + remove),
            insert: CodeMirrorText.of(insert.split("\n")),
          };
        });
        const selection = EditorSelection.cursor(0);
        const transaction = state.update({ changes: nonOverlapping(changes), selection });
        const after = transaction.state.doc.toString();
        expect(after.isWellFormed()).toBe(true);
        expect(apply(Text.of(string), operationOf(transaction.changes, state.doc)).toString()).toBe(after);
      }),
    );
  });

  it("the text is the one that a change of code units gives, whenever that is well-formed", () => {
    let sharedStarts = 0;
    let sharedEnds = 0;
    fc.assert(
      fc.property(confusable, confusable, fc.nat(), fc.nat(), (before, after, start, end) => {
        // What comparing code units may report, from the whole text to the shortest difference.
        const from = start % (sharedPrefix(before, after) + 1);
        const shorter = Math.min(before.length, after.length) - from;
        const kept = end % (Math.min(shorter, sharedPrefix(reversed(before), reversed(after))) + 1);
        const to = before.length - kept;
        const insert = CodeMirrorText.of(after.slice(from, after.length - kept).split("\n"));
        if (!before.slice(0, from).isWellFormed()) sharedStarts++;
        if (!before.slice(to).isWellFormed()) sharedEnds++;
        const state = stateOf(before);
        const head = from + insert.length;
        const transaction = state.update({ changes: { from, to, insert }, selection: { anchor: head } });
        expect(transaction.newDoc.toString()).toBe(after);
        expect(apply(Text.of(before), operationOf(transaction.changes, state.doc)).toString()).toBe(after);
        const caret = transaction.newSelection.main.head;
        expect(caret).toBe(after.slice(0, head).isWellFormed() ? head : head - 1);
      }),
      { numRuns: 500 },
    );
    expect(Math.min(sharedStarts, sharedEnds)).toBeGreaterThan(20);
  });

  it("so do several changes at once", () => {
    let compared = 0;
    const cuts = fc.array(fc.record({ at: fc.nat(), length: fc.nat({ max: 3 }), insert: halves }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(confusable, cuts, (before, plans) => {
        const changes = plans.map(({ at, length, insert }) => {
          const from = at % (before.length + 1);
          return { from, to: Math.min(before.length, from + length), insert };
        });
        const spec = nonOverlapping(changes);
        const own = EditorState.create({ doc: codeMirrorText(before) }).update({ changes: spec });
        const expected = own.newDoc.toString();
        const shown = stateOf(before).update({ changes: spec }).newDoc.toString();
        expect(shown.isWellFormed()).toBe(true);
        if (!expected.isWellFormed()) return;
        compared++;
        expect(shown).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it.each([
    ["a tool that puts another emoji in", "x 😀 y", { from: 3, to: 4, insert: "\ude01" }, "x 😁 y"],
    ["a delete behind the first of two that share a half", "😀😁", { from: 1, to: 3 }, "😁"],
    ["an insert found inside a pair", "😀", { from: 1, insert: "\ude01\ud83d" }, "😁😀"],
    ["a low half shared with another plane", "🈀", { from: 0, to: 1, insert: "\ud83d" }, "😀"],
  ])("keeps the shared half: %s", (_name, before, change, after) => {
    expect(stateOf(before).update({ changes: change }).newDoc.toString()).toBe(after);
  });

  it("widens a deletion of half a character to the whole", () => {
    expect(
      stateOf("a😀b")
        .update({ changes: { from: 2, to: 3 } })
        .state.doc.toString(),
    ).toBe("ab");
    expect(
      stateOf("a😀b")
        .update({ changes: { from: 1, to: 2 } })
        .state.doc.toString(),
    ).toBe("ab");
  });

  it("puts an insert behind the character it would cut, and the caret behind the insert", () => {
    const { state } = stateOf("a😀b").update({ changes: { from: 2, insert: "x" }, selection: { anchor: 3 } });
    expect(state.doc.toString()).toBe("a😀xb");
  });

  it.each([
    ["at the end", 1, 3, "a\ud83d", "a😁"],
    ["at the start", 1, 3, "\ude42a", "🙂a"],
  ])(
    "keeps a character whose half finds its other half in the insert, though only %s",
    (_, from, to, insert, text) => {
      const { state } = stateOf("😀😁").update({ changes: { from, to, insert } });
      expect(state.doc.toString()).toBe(text);
    },
  );

  it("replaces lone halves by U+FFFD", () => {
    const { state } = stateOf("").update({ changes: { from: 0, insert: "\ud83dx\ude00" } });
    expect(state.doc.toString()).toBe("\ufffdx\ufffd");
  });

  it("widens a selection that cuts a pair and puts a caret before it", () => {
    const range = stateOf("a😀b").update({ selection: { anchor: 2, head: 4 } }).state.selection.main;
    expect([range.anchor, range.head]).toEqual([1, 4]);
    expect(stateOf("a😀b").update({ selection: { anchor: 2 } }).state.selection.main.head).toBe(1);
  });

  it("leaves what others did alone", () => {
    const state = stateOf("ab");
    const transaction = state.update({ changes: { from: 1, insert: "😀" }, annotations: isRemote.of(true) });
    expect(transaction.state.doc.toString()).toBe("a😀b");
    expect(transaction.annotation(isRemote)).toBe(true);
  });
});

/** Texts of characters that share their first half, their second, or neither. */
const confusable = fc
  .array(fc.constantFrom("😀", "😁", "🈀", "🈁", "a", "\n"), { maxLength: 6 })
  .map((characters) => characters.join(""));

/** Those halves in any order. */
const halves = fc
  .array(fc.constantFrom("\ud83d", "\ud83c", "\ude00", "\ude01", "a"), { maxLength: 3 })
  .map((units) => units.join(""));

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** The code units from the last to the first. */
function reversed(string: string): string {
  return string.split("").toReversed().join("");
}

function nonOverlapping<Change extends { from: number; to: number }>(changes: readonly Change[]): Change[] {
  const kept: Change[] = [];
  for (const change of changes.toSorted((a, b) => a.from - b.from)) {
    if (change.from >= (kept.at(-1)?.to ?? 0)) kept.push(change);
  }
  return kept;
}
