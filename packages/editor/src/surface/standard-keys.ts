import { EditorSelection, type SelectionRange, type Text } from "@codemirror/state";
import { type Command, Direction, EditorView, type KeyBinding } from "@codemirror/view";
import { breakAfter, characterKeys } from "./character-keys.ts";
import { graphemeEnd, graphemeStart } from "./graphemes.ts";

/** Where the caret goes from one selection. */
type Move = (view: EditorView, range: SelectionRange) => SelectionRange;

/** The commands of a move: the caret goes there, or with Shift the selection reaches to there. */
function moving(move: Move): Pick<KeyBinding, "run" | "shift"> {
  return { run: (view) => select(view, move), shift: (view) => select(view, extended(move)) };
}

function extended(move: Move): Move {
  return (view, range) => {
    const { head, goalColumn, bidiLevel, assoc } = move(
      view,
      EditorSelection.cursor(range.head, range.assoc, undefined, range.goalColumn),
    );
    return EditorSelection.range(range.anchor, head, goalColumn, bidiLevel ?? undefined, assoc);
  };
}

function select(view: EditorView, move: Move): boolean {
  const { selection } = view.state;
  const ranges = selection.ranges.map((range) => move(view, range));
  const next = EditorSelection.create(ranges, selection.mainIndex);
  if (next.eq(selection, true)) return false;
  view.dispatch({ selection: next, scrollIntoView: true, userEvent: "select" });
  return true;
}

/** Where something is selected, a move by less than a line ends at its edge. */
const edge = (range: SelectionRange, isForward: boolean): SelectionRange =>
  EditorSelection.cursor(isForward ? range.to : range.from);

const byWord =
  (isForward: boolean): Move =>
  (view, range) =>
    range.empty ? view.moveByGroup(range, isForward) : edge(range, isForward);

/** As `byWord`, but over no more than one line break. */
const byWordOrBreak =
  (isForward: boolean): Move =>
  (view, range) => {
    const { doc } = view.state;
    const line = doc.lineAt(range.head);
    const { from, to } = breakAfter(doc, isForward ? line.number : line.number - 1);
    if (isForward ? range.head >= from : range.head === line.from) {
      return EditorSelection.cursor(isForward ? to : from);
    }
    return byWord(isForward)(view, range);
  };

/** To the left or the right of the screen, whichever way the line reads. */
const byWordTo =
  (isRight: boolean): Move =>
  (view, range) => {
    const isForward = (view.textDirectionAt(range.head) === Direction.LTR) === isRight;
    return byWord(isForward)(view, range);
  };

/** Up in the first line goes to its start, down in the last to its end. */
const byLine =
  (isForward: boolean): Move =>
  (view, range) => {
    if (!range.empty) return edge(range, isForward);
    const moved = view.moveVertically(range, isForward);
    return moved.head === range.head ? view.moveToLineBoundary(moved, isForward) : moved;
  };

/** To the end of what is drawn as one line, and from there to the end of the line of the text. */
const toLineEnd: Move = (view, range) => {
  const moved = view.moveToLineBoundary(range, true);
  return moved.head === range.head ? view.moveToLineBoundary(range, true, false) : moved;
};

/** To the start of what is drawn as one line; at the start of the line, behind what it is indented by, and back. */
const toLineStart: Move = (view, range) => {
  const moved = view.moveToLineBoundary(range, false);
  const line = view.state.doc.lineAt(range.head);
  if (moved.head > line.from && moved.head !== range.head) return moved;
  const indented = line.from + indentOf(line.text).length;
  if (indented === line.to || range.head === indented) return EditorSelection.cursor(line.from);
  return EditorSelection.cursor(indented);
};

const toEnd: Move = (view) => EditorSelection.cursor(view.state.doc.length);
const toStart: Move = () => EditorSelection.cursor(0);

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** By what is seen at once; the caret keeps its place on the screen. */
function byPage(isForward: boolean, isExtending: boolean): Command {
  return (view) => {
    const { scrollDOM, defaultLineHeight } = view;
    const { top, bottom } = scrollDOM.getBoundingClientRect();
    const height = Math.min(bottom, innerHeight) - Math.max(top, 0) - defaultLineHeight;
    const distance = Math.max(defaultLineHeight, height);
    const move: Move = (_view, range) =>
      !range.empty && !isExtending ? edge(range, isForward) : view.moveVertically(range, isForward, distance);
    const at = view.coordsAtPos(view.state.selection.main.head);
    if (!select(view, isExtending ? extended(move) : move)) return false;
    if (at !== null && at.top >= top && at.bottom <= bottom) {
      const { head } = view.state.selection.main;
      view.dispatch({ effects: EditorView.scrollIntoView(head, { y: "start", yMargin: at.top - top }) });
    }
    return true;
  };
}

/** Deletes what is selected; where nothing is, from each caret to where a move leads. */
function deleting(userEvent: "delete.backward" | "delete.forward", move: Move): Command {
  return (view) => {
    const { state } = view;
    if (state.readOnly) return false;
    const deletion = state.changeByRange((range) => {
      const to = range.empty ? move(view, range).head : range.head;
      const from = range.empty ? range.head : range.anchor;
      const changes = { from: Math.min(from, to), to: Math.max(from, to) };
      return { changes, range: EditorSelection.cursor(changes.from) };
    });
    if (deletion.changes.empty) return false;
    view.dispatch(state.update(deletion, { scrollIntoView: true, userEvent }));
    return true;
  };
}

