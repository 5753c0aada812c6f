import { EditorState, Text } from "@codemirror/state";
import type { RemotePeer } from "@interline/client";
import { describe, expect, it } from "vitest";
import {
  caretField,
  caretOf,
  type CaretState,
  caretsOf,
  isFlagged,
  isIdle,
  isPresent,
  presentPeople,
  setCarets,
} from "../src/surface/caret-field.ts";

const NOW = 100_000;
const text = Text.of(["a😀b", "second"]);

function peer(head: number, anchor = head, more: Partial<RemotePeer> = {}): RemotePeer {
  const user = { id: "ana", name: "Ana", color: 12 };
  const selection = { anchor, head };
  return { peer: 1, user, isAway: false, selection, activeAt: NOW, typedAt: undefined, ...more };
}

/** How much of others is shown, by default. */
const shownAt = (now: number, more: Partial<CaretState> = {}): CaretState => ({
  carets: [],
  highlighted: undefined,
  now,
  flags: "activity",
  isQuiet: false,
  ...more,
});

describe("carets of others", () => {
  it("stand at UTF-16 offsets, and nowhere without a selection", () => {
    expect(caretsOf([peer(2, 3)], text, [], NOW)).toMatchObject([{ head: 3, anchor: 4 }]);
    expect(caretsOf([peer(0, 0, { selection: undefined })], text, [], NOW)).toEqual([]);
  });

  it("move with changes made before them, and stay before an insert at their place", () => {
    let state = EditorState.create({ doc: text, extensions: caretField });
    const carets = caretsOf([peer(3)], text, [], NOW);
    state = state.update({ effects: setCarets.of({ carets, now: NOW }) }).state;
    state = state.update({ changes: { from: 0, insert: "123" } }).state;
    expect(state.field(caretField).carets[0]?.head).toBe(7);
    state = state.update({ changes: { from: 7, insert: "x" } }).state;
    expect(state.field(caretField).carets[0]?.head).toBe(7);
  });

  it("[P2] grow faint at once when their owner is away, and go after 5 min", () => {
    const look = (isAway: boolean, now: number) =>
      caretsOf([peer(2, 2, { isAway })], text, [], NOW).map((caret) => [
        isPresent(caret, now),
        isIdle(caret, now),
      ]);
    expect(look(false, NOW)).toEqual([[true, false]]);
    expect(look(true, NOW)).toEqual([[true, true]]);
    expect(look(false, NOW + 60_000)).toEqual([[true, true]]);
    expect(look(true, NOW + 300_000)).toEqual([[false, true]]);
  });

  it("bear a flag after a jump and a selection, not while typing on", () => {
    const shown = caretsOf([peer(1)], text, [], NOW + 60_000);
    const isNamed = (next: RemotePeer): boolean => {
      const [caret] = caretsOf([next], text, shown, NOW);
      return caret !== undefined && isFlagged(caret, shownAt(NOW));
    };
    expect(isNamed(peer(1))).toBe(false);
    expect(isNamed(peer(2))).toBe(false);
    expect(isNamed(peer(5))).toBe(true);
    expect(isNamed(peer(5, 5, { typedAt: NOW }))).toBe(false);
    expect(isNamed(peer(3, 1))).toBe(true);
  });

  it("bear their flags always or only while pointed at, where a page wants that", () => {
    const [jumped, still] = caretsOf([peer(5), peer(1, 1, { peer: 2, activeAt: 0 })], text, [], NOW);
    if (jumped === undefined || still === undefined) throw new Error("no carets");
    const flagged = (more: Partial<CaretState>): boolean[] =>
      [jumped, still].map((caret) => isFlagged(caret, shownAt(NOW, more)));
    expect(flagged({})).toEqual([true, false]);
    expect(flagged({ flags: "always" })).toEqual([true, true]);
    expect(flagged({ flags: "hover" })).toEqual([false, false]);
    expect(flagged({ flags: "hover", highlighted: "ana" })).toEqual([true, true]);
  });

  it("count as one person's however many tabs they have, and those who are away long do not", () => {
    const bea = { id: "bea", name: "Bea", color: 3 };
    const peers = [peer(1), peer(2, 2, { peer: 2, activeAt: NOW - 1 }), peer(3, 3, { peer: 3, user: bea })];
    const carets = caretsOf(peers, text, [], NOW);
    expect(presentPeople(shownAt(NOW, { carets }))).toBe(2);
    expect(caretOf(shownAt(NOW, { carets }), "ana")?.peer).toBe(1);
    expect(presentPeople(shownAt(NOW + 300_000, { carets }))).toBe(0);
    expect(caretOf(shownAt(NOW + 300_000, { carets }), "ana")).toBeUndefined();
  });
});
