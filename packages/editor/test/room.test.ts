import { EditorState, Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { isRefused, room, type TooLong } from "../src/surface/room.ts";

/**
 * What becomes of a text of at most `max` code points when part of it is replaced, and what is said about it.
 */
async function pasted(
  text: string,
  change: { from: number; to?: number; insert: string },
  max: number | undefined,
  userEvent = "input.paste",
): Promise<[text: string, refused: TooLong[]]> {
  const refused: TooLong[] = [];
  const state = EditorState.create({
    doc: Text.of(text.split("\n")),
    extensions: room(
      () => max,
      (paste) => refused.push(paste),
    ),
  });
  const after = state.update({ changes: change, userEvent }).state.sliceDoc();
  await Promise.resolve();
  return [after, refused];
}

describe("room for a paste", () => {
  it("up to the last code point it is taken", async () => {
    expect(await pasted("ab", { from: 1, insert: "123" }, 5)).toEqual(["a123b", []]);
    // Surrogate pairs count once.
    expect(await pasted("a😀", { from: 0, insert: "😀😀" }, 4)).toEqual(["😀😀a😀", []]);
    // What it replaces makes room.
    expect(await pasted("abcde", { from: 1, to: 4, insert: "123" }, 5)).toEqual(["a123e", []]);
  });

  it("above that nothing of it is taken, and it is said what would fit", async () => {
    for (const userEvent of ["input.paste", "input.drop", "input.replace.all"]) {
      const change = { from: 1, insert: "1😀34" };
      expect(await pasted("ab", change, 5, userEvent)).toEqual(["ab", [{ length: 4, room: 3 }]]);
    }
    const change = { from: 0, to: 2, insert: "12345678" };
    expect(await pasted("abcd", change, 5)).toEqual(["abcd", [{ length: 8, room: 3 }]]);
    // Somebody else has filled it above its bound meanwhile.
    expect(await pasted("abcd", { from: 0, insert: "1" }, 3)).toEqual(["abcd", [{ length: 1, room: 0 }]]);
  });

  it("a key is never swallowed, and without a known bound nothing is refused", async () => {
    expect(await pasted("abc", { from: 0, insert: "x" }, 3, "input.type")).toEqual(["xabc", []]);
    expect(await pasted("abc", { from: 0, insert: "x" }, undefined)).toEqual(["xabc", []]);
  });
});

it("a text that is too long by itself is refused before it is taken apart, with what would fit", () => {
  const refused: TooLong[] = [];
  const state = EditorState.create({
    doc: "abcdef",
    selection: { anchor: 1, head: 3 },
    extensions: room(
      () => 8,
      (paste) => refused.push(paste),
    ),
  });
  expect([isRefused(state, "12345678"), isRefused(state, "😀".repeat(8))]).toEqual([false, false]);
  expect(isRefused(state, "😀".repeat(9))).toBe(true);
  expect(refused).toEqual([{ length: 9, room: 4 }]);
});
