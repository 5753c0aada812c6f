import { ChangeSet, EditorState, type Transaction, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operationOf } from "../src/surface/changes.ts";
import { OwnUndo, isolated, remoteAnnotations } from "../src/surface/own-undo.ts";

/** A view without a screen, joined to an undo as a surface joins them. */
class Shown {
  state: EditorState = EditorState.create({ extensions: [EditorState.allowMultipleSelections.of(true)] });
  readonly undo = new OwnUndo();
  /** The page wants no change. */
  isRefusing = false;

  dispatch(spec: TransactionSpec | Transaction): void {
    const transaction = "newDoc" in spec ? (spec as Transaction) : this.state.update(spec);
    if (this.isRefusing) return;
    this.state = transaction.state;
    if (!transaction.docChanged) return;
    const operation = operationOf(transaction.changes, transaction.startState.doc);
    if (transaction.annotation(remoteAnnotations[0]?.type as never) !== true)
      this.undo.edited(operation, transaction);
  }

  get view(): EditorView {
    return this as unknown as EditorView;
  }

  get text(): string {
    return this.state.doc.toString();
  }

  /** At a share of the text, whole characters only. */
  at(share: number): number {
    const points = Array.from(this.text);
    return points.slice(0, Math.floor(share * (points.length + 1))).join("").length;
  }

  write(from: number, to: number, insert: string, more: TransactionSpec = {}): void {
    this.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, ...more });
  }

  others(from: number, to: number, insert: string): void {
    const changes = ChangeSet.of([{ from, to, insert }], this.state.doc.length);
    this.undo.moved(operationOf(changes, this.state.doc));
    this.dispatch({ changes, annotations: remoteAnnotations });
  }
}

const letters = (alphabet: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...Array.from(alphabet)), { minLength: 1, maxLength: 3 })
    .map((all) => all.join(""));
const place = fc.double({ min: 0, max: 0.999, noNaN: true });
const act = fc.oneof(
  fc.record({ who: fc.constant("me" as const), from: place, text: letters("ABC 😀") }),
  fc.record({ who: fc.constant("composing" as const), from: place, text: letters("日本") }),
  fc.record({ who: fc.constant("alone" as const), from: place, text: letters("XYZ") }),
  fc.record({ who: fc.constant("others" as const), from: place, text: letters("abc\n🐈") }),
);

describe("the own undo", () => {
  it("takes back everything written here and nothing of others, and brings all of it back", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        const shown = new Shown();
        let others = "";
        for (const { who, from, text } of acts) {
          const at = shown.at(from);
          if (who === "others") {
            shown.others(at, at, text);
            others += text;
          } else if (who === "composing") {
            // As an input method: each update writes over the one before.
            shown.write(at, at, text, { userEvent: "input.type.compose.start" });
            shown.write(at, at + text.length, `${text}本`, { userEvent: "input.type.compose" });
          } else shown.write(at, at, text, who === "alone" ? { annotations: isolated.of(true) } : {});
        }
        const whole = shown.text;
        while (shown.undo.undo(shown.view));
        const sorted = (text: string): string => Array.from(text).toSorted().join("");
        expect(sorted(shown.text)).toBe(sorted(others));
        while (shown.undo.redo(shown.view));
        expect(shown.text).toBe(whole);
      }),
    );
  });

  it("takes back what an input method wrote as one", () => {
    const shown = new Shown();
    shown.write(0, 0, "a ", { annotations: isolated.of(true) });
    shown.write(2, 2, "に", { userEvent: "input.type.compose.start" });
    shown.write(2, 3, "にほ", { userEvent: "input.type.compose" });
    shown.write(2, 4, "日本", { userEvent: "input.type.compose" });
    expect(shown.undo.undo(shown.view)).toBe(true);
    expect(shown.text).toBe("a ");
    expect(shown.undo.redo(shown.view)).toBe(true);
    expect(shown.text).toBe("a 日本");
    expect(shown.state.selection.main.head).toBe(4);
  });

  it("takes back what stands alone by itself", () => {
    const shown = new Shown();
    shown.write(0, 0, "a");
    shown.write(1, 1, "b", { annotations: isolated.of(true) });
    shown.write(2, 2, "c");
    for (const text of ["ab", "a", ""]) {
      shown.undo.undo(shown.view);
      expect(shown.text).toBe(text);
    }
    expect(shown.undo.undo(shown.view)).toBe(false);
  });

  it("takes back several places as one", () => {
    const shown = new Shown();
    shown.write(0, 0, "one one");
    shown.dispatch({
      changes: [
        { from: 0, to: 3, insert: "two" },
        { from: 4, to: 7, insert: "two" },
      ],
    });
    shown.undo.undo(shown.view);
    expect(shown.text).toBe("one one");
  });

  it("that the page does not want is still there to be made", () => {
    const shown = new Shown();
    shown.write(0, 0, "a");
    shown.isRefusing = true;
    shown.undo.undo(shown.view);
    expect(shown.text).toBe("a");
    shown.isRefusing = false;
    expect(shown.undo.undo(shown.view)).toBe(true);
    expect(shown.text).toBe("");
    expect(shown.undo.redo(shown.view)).toBe(true);
    expect(shown.text).toBe("a");
  });

  it("changes nothing where nothing may be written", () => {
    const shown = new Shown();
    shown.write(0, 0, "a");
    shown.state = EditorState.create({ doc: "a", extensions: EditorState.readOnly.of(true) });
    expect(shown.undo.undo(shown.view)).toBe(false);
    expect(shown.text).toBe("a");
  });
});
