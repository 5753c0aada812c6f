import {
  EditorSelection,
  type EditorState,
  type Extension,
  StateEffect,
  type StateCommand,
  type StateEffectType,
  StateField,
  type TransactionSpec,
} from "@codemirror/state";
import type { Command } from "@codemirror/view";
import { isRemote } from "../surface/whole-characters.ts";

/** What was killed last, the newest last; one ring for the page, as in Emacs. */
const ring: string[] = [];
const DEPTH = 60;

const KILL = "delete.kill";

/** What a view remembers between two keys. */
interface Memory {
  readonly isMarkSet: boolean;
  /** True: the last key killed, and the next kill is added to it. */
  readonly wasKill: boolean;
  /** What was yanked last, if by the last key: where it stands, and which of the ring it is. */
  readonly yanked: { readonly from: number; readonly to: number; readonly back: number } | undefined;
}

/** Sets the mark at the caret, or lets go of it. */
export const setMark: StateEffectType<boolean> = StateEffect.define();
const setYanked: StateEffectType<NonNullable<Memory["yanked"]>> = StateEffect.define();

const memoryField: StateField<Memory> = StateField.define<Memory>({
  create: () => ({ isMarkSet: false, wasKill: false, yanked: undefined }),
  update(state, transaction) {
    let next = state;
    if (transaction.docChanged || transaction.selection !== undefined) {
      const isOthers = transaction.annotation(isRemote) === true;
      if (isOthers) {
        const { yanked } = state;
        const { changes } = transaction;
        next = {
          ...state,
          yanked: yanked && {
            ...yanked,
            from: changes.mapPos(yanked.from, 1),
            to: changes.mapPos(yanked.to, -1),
          },
        };
      } else {
        next = {
          isMarkSet: state.isMarkSet && !transaction.docChanged,
          wasKill: transaction.isUserEvent(KILL),
          yanked: undefined,
        };
      }
    }
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) next = { ...next, isMarkSet: effect.value };
      else if (effect.is(setYanked)) next = { ...next, yanked: effect.value };
    }
    return next;
  },
});

/** What the commands of this file need in a state. */
export const memory: Extension = memoryField;

export function isMarkSet(state: EditorState): boolean {
  return state.field(memoryField).isMarkSet;
}

function remember(text: string, isMore: boolean): void {
  if (isMore) ring.push((ring.pop() ?? "") + text);
  else ring.push(text);
  ring.splice(0, ring.length - DEPTH);
}

/** Kills the rest of the line; at its end the break. */
export const kill: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const { head } = state.selection.main;
  const { to } = state.doc.lineAt(head);
  const end = head < to ? to : Math.min(state.doc.length, to + 1);
  if (end > head) remember(state.sliceDoc(head, end), state.field(memoryField).wasKill);
  dispatch(
    state.update({
      changes: { from: head, to: end },
      selection: EditorSelection.cursor(head),
      userEvent: KILL,
      scrollIntoView: true,
    }),
  );
  return true;
};

/** Kills what is selected. */
export const killRegion: StateCommand = ({ state, dispatch }) => {
  const { from, to, empty } = state.selection.main;
  if (state.readOnly || empty) return false;
  remember(state.sliceDoc(from, to), false);
  dispatch(state.update({ changes: { from, to }, userEvent: "delete.selection", scrollIntoView: true }));
  return true;
};

/** Keeps what is selected, also on the clipboard where the page may, and lets go of the mark. */
export const copyRegion: Command = (view) => {
  const { from, to, head } = view.state.selection.main;
  if (from === to) return false;
  const text = view.state.sliceDoc(from, to);
  remember(text, false);
  view.dispatch({ selection: EditorSelection.cursor(head), effects: setMark.of(false) });
  navigator.clipboard?.writeText(text).catch(() => undefined);
  return true;
};

function put(state: EditorState, from: number, to: number, back: number): TransactionSpec | undefined {
  const text = ring.at(-1 - (back % Math.max(1, ring.length)));
  if (state.readOnly || text === undefined) return undefined;
  const insert = state.toText(text);
  const end = from + insert.length;
  return {
    changes: { from, to, insert },
    selection: EditorSelection.cursor(end),
    effects: setYanked.of({ from, to: end, back }),
    userEvent: "input.paste",
    scrollIntoView: true,
  };
}

/** Puts in what was killed last. */
export const yank: StateCommand = ({ state, dispatch }) => {
  const { from, to } = state.selection.main;
  const spec = put(state, from, to, 0);
  if (spec !== undefined) dispatch(state.update(spec));
  return spec !== undefined;
};

/** Right after a yank: puts in what was killed before that instead. */
export const yankEarlier: StateCommand = ({ state, dispatch }) => {
  const { yanked } = state.field(memoryField);
  const spec = yanked && put(state, yanked.from, yanked.to, yanked.back + 1);
  if (spec !== undefined) dispatch(state.update(spec));
  return spec !== undefined;
};
