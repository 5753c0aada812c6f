import { history, historyField, historyKeymap, isolateHistory, redo } from "@codemirror/commands";
import { type Annotation, EditorState, type Extension, StateField, Transaction } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { isRemote } from "./whole-characters.ts";

/** A pause of so long ends what one undo takes back, in ms. */
const GROUP_IDLE = 500;

/** Where the present burst of own typing stands, in UTF-16 code units; undefined before the first. */
interface Burst {
  readonly from: number;
  readonly to: number;
}

const burstField: StateField<Burst | undefined> = StateField.define<Burst | undefined>({
  create: () => undefined,
  update(burst, transaction) {
    if (!transaction.docChanged) return burst;
    const { changes } = transaction;
    if (transaction.annotation(isRemote) === true) {
      return burst && { from: changes.mapPos(burst.from, -1), to: changes.mapPos(burst.to, 1) };
    }
    let from = Infinity;
    let to = -Infinity;
    changes.iterChangedRanges((_fromBefore, _toBefore, fromAfter, toAfter) => {
      from = Math.min(from, fromAfter);
      to = Math.max(to, toAfter);
    });
    if (burst === undefined) return { from, to };
    const before = { from: changes.mapPos(burst.from, -1), to: changes.mapPos(burst.to, 1) };
    const touches = from <= before.to && to >= before.from;
    return touches ? { from: Math.min(from, before.from), to: Math.max(to, before.to) } : { from, to };
  },
});

/** A change of others inside the burst ends it, so that one undo never reaches around their text. */
const closeBurst: Extension = EditorState.transactionExtender.of((transaction) => {
  if (transaction.annotation(isRemote) !== true) return null;
  const burst = transaction.startState.field(burstField);
  if (burst === undefined || transaction.changes.touchesRange(burst.from, burst.to) === false) return null;
  return { annotations: isolateHistory.of("full") };
});

/** The annotations of a transaction that shows what others did. Never undone from here. */
export const remoteAnnotations: readonly Annotation<boolean>[] = [
  isRemote.of(true),
  Transaction.addToHistory.of(false),
  Transaction.remote.of(true),
];

/** What can be undone in another state with the same text, as where a view is made again. */
export function undoOf(state: EditorState): Extension {
  return [historyField, burstField].map((field) => field.init(() => state.field(field)));
}

/** Undo and redo of the own edits only. */
export const ownUndo: Extension = [
  burstField,
  closeBurst,
  history({ newGroupDelay: GROUP_IDLE }),
  keymap.of([
    ...historyKeymap,
    { key: "Mod-Shift-z", run: redo, preventDefault: true },
    { key: "Mod-y", run: redo },
  ]),
];
