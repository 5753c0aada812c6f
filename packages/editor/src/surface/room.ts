import { EditorState, type Extension, Facet } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { countPoints } from "@interline/ot";
import { pointOfUnit, pointsIn } from "./offsets.ts";
import { isRemote } from "./whole-characters.ts";

/** A paste that a document has no room for. All in code points. */
export interface TooLong {
  /** Of what was to be inserted. */
  readonly length: number;
  /** What would fit in its place. */
  readonly room: number;
}

/** What puts in much at once. */
const PASTES = ["input.paste", "input.drop", "input.replace"];

type Limit = { readonly maxLength: () => number | undefined; readonly refuse: (paste: TooLong) => void };

const limit: Facet<Limit> = Facet.define<Limit>();

/** What somebody puts in, as the filters of what is put in leave it. */
export function putIn(state: EditorState, text: string): string {
  return state.facet(EditorView.clipboardInputFilter).reduce((left, filter) => filter(left, state), text);
}

/**
 * True if a text by itself is longer than the server takes: it is refused before anything is made of it, which would
 * take seconds where it is huge.
 */
export function isRefused(state: EditorState, text: string): boolean {
  for (const { maxLength, refuse } of state.facet(limit)) {
    const max = maxLength();
    if (max === undefined || text.length <= max) continue;
    const length = countPoints(text);
    if (length <= max) continue;
    const { doc, selection } = state;
    const selected = pointOfUnit(doc, selection.main.to) - pointOfUnit(doc, selection.main.from);
    refuse({ length, room: Math.max(0, max - pointsIn(doc) + selected) });
    return true;
  }
  return false;
}

const refuseHuge: Extension = EditorView.domEventHandlers({
  paste: ({ clipboardData }, { state }) =>
    clipboardData !== null && isRefused(state, putIn(state, clipboardData.getData("text/plain"))),
});

/**
 * Refuses a paste or a drop that would make the text longer than the server takes, before anything of it is
 * shown or sent: whoever pastes has it on the clipboard still. What is typed is not refused here: a key is
 * never swallowed.
 *
 * @param maxLength the longest text, in code points; undefined: not known yet
 */
export function room(maxLength: () => number | undefined, refuse: (paste: TooLong) => void): Extension {
  const whole = EditorState.transactionFilter.of((transaction) => {
    const isPaste = PASTES.some((event) => transaction.isUserEvent(event));
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
  return [limit.of({ maxLength, refuse }), refuseHuge, whole];
}
