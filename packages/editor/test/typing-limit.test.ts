import { EditorState, Text, type TransactionSpec } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { typingLimit } from "../src/surface/typing-limit.ts";
import { isRemote } from "../src/surface/whole-characters.ts";
import { codeMirrorText, documents } from "./documents.ts";

function after(text: string, max: number, spec: TransactionSpec): { text: string; caret: number } {
  const state = EditorState.create({ doc: codeMirrorText(text), extensions: typingLimit(() => max) });
  const { newDoc, newSelection } = state.update(spec);
  return { text: newDoc.sliceString(0, undefined, "\n"), caret: newSelection.main.head };
}

const typed = (at: number, insert: string, to = at): TransactionSpec => ({
  changes: { from: at, to, insert: Text.of(insert.split("\n")) },
  selection: { anchor: at + insert.length },
  userEvent: "input.paste",
});

describe("maxlength", () => {
  it("takes of what is typed and pasted what fits, with the caret behind it", () => {
    expect(after("abc", 6, typed(1, "1234567"))).toEqual({ text: "a123bc", caret: 4 });
    expect(after("abc", 3, typed(3, "d"))).toEqual({ text: "abc", caret: 0 }); // where it was
    expect(after("abcd", 4, typed(1, "xyz", 3))).toEqual({ text: "axyd", caret: 3 });
  });

  it("cuts no character in two", () => {
    expect(after("ab", 3, typed(2, "😀")).text).toBe("ab");
    expect(after("ab", 5, typed(2, "😀😀")).text).toBe("ab😀");
  });

  it("lets a text that others have made longer get shorter, and no longer", () => {
    expect(after("abcdef", 3, typed(6, "g")).text).toBe("abcdef");
    expect(after("abcdef", 3, typed(0, "xy", 4)).text).toBe("xyef");
    expect(after("abcdef", 3, { changes: { from: 0, to: 2 }, userEvent: "delete" }).text).toBe("cdef");
  });

  it("is no bound for others, for scripts, nor for a composition before its end", () => {
    const insert = { from: 0, insert: "xyz" };
    expect(after("abc", 3, { changes: insert, annotations: isRemote.of(true) }).text).toBe("xyzabc");
    expect(after("abc", 3, { changes: insert }).text).toBe("xyzabc");
    expect(after("abc", 3, { changes: insert, userEvent: "input.type.compose" }).text).toBe("xyzabc");
    expect(after("abc", -1, typed(0, "xyz")).text).toBe("xyzabc");
  });

  it("is never passed by what is typed", () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(documents, documents, place, place, fc.nat(60), (text, insert, one, other, max) => {
        const [from, to] = [one, other].map((at) => Math.round(at * text.length)).toSorted((a, b) => a - b);
        const made = after(text, max, typed(from ?? 0, insert, to));
        expect(made.text.length).toBeLessThanOrEqual(Math.max(max, text.length));
      }),
    );
  });
});
