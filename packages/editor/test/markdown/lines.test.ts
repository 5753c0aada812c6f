import { EditorState, type StateCommand, type Transaction } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { continueList } from "../../src/markdown/enter.ts";
import { indentItems, outdentItems } from "../../src/markdown/indent.ts";
import { linked, toggledTask } from "../../src/markdown/lines.ts";

/** What a command makes of a text with the caret, or a selection between two of them, at "|". Undefined: it is not for here. */
function after(command: StateCommand, marked: string): string | undefined {
  const anchor = marked.indexOf("|");
  const head = marked.lastIndexOf("|");
  const state = EditorState.create({
    doc: marked.replaceAll("|", ""),
    selection: { anchor, head: head === anchor ? anchor : head - 1 },
  });
  let made: Transaction | undefined;
  const isDone = command({ state, dispatch: (transaction) => (made = transaction) });
  if (!isDone || made === undefined) return undefined;
  const { main } = made.newSelection;
  const text = made.newDoc.toString();
  return main.empty
    ? `${text.slice(0, main.head)}|${text.slice(main.head)}`
    : `${text.slice(0, main.from)}|${text.slice(main.from, main.to)}|${text.slice(main.to)}`;
}

const enter = continueList(() => false);

describe("Enter in Markdown", () => {
  it.each([
    ["- milk|", "- milk\n- |"],
    ["* milk|bread", "* milk\n* |bread"],
    ["  + milk|", "  + milk\n  + |"],
    ["9. milk|", "9. milk\n10. |"],
    ["1) milk|", "1) milk\n2) |"],
    ["- [x] milk|", "- [x] milk\n- [ ] |"],
    ["> said|", "> said\n> |"],
    ["> > said|", "> > said\n> > |"],
    ["> - said|", "> - said\n> - |"],
    ["- milk |and| bread", "- milk \n- | bread"],
  ])("goes on in %j", (before, expected) => {
    expect(after(enter, before)).toBe(expected);
  });

  it.each([
    ["- milk\n- |", "- milk\n|"],
    ["- [ ] |", "|"],
    ["1. |", "|"],
    ["> |", "|"],
    ["> > |", "> |"],
    ["> - |", "> |"],
  ])("ends what is empty in %j", (before, expected) => {
    expect(after(enter, before)).toBe(expected);
  });

  it.each(["milk|", "|- milk", "-milk|", "[ ] milk|", "10 milk|", "\\- milk|"])(
    "is an ordinary one in %j",
    (before) => {
      expect(after(enter, before)).toBeUndefined();
    },
  );

  it("is an ordinary one in a block of code", () => {
    expect(
      after(
        continueList(() => true),
        "- milk|",
      ),
    ).toBeUndefined();
  });

  it("does nothing where nothing can be typed", () => {
    const state = EditorState.create({
      doc: "- a",
      selection: { anchor: 3 },
      extensions: EditorState.readOnly.of(true),
    });
    for (const command of [enter, indentItems, outdentItems])
      expect(command({ state, dispatch: () => expect.unreachable() })).toBe(false);
  });
});

describe("Tab in Markdown", () => {
  it.each([
    ["- a\n- b|", "- a\n  - b|"],
    ["1. a\n2. b|", "1. a\n   2. b|"],
    ["- a\n- |b\n- c|\nd", "- a\n  - |b\n  - c|\nd"],
    ["> - a\n> - b|", "> - a\n>   - b|"],
  ])("moves items in: %j", (before, expected) => {
    expect(after(indentItems, before)).toBe(expected);
  });

  it.each([
    ["- a\n  - b|", "- a\n- b|"],
    ["\t- b|", "- b|"],
    ["> - a\n>   - b|", "> - a\n> - b|"],
  ])("and out: %j", (before, expected) => {
    expect(after(outdentItems, before)).toBe(expected);
  });

  it("is left to the page elsewhere, and where nothing is left to take away", () => {
    expect([after(indentItems, "milk|"), after(indentItems, "> milk|"), after(outdentItems, "- a|")]).toEqual(
      [undefined, undefined, undefined],
    );
  });
});

describe("a task", () => {
  it.each([
    ["- [ ] milk", { at: 3, insert: "x" }],
    ["- [x] milk", { at: 3, insert: " " }],
    ["> 1. [X] milk", { at: 6, insert: " " }],
    ["[ ] milk", undefined],
    ["- [ ]milk", undefined],
    ["- milk [ ]", undefined],
  ])("in %j is pressed", (line, expected) => {
    expect(toggledTask(line)).toEqual(expected);
  });
});

describe("an address over words", () => {
  it.each([
    ["the plan", "https://example.org/a b", undefined],
    ["the plan", " https://example.org/a\n", "[the plan](https://example.org/a)"],
    ["the plan", "https://example.org/a)b", "[the plan](<https://example.org/a)b>)"],
    ["the plan", "https://example.org/a_(b)", "[the plan](https://example.org/a_(b))"],
    ["the plan", "javascript:alert(1)", undefined],
    ["two\nlines", "https://example.org", undefined],
    ["https://old.example", "https://example.org", undefined],
    [" ", "https://example.org", undefined],
  ])("%j and %j", (selected, pasted, expected) => {
    expect(linked(selected, pasted)).toBe(expected);
  });
});
