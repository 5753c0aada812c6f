import {
  cursorCharBackward,
  cursorCharForward,
  cursorDocEnd,
  cursorDocStart,
  cursorGroupBackward,
  cursorGroupForward,
  cursorLineDown,
  cursorLineEnd,
  cursorLineStart,
  cursorLineUp,
  cursorPageDown,
  cursorPageUp,
  deleteCharForward,
  deleteGroupBackward,
  deleteGroupForward,
  selectAll,
  selectCharBackward,
  selectCharForward,
  selectDocEnd,
  selectDocStart,
  selectGroupBackward,
  selectGroupForward,
  selectLineDown,
  selectLineEnd,
  selectLineStart,
  selectLineUp,
  selectPageDown,
  selectPageUp,
  splitLine,
  transposeChars,
} from "@codemirror/commands";
import { EditorSelection, type Extension, Prec, type StateCommand } from "@codemirror/state";
import { type Command, EditorView, type KeyBinding, keymap } from "@codemirror/view";
import { type FindAction, findAction } from "../find/find-keys.ts";
import { redo, undo } from "../surface/own-undo.ts";
import { isMarkSet, kill, killRegion, copyRegion, memory, setMark, yank, yankEarlier } from "./kill-ring.ts";
import { untouchable } from "./untouchable.ts";

/** A key that moves, and selects while the mark is set. */
const moves =
  (go: Command, select: Command): Command =>
  (view) =>
    (isMarkSet(view.state) ? select : go)(view);

const does =
  (action: FindAction): Command =>
  (view) =>
    view.state.facet(findAction)(view, action);

const recenter: Command = (view) => {
  view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "center" }) });
  return true;
};

/** Ends what is selected, and lets go of the mark. */
const quit: StateCommand = ({ state, dispatch }) => {
  const { head } = state.selection.main;
  dispatch(state.update({ selection: EditorSelection.cursor(head), effects: setMark.of(false) }));
  return true;
};

const toMark: StateCommand = ({ state, dispatch }) => {
  const { anchor, head } = state.selection.main;
  dispatch(state.update({ selection: { anchor: head, head: anchor }, scrollIntoView: true }));
  return true;
};

const mark: StateCommand = ({ state, dispatch }) => {
  dispatch(state.update({ effects: setMark.of(true) }));
  return true;
};

/** Changes the word behind the caret, and goes past it. */
const inCase =
  (change: (word: string) => string): StateCommand =>
  ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const { head } = state.selection.main;
    const line = state.doc.lineAt(head);
    const [skipped = "", word = ""] =
      /[^\p{L}\p{M}\p{N}]*([\p{L}\p{M}\p{N}]*)/u.exec(line.text.slice(head - line.from)) ?? [];
    const from = head + skipped.length - word.length;
    const insert = change(word);
    dispatch(
      state.update({
        changes: { from, to: from + word.length, insert },
        selection: { anchor: from + insert.length },
        userEvent: "input",
      }),
    );
    return true;
  };

const bindings: readonly KeyBinding[] = [
  { key: "Ctrl-f", run: moves(cursorCharForward, selectCharForward) },
  { key: "Ctrl-b", run: moves(cursorCharBackward, selectCharBackward) },
  { key: "Ctrl-n", run: moves(cursorLineDown, selectLineDown) },
  { key: "Ctrl-p", run: moves(cursorLineUp, selectLineUp) },
  { key: "Ctrl-a", run: moves(cursorLineStart, selectLineStart) },
  { key: "Ctrl-e", run: moves(cursorLineEnd, selectLineEnd) },
  { key: "Alt-f", run: moves(cursorGroupForward, selectGroupForward) },
  { key: "Alt-b", run: moves(cursorGroupBackward, selectGroupBackward) },
  { key: "Ctrl-v", run: moves(cursorPageDown, selectPageDown) },
  { key: "Alt-v", run: moves(cursorPageUp, selectPageUp) },
  { key: "Alt-<", run: moves(cursorDocStart, selectDocStart) },
  { key: "Alt->", run: moves(cursorDocEnd, selectDocEnd) },
  { key: "Ctrl-l", run: recenter },
  { key: "Ctrl-Space", run: mark },
  { key: "Ctrl-g", run: quit },
  { key: "Ctrl-x Ctrl-x", run: toMark },
  { key: "Ctrl-x h", run: selectAll },
  { key: "Ctrl-d", run: deleteCharForward },
  { key: "Alt-d", run: deleteGroupForward },
  { key: "Alt-Backspace", run: deleteGroupBackward },
  { key: "Ctrl-k", run: kill },
  { key: "Ctrl-w", run: killRegion },
  { key: "Alt-w", run: copyRegion },
  { key: "Ctrl-y", run: yank },
  { key: "Alt-y", run: yankEarlier },
  { key: "Ctrl-t", run: transposeChars },
  { key: "Ctrl-o", run: splitLine },
  { key: "Alt-u", run: inCase((word) => word.toUpperCase()) },
  { key: "Alt-l", run: inCase((word) => word.toLowerCase()) },
  { key: "Alt-c", run: inCase((word) => word.replace(/./su, (letter) => letter.toUpperCase())) },
  { key: "Ctrl-/", run: undo },
  { key: "Ctrl-_", run: undo },
  { key: "Ctrl-x u", run: undo },
  { key: "Ctrl-?", run: redo },
  { key: "Ctrl-s", run: does("open") },
  { key: "Ctrl-r", run: does("open") },
  { key: "Alt-%", run: does("openReplace") },
  { key: "Alt-g", run: does("openLine") },
];

/** The keys of Emacs: its moves, its mark and its kill ring. */
export const keys: Extension = [
  untouchable,
  memory,
  Prec.highest(keymap.of(bindings.map((binding) => ({ ...binding, preventDefault: true })))),
];
