import { EditorState, type Extension } from "@codemirror/state";
import { pointsIn } from "./offsets.ts";
import { isRemote } from "./whole-characters.ts";

/** A paste that a document has no room for. All in code points. */
export interface TooLong {
  /** Of what was to be inserted. */
  readonly length: number;
  /** What would fit in its place. */
  readonly room: number;
}

/**
 * Refuses a paste or a drop that would make the text longer than the server takes, before anything of it is
 * shown or sent: whoever pastes has it on the clipboard still. What is typed is not refused here: a key is
 * never swallowed.
 *
 * @param maxLength the longest text, in code points; undefined: not known yet
 */
export function room(maxLength: () => number | undefined, refuse: (paste: TooLong) => void): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    const isPaste = transaction.isUserEvent("input.paste") || transaction.isUserEvent("input.drop");
    if (!isPaste || !transaction.docChanged || transaction.annotation(isRemote) === true) return transaction;
    const max = maxLength();
    // Code points are never more than UTF-16 code units: most texts need not be counted.
    if (max === undefined || transaction.newDoc.length <= max) return transaction;
    const after = pointsIn(transaction.newDoc);
    if (after <= max) return transaction;
    let length = 0;
    transaction.changes.iterChanges((_from, _to, _fromAfter, _toAfter, inserted) => {
      length += pointsIn(inserted);
    });
    const room = Math.max(0, max - (after - length));
    // A state is never changed from within its own transaction, and neither is what shows it.
    queueMicrotask(() => refuse({ length, room }));
    return [];
  });
}
