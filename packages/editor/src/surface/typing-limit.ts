import {
  ChangeSet,
  EditorSelection,
  EditorState,
  type Extension,
  type Transaction,
  type TransactionSpec,
} from "@codemirror/state";
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { splitsPair } from "@interline/ot";
import { textOf } from "./changes.ts";
import { isRemote } from "./whole-characters.ts";

/**
 * Bounds what this person types, pastes and drops, as `maxlength` does: what does not fit is left out. A text that
 * others have made longer than that can be made shorter, and no longer. An input method's composition is bounded
 * when it ends: cutting it would garble it.
 *
 * @param maxLength in UTF-16 code units; -1: no bound
 */
export function typingLimit(maxLength: () => number): Extension {
  return [
    EditorState.transactionFilter.of((transaction) => bounded(transaction, maxLength())),
    // Most of a huge paste is not even looked at. A line end may be two code units before it is one.
    EditorView.clipboardInputFilter.of((text) => {
      const max = maxLength();
      return max < 0 || text.length <= 2 * max ? text : text.slice(0, 2 * max).toWellFormed();
    }),
    ViewPlugin.define((view) => new Composed(view, maxLength), {
      eventHandlers: {
        // The view takes in the last of the composition first.
        compositionend() {
          setTimeout(() => this.cut());
        },
      },
    }),
  ];
}

/** The transaction, or what of it fits into `max` code units (-1: everything). */
function bounded(transaction: Transaction, max: number): Transaction | readonly TransactionSpec[] {
  const { startState, newDoc, changes } = transaction;
  if (max < 0 || newDoc.length <= max || !transaction.isUserEvent("input")) return transaction;
  if (transaction.isUserEvent("input.type.compose") || transaction.annotation(isRemote) === true)
    return transaction;
  let excess = newDoc.length - Math.max(max, startState.doc.length);
  if (excess <= 0) return transaction;
  const pieces: { from: number; to: number; insert: string }[] = [];
  changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    pieces.push({ from, to, insert: inserted.sliceString(0, inserted.length, "\n") });
  });
  const kept = pieces.toReversed().map(({ from, to, insert }) => {
    let length = Math.max(0, insert.length - excess);
    if (splitsPair(insert, length)) length--;
    excess = Math.max(0, excess - (insert.length - length));
    return { from, to, insert: textOf(insert.slice(0, length)) };
  });
  const fitting = ChangeSet.of(kept.toReversed(), startState.doc.length);
  if (fitting.empty || kept.every(({ insert }) => insert.length === 0)) return [];
  return [
    {
      changes: fitting,
      // Behind what was put in, as it would be behind all of it.
      selection: EditorSelection.create(
        pieces.map(({ to }) => EditorSelection.cursor(fitting.mapPos(to, 1))),
        pieces.length === startState.selection.ranges.length ? startState.selection.mainIndex : 0,
      ),
      effects: transaction.effects,
      scrollIntoView: transaction.scrollIntoView,
      userEvent: "input.type",
    },
  ];
}

/** What one composition has put in, in UTF-16 code units. */
class Composed implements PluginValue {
  readonly #view: EditorView;
  readonly #maxLength: () => number;
  #length = 0;

  constructor(view: EditorView, maxLength: () => number) {
    this.#view = view;
    this.#maxLength = maxLength;
  }

  update({ transactions }: ViewUpdate): void {
    for (const transaction of transactions) {
      if (!transaction.docChanged || !transaction.isUserEvent("input.type.compose")) continue;
      this.#length += transaction.newDoc.length - transaction.startState.doc.length;
    }
  }

  /** The composition has ended: takes back what of it does not fit. */
  cut(): void {
    const { state } = this.#view;
    const max = this.#maxLength();
    const { head } = state.selection.main;
    const excess = max < 0 ? 0 : Math.min(state.doc.length - max, this.#length, head);
    this.#length = 0;
    if (excess > 0) this.#view.dispatch({ changes: { from: head - excess, to: head }, userEvent: "delete" });
  }
}