/** To the end of the line; from there over its break. */
const toLineEndOrOver: Move = (view, range) => {
  const { to } = view.state.doc.lineAt(range.head);
  return EditorSelection.cursor(range.head === to ? Math.min(to + 1, view.state.doc.length) : to);
};

const toLineBoundary =
  (isForward: boolean): Move =>
  (view, range) => {
    const moved = view.moveToLineBoundary(range, isForward);
    return moved.head === range.head ? view.moveByChar(range, isForward) : moved;
  };

/** A new line, indented as the one before. */
const breakLine: Command = (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const change = state.changeByRange(({ from, to }) => {
    const line = state.doc.lineAt(from);
    const insert = `\n${indentOf(line.text).slice(0, from - line.from)}`;
    return { changes: { from, to, insert }, range: EditorSelection.cursor(from + insert.length) };
  });
  view.dispatch(state.update(change, { scrollIntoView: true, userEvent: "input" }));
  return true;
};

const selectAll: Command = (view) => {
  view.dispatch({ selection: { anchor: 0, head: view.state.doc.length }, userEvent: "select" });
  return true;
};

/** A line break behind the caret. */
const splitLine: Command = (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const change = state.changeByRange(({ from, to }) => ({
    changes: { from, to, insert: "\n" },
    range: EditorSelection.cursor(from),
  }));
  view.dispatch(state.update(change, { scrollIntoView: true, userEvent: "input" }));
  return true;
};

/** The characters on both sides of the caret change places; at the end of a line, the last two. */
const transpose: Command = (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const change = state.changeByRange((range) => {
    const places = range.empty ? placesOf(state.doc, range.head) : undefined;
    if (places === undefined) return { range };
    const { from, between, to } = places;
    const insert = state.sliceDoc(between, to) + state.sliceDoc(from, between);
    return { changes: { from, to, insert }, range: EditorSelection.cursor(to) };
  });
  if (change.changes.empty) return false;
  view.dispatch(state.update(change, { scrollIntoView: true, userEvent: "move.character" }));
  return true;
};

function placesOf(doc: Text, head: number): { from: number; between: number; to: number } | undefined {
  const { from: start, text } = doc.lineAt(head);
  const at = head - start;
  const middle = at === text.length ? graphemeStart(text, at - 1) : at;
  if (middle <= 0) return undefined;
  const from = graphemeStart(text, middle - 1);
  return { from: start + from, between: start + middle, to: start + graphemeEnd(text, middle) };
}

const deleteWordBackward = deleting("delete.backward", byWordOrBreak(false));
const deleteWordForward = deleting("delete.forward", byWordOrBreak(true));
const up = moving(byLine(false));
const down = moving(byLine(true));
const pageUp = { run: byPage(false, false), shift: byPage(false, true) };
const pageDown = { run: byPage(true, false), shift: byPage(true, true) };
const start = moving(toStart);
const end = moving(toEnd);
const lineStart = moving(toLineStart);
const lineEnd = moving(toLineEnd);

/** The keys that every text field of the platform has, over characters and words as people see them. */
export const standardKeys: readonly KeyBinding[] = [
  ...characterKeys,
  { key: "Mod-ArrowLeft", mac: "Alt-ArrowLeft", ...moving(byWordTo(false)), preventDefault: true },
  { key: "Mod-ArrowRight", mac: "Alt-ArrowRight", ...moving(byWordTo(true)), preventDefault: true },
  { mac: "Cmd-ArrowLeft", ...lineStart, preventDefault: true },
  { mac: "Cmd-ArrowRight", ...lineEnd, preventDefault: true },
  { key: "ArrowUp", ...up, preventDefault: true },
  { key: "ArrowDown", ...down, preventDefault: true },
  { mac: "Cmd-ArrowUp", ...start },
  { mac: "Cmd-ArrowDown", ...end },
  { mac: "Ctrl-ArrowUp", ...pageUp },
  { mac: "Ctrl-ArrowDown", ...pageDown },
  { key: "PageUp", ...pageUp },
  { key: "PageDown", ...pageDown },
  { key: "Home", ...lineStart, preventDefault: true },
  { key: "End", ...lineEnd, preventDefault: true },
  { key: "Mod-Home", ...start },
  { key: "Mod-End", ...end },
  { key: "Enter", run: breakLine, shift: breakLine },
  { key: "Mod-a", run: selectAll },
  { key: "Mod-Backspace", mac: "Alt-Backspace", run: deleteWordBackward, preventDefault: true },
  { key: "Mod-Delete", mac: "Alt-Delete", run: deleteWordForward, preventDefault: true },
  { mac: "Mod-Backspace", run: deleting("delete.backward", toLineBoundary(false)), preventDefault: true },
  { mac: "Mod-Delete", run: deleting("delete.forward", toLineBoundary(true)), preventDefault: true },
  { mac: "Ctrl-p", ...up },
  { mac: "Ctrl-n", ...down },
  { mac: "Ctrl-a", ...lineStart },
  { mac: "Ctrl-e", ...lineEnd },
  { mac: "Ctrl-k", run: deleting("delete.forward", toLineEndOrOver) },
  { mac: "Ctrl-Alt-h", run: deleteWordBackward },
  { mac: "Ctrl-o", run: splitLine },
  { mac: "Ctrl-t", run: transpose },
  { mac: "Ctrl-v", ...pageDown },
];
