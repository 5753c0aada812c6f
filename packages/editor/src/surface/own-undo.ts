import {
  Annotation,
  type AnnotationType,
  type EditorState,
  type Extension,
  Facet,
  type Text,
  Transaction,
} from "@codemirror/state";
import { type Command, type EditorView, keymap } from "@codemirror/view";
import { compose, type InvertedText, type Operation, type Selection, UndoHistory } from "@interline/ot";
import { atOnce } from "./at-once.ts";
import { changesOf } from "./changes.ts";
import { pointOfUnit, pointsIn, unitOfPointIn } from "./offsets.ts";
import { isRemote } from "./whole-characters.ts";

/** The annotations of a transaction that shows what others did. Never undone from here. */
export const remoteAnnotations: readonly Annotation<boolean>[] = [
  isRemote.of(true),
  Transaction.addToHistory.of(false),
  Transaction.remote.of(true),
];

/** An edit that one undo takes back by itself, whatever was typed just before and after. */
export const isolated: AnnotationType<boolean> = Annotation.define<boolean>();

/** An edit that is an undo or a redo. */
const isStep: AnnotationType<boolean> = Annotation.define<boolean>();

/** One undo takes back what was typed without a pause, however many words. */
const BURSTS = { byWord: false };

/** False for what came in as a whole: a paste, a drop, a new line. */
function isTyped(transaction: Transaction): boolean {
  const event = transaction.annotation(Transaction.userEvent);
  return event === undefined || /^(input\.type|delete)(\.|$)/.test(event);
}

/** An edit whose composition may go on: what an input method writes is one edit until it ends. */
interface Composed {
  readonly operation: Operation;
  readonly before: Text;
  readonly selectionBefore: Selection;
  readonly selectionAfter: Selection;
}

/**
 * Undo and redo of the own edits in one view, and of nothing that others did: an `UndoHistory` of the view's
 * text. Its surface tells it of every change of that text, in their order.
 */
export class OwnUndo {
  #history = new UndoHistory(BURSTS);
  #composed: Composed | undefined;

  /** What was done before belongs to another text. */
  clear(): void {
    this.#history = new UndoHistory(BURSTS);
    this.#composed = undefined;
  }

  /** An own edit was made: `operation` is what the transaction did. */
  edited(operation: Operation, transaction: Transaction): void {
    if (transaction.annotation(isStep) === true) return;
    const { startState, newSelection, newDoc } = transaction;
    const selectionAfter = selectionIn(newDoc, newSelection.main);
    if (transaction.isUserEvent("input.type.compose")) {
      const { before, selectionBefore } = this.#composed ?? {
        before: startState.doc,
        selectionBefore: selectionIn(startState.doc, startState.selection.main),
      };
      const whole = this.#composed === undefined ? operation : compose(this.#composed.operation, operation);
      this.#composed = { operation: whole, before, selectionBefore, selectionAfter };
      return;
    }
    this.#endComposition();
    const isAlone = transaction.annotation(isolated) === true || !isTyped(transaction);
    if (isAlone) this.#history.breakGroup();
    const selectionBefore = selectionIn(startState.doc, startState.selection.main);
    this.#record({ operation, before: startState.doc, selectionBefore, selectionAfter });
    if (isAlone) this.#history.breakGroup();
  }

  /** What others did is shown now. */
  moved(operation: Operation): void {
    this.#endComposition();
    this.#history.addRemote(operation);
  }

  /** Takes back the last own edits. False if there are none, or nothing may be written. */
  undo(view: EditorView): boolean {
    return this.#step(view, "undo");
  }

  /** Takes back the last undo. */
  redo(view: EditorView): boolean {
    return this.#step(view, "redo");
  }

  #step(view: EditorView, kind: "undo" | "redo"): boolean {
    this.#endComposition();
    const { state } = view;
    if (state.readOnly) return false;
    const step = this.#history[kind](textOf(state.doc));
    if (step === undefined) return false;
    const transaction = this.#transactionOf(state, step.operation, step.selection, kind);
    view.dispatch(transaction);
    // The page may not have wanted it: then it is still to be taken back.
    if (view.state.doc !== transaction.newDoc) {
      this.#history[kind === "undo" ? "redo" : "undo"](textOf(transaction.newDoc));
    }
    return true;
  }

  #transactionOf(
    state: EditorState,
    operation: Operation,
    { anchor, head }: Selection,
    userEvent: string,
  ): Transaction {
    const changes = atOnce(state.changes(changesOf(operation, state.doc)));
    const after = changes.apply(state.doc);
    return state.update({
      changes,
      selection: { anchor: unitOfPointIn(after, anchor), head: unitOfPointIn(after, head) },
      annotations: isStep.of(true),
      userEvent,
      scrollIntoView: true,
      // What was there fits.
      filter: false,
    });
  }

  #endComposition(): void {
    const composed = this.#composed;
    this.#composed = undefined;
    if (composed !== undefined) this.#record(composed);
  }

  #record({ operation, before, selectionBefore, selectionAfter }: Composed): void {
    const at = performance.now();
    this.#history.recordLocal({ operation, before: textOf(before), selectionBefore, selectionAfter, at });
  }
}

const undoOfView = Facet.define<OwnUndo>();

/** Takes back the last own edits. */
export const undo: Command = (view) => view.state.facet(undoOfView)[0]?.undo(view) ?? false;

/** Takes back the last undo. */
export const redo: Command = (view) => view.state.facet(undoOfView)[0]?.redo(view) ?? false;

/** The keys of undo and redo, as every platform has them. */
export function ownUndo(history: OwnUndo): Extension {
  return [
    undoOfView.of(history),
    keymap.of([
      { key: "Mod-z", run: undo, preventDefault: true },
      { key: "Mod-Shift-z", run: redo, preventDefault: true },
      { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
      { linux: "Ctrl-Shift-z", run: redo, preventDefault: true },
    ]),
  ];
}

/** The text of a view as an inverse reads it, in code points. */
function textOf(doc: Text): InvertedText {
  return {
    points: pointsIn(doc),
    slice: (from, to) => doc.sliceString(unitOfPointIn(doc, from), unitOfPointIn(doc, to), "\n"),
  };
}

function selectionIn(doc: Text, { anchor, head }: { anchor: number; head: number }): Selection {
  const at = pointOfUnit(doc, head);
  return { anchor: anchor === head ? at : pointOfUnit(doc, anchor), head: at };
}
