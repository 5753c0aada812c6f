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

function nonOverlapping<Change extends { from: number; to: number }>(changes: readonly Change[]): Change[] {
  const kept: Change[] = [];
  for (const change of changes.toSorted((a, b) => a.from - b.from)) {
    if (change.from >= (kept.at(-1)?.to ?? 0)) kept.push(change);
  }
  return kept;
}
