import {
  type ChangeSet,
  EditorSelection,
  EditorState,
  type Extension,
  type SelectionRange,
  Text,
  Transaction,
} from "@codemirror/state";
import { isRemote } from "./whole-characters.ts";

/**
 * Lines end with LF: what the writer puts in gets that, by whatever way it comes, as by the clipboard, a
 * drop, a tool or `execCommand("insertText")`. Where a text has CRLF already, from another program, it is one
 * line end: it is deleted as a whole or not at all, what is typed at the end of a line stands before it, and
 * no caret stands inside it. See decisions/0027-line-ends.md.
 *
 * What others did, and undo, are shown as they are.
 */
export const lineEnds: Extension = EditorState.transactionFilter.of((transaction) => {
  if (transaction.annotation(isRemote) === true) return transaction;
  if (transaction.isUserEvent("undo") || transaction.isUserEvent("redo")) return transaction;
  const changes = transaction.docChanged ? wholeChanges(transaction) : undefined;
  const doc = changes === undefined ? transaction.newDoc : changes.apply(transaction.startState.doc);
  const moved = transaction.docChanged ? transaction.newSelection : transaction.selection;
  const given = changes === undefined ? moved : transaction.startState.selection.map(changes, 1);
  const selection = given === undefined ? undefined : wholeSelection(given, doc, transaction);
  if (changes === undefined && selection === given) return transaction;
  const userEvent = transaction.annotation(Transaction.userEvent);
  return {
    changes: changes ?? transaction.changes,
    effects: transaction.effects,
    scrollIntoView: transaction.scrollIntoView,
    ...(selection === undefined ? {} : { selection }),
    ...(userEvent === undefined ? {} : { userEvent }),
  };
});

/** Whether nodes of CodeMirror's text tree have a CR. They are immutable and shared between versions of a text. */
const returns = new WeakMap<Text, boolean>();

function hasReturn(node: Text): boolean {
  let found = returns.get(node);
  if (found === undefined) {
    found =
      node.children === null
        ? node.sliceString(0, node.length, "\n").includes("\r")
        : node.children.some(hasReturn);
    returns.set(node, found);
  }
  return found;
}

/** True if a position, in UTF-16 code units, stands between CR and LF. */
function cutsLineEnd(text: Text, unit: number): boolean {
  return unit > 0 && unit < text.length && text.sliceString(unit - 1, unit + 1, "\n") === "\r\n";
}

/**
 * The transaction's changes with LF in what is inserted, and with every CRLF whole; undefined: they are so.
 */
function wholeChanges({ startState, changes }: Transaction): ChangeSet | undefined {
  const { doc } = startState;
  const cuts = hasReturn(doc) ? cutsLineEnd : () => false;
  let isWhole = true;
  const specs: { from: number; to: number; insert: Text }[] = [];
  changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    const text = inserted.sliceString(0, inserted.length, "\n");
    const insert = text.includes("\r") ? Text.of(text.split(/\r\n?|\n/)) : inserted;
    const wholeFrom = cuts(doc, from) ? from - 1 : from;
    const wholeTo = cuts(doc, to) ? endOf(wholeFrom, to, insert) : to;
    if (insert !== inserted || wholeFrom !== from || wholeTo !== to) isWhole = false;
    specs.push({ from: wholeFrom, to: wholeTo, insert });
  });
  return isWhole ? undefined : startState.changes(specs);
}

/**
 * The end of a range that ends between CR and LF: it leaves them, unless the CR is all that it deletes, as
 * the Delete key does at the end of a line. Then it takes both.
 */
function endOf(from: number, to: number, insert: Text): number {
  return from === to - 1 && insert.length === 0 ? to + 1 : Math.max(from, to - 1);
}

/** The selection with no end inside a CRLF: it goes before it, or behind it when it came from before it. */
function wholeSelection(
  selection: EditorSelection,
  doc: Text,
  { startState, docChanged }: Transaction,
): EditorSelection {
  if (!selection.ranges.some(({ from, to }) => cutsLineEnd(doc, from) || cutsLineEnd(doc, to)))
    return selection;
  const heads = new Set(docChanged ? [] : startState.selection.ranges.map(({ head }) => head));
  const whole = (unit: number): number => {
    if (!cutsLineEnd(doc, unit)) return unit;
    return heads.has(unit - 1) ? unit + 1 : unit - 1;
  };
  return EditorSelection.create(
    selection.ranges.map(
      ({ anchor, head }): SelectionRange => EditorSelection.range(whole(anchor), whole(head)),
    ),
    selection.mainIndex,
  );
}
