import { EditorState, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineEnds } from "../src/surface/line-ends.ts";
import { isRemote } from "../src/surface/whole-characters.ts";

function editor(text: string, anchor = 0): EditorState {
  return EditorState.create({
    doc: Text.of(text.split("\n")),
    selection: { anchor },
    extensions: [EditorState.lineSeparator.of("\n"), lineEnds],
  });
}

/** The text after replacing a range, and where the caret is. */
function replaced(text: string, from: number, to: number, insert: string): [string, number] {
  const state = editor(text, text.slice(to - 1, to + 1) === "\r\n" ? to - 1 : to);
  const { state: after } = state.update({ changes: { from, to, insert }, userEvent: "input.type" });
  return [after.sliceDoc(), after.selection.main.head];
}

const LONE_CR = /\r(?!\n)/g;
const LONE_LF = /(?<!\r)\n/g;

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

describe("line ends", () => {
  it.each([
    ["a", 1, 1, "b\r\nc\rd", "ab\nc\nd"],
    // Joining two lines takes all of what is between them.
    ["a\r\nb", 2, 3, "", "ab"],
    // What is typed at the end of a line, or in place of it, stands before its end.
    ["a\r\nb", 2, 2, "x", "ax\r\nb"],
    ["one\r\nb", 0, 4, "x", "x\r\nb"],
    ["a\r\nb", 1, 2, "", "ab"],
    ["a\r\nb", 1, 2, "x", "ax\r\nb"],
    // Selected across it.
    ["a\r\nb", 0, 4, "x", "x"],
    ["a\r\nb\r\nc", 2, 5, "", "a\r\nc"],
    // A CR that stands alone is a character.
    ["a\rb", 1, 2, "", "ab"],
    ["a\r\r\nb", 1, 2, "", "a\r\nb"],
  ])("in %j, %i to %i replaced by %j gives %j", (text, from, to, insert, expected) => {
    expect(replaced(text, from, to, insert)[0]).toBe(expected);
  });

  it("a caret never stands inside one: it passes over", () => {
    const moved = (from: number, to: number): number =>
      editor("a\r\nb", from).update({ selection: { anchor: to } }).state.selection.main.head;
    expect([moved(0, 2), moved(1, 2), moved(3, 2)]).toEqual([1, 3, 1]);
    expect(replaced("a\r\nb", 2, 2, "xy")).toEqual(["axy\r\nb", 3]);
  });

  it("what others did, and undo, are shown as they are", () => {
    const state = editor("a");
    const changes = { from: 1, insert: Text.of(["\r", "b"]) };
    expect(state.update({ changes, annotations: isRemote.of(true) }).state.sliceDoc()).toBe("a\r\nb");
    expect(state.update({ changes, userEvent: "undo" }).state.sliceDoc()).toBe("a\r\nb");
  });

  it("no local change puts in a CR, or leaves one of a CRLF without the other", () => {
    const text = fc.array(fc.constantFrom("a", "b", "\r\n", "\n", "\r"), { maxLength: 12 });
    const change = fc.tuple(text, text, fc.nat(), fc.nat());
    fc.assert(
      fc.property(change, ([before, insert, a, b]) => {
        const doc = before.join("");
        const [from, to] = [a % (doc.length + 1), b % (doc.length + 1)].toSorted((x, y) => x - y) as [
          number,
          number,
        ];
        const [after, head] = replaced(doc, from, to, insert.join(""));
        expect(after.startsWith(doc.slice(0, Math.max(0, from - 1)))).toBe(true);
        expect(after.endsWith(doc.slice(to + 1))).toBe(true);
        expect(count(after, LONE_CR)).toBeLessThanOrEqual(count(doc, LONE_CR));
        const added = count(insert.join(""), /\r\n|\r|\n/g);
        expect(count(after, LONE_LF)).toBeLessThanOrEqual(count(doc, LONE_LF) + added);
        expect(after.slice(head - 1, head + 1)).not.toBe("\r\n");
      }),
    );
  });
});
