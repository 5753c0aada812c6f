import { EditorSelection, findClusterBreak, type SelectionRange, type Text } from "@codemirror/state";
import { type Command, Direction, type EditorView, type KeyBinding } from "@codemirror/view";
import { backspaceStart, graphemeEnd, graphemeStart } from "./graphemes.ts";

/**
 * One character to one side of the screen, as CodeMirror finds it in text of both directions, but over whole
 * characters.
 */
function moved(view: EditorView, range: SelectionRange, forward: boolean): SelectionRange {
  const next = view.moveByChar(range, forward);
  const line = view.state.doc.lineAt(range.head);
  if (next.head < line.from || next.head > line.to || next.head === range.head) return next;
  const isOnward = next.head > range.head;
  const start = range.head - line.from;
  let target = next.head - line.from;
  if (findClusterBreak(line.text, start, isOnward) === target) target = start;
  // Between two directions the caret jumps: only where it lands counts.
  else target += isOnward ? -1 : 1;
  const head = line.from + (isOnward ? graphemeEnd(line.text, target) : graphemeStart(line.text, target));
  return EditorSelection.cursor(head, next.assoc, next.bidiLevel ?? undefined, next.goalColumn);
}

function select(view: EditorView, change: (range: SelectionRange) => SelectionRange): boolean {
  const { selection } = view.state;
  const next = EditorSelection.create(selection.ranges.map(change), selection.mainIndex);
  if (next.eq(selection, true)) return false;
  view.dispatch({ selection: next, scrollIntoView: true, userEvent: "select" });
  return true;
}

/** True if a key towards the end of a left-to-right line goes towards the end of this one. */
function isForward(view: EditorView, isRight: boolean): boolean {
  return (view.textDirectionAt(view.state.selection.main.head) === Direction.LTR) === isRight;
}

function move(isRight: boolean): Command {
  return (view) => {
    const forward = isForward(view, isRight);
    return select(view, (range) => {
      if (range.empty) return moved(view, range, forward);
      return EditorSelection.cursor(forward ? range.to : range.from, forward ? -1 : 1);
    });
  };
}

function extend(isRight: boolean): Command {
  return (view) => {
    const forward = isForward(view, isRight);
    return select(view, (range) => {
      const { head, goalColumn, bidiLevel, assoc } = moved(view, range, forward);
      return EditorSelection.range(range.anchor, head, goalColumn, bidiLevel ?? undefined, assoc);
    });
  };
}

/** A part of the text, in UTF-16 code units. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Deletes at each caret what `range` says; where something is selected, that.
 */
function deleting(
  userEvent: "delete.backward" | "delete.forward",
  range: (doc: Text, position: number) => Range,
): Command {
  return (view) => {
    const { state } = view;
    if (state.readOnly) return false;
    const deletion = state.changeByRange(({ empty, head, from, to }) => {
      const changes = empty ? range(state.doc, head) : { from, to };
      return { changes, range: EditorSelection.cursor(changes.from) };
    });
    if (deletion.changes.empty) return false;
    view.dispatch(state.update(deletion, { scrollIntoView: true, userEvent }));
    return true;
  };
}

const backspace = deleting("delete.backward", (doc, position) => {
  const line = doc.lineAt(position);
  if (position === line.from) return breakAfter(doc, line.number - 1);
  return { from: line.from + backspaceStart(line.text, position - line.from), to: position };
});

const deleteForward = deleting("delete.forward", (doc, position) => {
  const line = doc.lineAt(position);
  const lineBreak = breakAfter(doc, line.number);
  if (position >= lineBreak.from) return lineBreak;
  return { from: position, to: line.from + graphemeEnd(line.text, position - line.from) };
});

/**
 * The break after a line, with the carriage return that belongs to it; nothing before the first line and
 * after the last.
 */
export function breakAfter(doc: Text, line: number): Range {
  if (line === 0) return { from: 0, to: 0 };
  if (line === doc.lines) return { from: doc.length, to: doc.length };
  const { to, text } = doc.line(line);
  return { from: text.endsWith("\r") ? to - 1 : to, to: to + 1 };
}

const moveLeft = { run: move(false), shift: extend(false) };
const moveRight = { run: move(true), shift: extend(true) };

/**
 * The keys that move and delete by characters as people see them, as in a native text field. Before
 * CodeMirror's own, whose table of clusters is its own and whose Backspace leaves the first half of an emoji,
 * or takes two spaces at the start of a line.
 */
export const characterKeys: readonly KeyBinding[] = [
  { key: "ArrowLeft", ...moveLeft, preventDefault: true },
  { key: "ArrowRight", ...moveRight, preventDefault: true },
  { key: "Backspace", run: backspace, shift: backspace, preventDefault: true },
  { key: "Delete", run: deleteForward, preventDefault: true },
  { mac: "Ctrl-b", ...moveLeft, preventDefault: true },
  { mac: "Ctrl-f", ...moveRight },
  { mac: "Ctrl-h", run: backspace },
  { mac: "Ctrl-d", run: deleteForward },
];
