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

/** Marks a transaction that shows what others did: made of whole characters already, and never filtered. */
export const isRemote: AnnotationType<boolean> = Annotation.define<boolean>();

/**
 * Keeps every local change and selection on whole characters: operations count code points, so half a surrogate pair
 * can neither be deleted nor stand alone. A change or selection that would cut a pair is widened to hold it (an insert
 * goes behind it), and lone halves in inserted text become U+FFFD.
 */
export const wholeCharacters: Extension = EditorState.transactionFilter.of((transaction) => {
  if (transaction.annotation(isRemote) === true) return transaction;
  const whole = transaction.docChanged ? wholeChanges(transaction) : undefined;
  const changes = whole ?? transaction.changes;
  const given =
    whole === undefined ? transaction.selection : transaction.startState.selection.map(changes, 1);
  const selection =
    given === undefined
      ? undefined
      : wholeSelection(
          given,
          whole === undefined ? transaction.newDoc : whole.apply(transaction.startState.doc),
        );
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

/** The transaction's changes on whole characters, or undefined if they are. */
function wholeChanges(transaction: Transaction): ChangeSet | undefined {
  const { doc } = transaction.startState;
  let isWhole = true;
  const specs: { from: number; to: number; insert: Text }[] = [];
  transaction.changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    const wholeTo = cutsPair(doc, to) ? to + 1 : to;
    let wholeFrom = from;
    if (cutsPair(doc, from)) wholeFrom = from === to ? wholeTo : from - 1;
    const string = inserted.sliceString(0, inserted.length, "\n");
    const isWellFormed = string.isWellFormed();
    if (wholeFrom !== from || wholeTo !== to || !isWellFormed) isWhole = false;
    specs.push({
      from: wholeFrom,
      to: wholeTo,
      insert: isWellFormed ? inserted : Text.of(string.toWellFormed().split("\n")),
    });
  });
  return isWhole ? undefined : transaction.startState.changes(specs);
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
