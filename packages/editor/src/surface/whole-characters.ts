import {
  Annotation,
  type AnnotationType,
  type ChangeSet,
  EditorSelection,
  EditorState,
  type Extension,
  type SelectionRange,
  Text,
  Transaction,
} from "@codemirror/state";
import { splitsPair } from "@interline/ot";
import { hasPairs } from "./offsets.ts";

/** Marks a transaction that shows what others did: made of whole characters already, and never filtered. */
export const isRemote: AnnotationType<boolean> = Annotation.define<boolean>();

/**
 * Keeps every local change and selection on whole characters: operations count code points, so half a surrogate pair
 * can neither be deleted nor stand alone.
 *
 * CodeMirror compares code units where it finds a change by looking at the page (spell checkers, extensions,
 * input methods), so what it reports may begin or end inside a character that the old and the new text share
 * one half of.
 *
 * Law (test `whole-characters.test.ts`): the text is the one that the change itself gives, whenever that is
 * well-formed. Where it is not, a half that lost its other half goes with it, an insert goes behind the
 * character it would cut, and lone halves in inserted text become U+FFFD. A selection that would cut a pair
 * is widened to hold it.
 */
export const wholeCharacters: Extension = EditorState.transactionFilter.of((transaction) => {
  if (transaction.annotation(isRemote) === true) return transaction;
  const whole = transaction.docChanged ? wholeChanges(transaction) : undefined;
  const changes = whole?.changes ?? transaction.changes;
  const given =
    whole === undefined || whole.isExact
      ? transaction.selection
      : transaction.startState.selection.map(changes, 1);
  const newDoc = whole === undefined ? transaction.newDoc : changes.apply(transaction.startState.doc);
  const selection = given === undefined ? undefined : wholeSelection(given, newDoc);
  if (whole === undefined && selection === given) return transaction;
  const userEvent = transaction.annotation(Transaction.userEvent);
  return {
    changes,
    effects: transaction.effects,
    scrollIntoView: transaction.scrollIntoView,
    ...(selection === undefined ? {} : { selection }),
    ...(userEvent === undefined ? {} : { userEvent }),
  };
});

/** True if a position, in UTF-16 code units, stands between the two halves of a surrogate pair. */
function cutsPair(text: Text, unit: number): boolean {
  return unit > 0 && unit < text.length && splitsPair(text.sliceString(unit - 1, unit + 1), 1);
}

interface WholeChanges {
  readonly changes: ChangeSet;
  /** True if they give the very text that the transaction's own changes give. */
  readonly isExact: boolean;
}

/** The transaction's changes on whole characters, or undefined if they are. */
function wholeChanges(transaction: Transaction): WholeChanges | undefined {
  const { doc } = transaction.startState;
  // A replacement has hundreds of thousands of changes: where there are no pairs none is looked for.
  const cuts = hasPairs(doc) ? cutsPair : () => false;
  let isWhole = true;
  let isExact = true;
  const specs: { from: number; to: number; insert: Text }[] = [];
  transaction.changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    const string = inserted.sliceString(0, inserted.length, "\n");
    const before = cuts(doc, from) ? doc.sliceString(from - 1, from) : "";
    const after = cuts(doc, to) ? doc.sliceString(to, to + 1) : "";
    const result = before + string + after;
    if (result === string && string.isWellFormed()) {
      specs.push({ from, to, insert: inserted });
      return;
    }
    isWhole = false;
    const wholeTo = to + after.length;
    if (result.isWellFormed())
      specs.push({ from: from - before.length, to: wholeTo, insert: textOf(result) });
    else {
      isExact = false;
      if (from === to) specs.push({ from: wholeTo, to: wholeTo, insert: textOf(string.toWellFormed()) });
      else {
        const insert = withMatched(before, string, after).toWellFormed();
        specs.push({ from: from - before.length, to: wholeTo, insert: textOf(insert) });
      }
    }
  });
  return isWhole ? undefined : { changes: transaction.startState.changes(specs), isExact };
}

/** Inserted text with the halves of characters around it (or "") that find their other half in it. */
function withMatched(before: string, inserted: string, after: string): string {
  const start = splitsPair(before + inserted, before.length) ? before : "";
  return splitsPair(inserted + after, inserted.length) ? start + inserted + after : start + inserted;
}

function textOf(string: string): Text {
  return Text.of(string.split("\n"));
}

/** The selection with both ends of each range outside pairs: a range grows, a caret goes before the character. */
function wholeSelection(selection: EditorSelection, text: Text): EditorSelection {
  if (!selection.ranges.some(({ from, to }) => cutsPair(text, from) || cutsPair(text, to))) return selection;
  return EditorSelection.create(
    selection.ranges.map((range) => wholeRange(range, text)),
    selection.mainIndex,
  );
}

function wholeRange(range: SelectionRange, text: Text): SelectionRange {
  const from = cutsPair(text, range.from) ? range.from - 1 : range.from;
  if (range.empty) return EditorSelection.cursor(from);
  const to = cutsPair(text, range.to) ? range.to + 1 : range.to;
  return range.anchor <= range.head ? EditorSelection.range(from, to) : EditorSelection.range(to, from);
}
