import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import type { Component } from "../src/components.ts";
import { Operation, replaceOperation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { UndoHistory } from "../src/undo/undo-history.ts";

/** A writer whose caret is where the last edit ended. */
class Typist {
  text: Text;
  readonly undo = new UndoHistory();
  #caret = 0;
  #at = 0;

  constructor(text = "") {
    this.text = Text.of(text);
    this.#caret = this.text.points;
  }

  /** Types each character by itself, 100 ms apart. */
  type(characters: string): this {
    for (const character of characters) this.replace(this.#caret, this.#caret, character);
    return this;
  }

  backspace(times: number): this {
    for (let time = 0; time < times; time++) this.replace(this.#caret - 1, this.#caret, "");
    return this;
  }

  deleteForward(times: number): this {
    for (let time = 0; time < times; time++) this.replace(this.#caret, this.#caret + 1, "");
    return this;
  }

  replace(from: number, to: number, text: string): this {
    const before = this.#caret;
    this.#at += 100;
    this.#caret = from + Array.from(text).length;
    const operation = replaceOperation(from, to, text, this.text.points);
    this.undo.recordLocal({
      operation,
      before: this.text,
      selectionBefore: { anchor: before, head: before },
      selectionAfter: { anchor: this.#caret, head: this.#caret },
      at: this.#at,
    });
    this.text = apply(this.text, operation);
    return this;
  }

  wait(ms: number): this {
    this.#at += ms;
    return this;
  }

  caret(point: number): this {
    this.#caret = point;
    return this;
  }

  remote(components: readonly Component[]): this {
    const operation = Operation.from(components, this.text.points);
    this.undo.addRemote(operation);
    this.text = apply(this.text, operation);
    if (typeof components[0] === "string") this.#caret += components[0].length;
    return this;
  }

  /** The text after each undo. */
  undoAll(): string[] {
    const texts: string[] = [];
    for (let step = this.undo.undo(this.text); step !== undefined; step = this.undo.undo(this.text)) {
      this.text = apply(this.text, step.operation);
      texts.push(this.text.toString());
    }
    return texts;
  }
}

describe("undo groups", () => {
  it("a word is one group, the space after it belongs to it", () => {
    expect(new Typist().type("good day now").undoAll()).toEqual(["good day ", "good ", ""]);
  });

  it("a new line starts a group", () => {
    expect(new Typist().type("one\n\ntwo").undoAll()).toEqual(["one\n\n", "one\n", "one", ""]);
  });

  it("a pause starts a group", () => {
    expect(new Typist().type("good").wait(399).type("mor").wait(400).type("ning").undoAll()).toEqual([
      "goodmor",
      "",
    ]);
  });

  it("deleting after typing starts a group; backspaces are one, word by word", () => {
    expect(new Typist().type("abc").backspace(2).type("x").undoAll()).toEqual(["a", "abc", ""]);
    expect(new Typist("good day").backspace(8).undoAll()).toEqual(["good", "good day"]);
  });

  it("forward deletes are one group, word by word", () => {
    expect(new Typist("good day").caret(0).deleteForward(8).undoAll()).toEqual(["day", "good day"]);
  });

  it("a jump of the caret starts a group", () => {
    expect(new Typist().type("bc").caret(0).type("a").undoAll()).toEqual(["bc", ""]);
    const typist = new Typist().type("a");
    typist.undo.breakGroup();
    expect(typist.type("b").undoAll()).toEqual(["a", ""]);
  });

  it("pasted words are a group of their own, a replaced selection is one with what is typed after it", () => {
    expect(new Typist().type("a").replace(1, 1, "b c").type("d").undoAll()).toEqual(["ab c", "a", ""]);
    expect(new Typist("old").replace(0, 3, "n").type("ew").undoAll()).toEqual(["old"]);
  });

  it("an operation of others ends a group that it touches, and no other", () => {
    expect(new Typist().type("ab").remote([1, "X"]).caret(3).type("c").undoAll()).toEqual(["aXb", "X"]);
    expect(new Typist().type("ab").remote([2, "X"]).caret(2).type("c").undoAll()).toEqual(["abX", "X"]);
    expect(new Typist("12").type("ab").remote(["X"]).type("c").undoAll()).toEqual(["X12"]);
  });

  it("does not reopen the group below one that others have emptied", () => {
    const typist = new Typist().type("a");
    typist.undo.breakGroup();
    typist.type("b").remote([1, { d: 1 }]);
    expect(typist.undo.canUndo()).toBe(true);
    expect(typist.caret(1).type("c").undoAll()).toEqual(["a", ""]);
  });

  it("gives back the selections, moved by what others did", () => {
    const typist = new Typist("an old").replace(3, 6, "new");
    typist.remote(["X"]);
    const undone = typist.undo.undo(typist.text);
    expect(undone && { ...undone, operation: undone.operation.toJSON() }).toEqual({
      operation: [4, "old", { d: 3 }],
      selection: { anchor: 7, head: 7 },
      authors: undefined,
    });
    if (undone !== undefined) typist.text = apply(typist.text, undone.operation);
    typist.remote(["Y"]);
    expect(typist.undo.redo(typist.text)?.selection).toEqual({ anchor: 8, head: 8 });
  });
});
