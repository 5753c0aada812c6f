import type { ChangeSpec, EditorState, Line, StateCommand } from "@codemirror/state";
import { markedLine } from "./lines.ts";

/** The lines that are selected, or hold a caret. */
function* selectedLines({ doc, selection }: EditorState): Generator<Line> {
  let last = 0;
  for (const { from, to, empty } of selection.ranges) {
    for (let line = doc.lineAt(from); ; line = doc.line(line.number + 1)) {
      // A selection that ends at the start of a line has nothing of it.
      if (line.number > last && (empty || line.from < to || line.from === from)) yield line;
      last = Math.max(last, line.number);
      if (line.to >= to || line.number === doc.lines) break;
    }
  }
}

/** As far as the words of an item above it stand: what is indented so becomes part of that. In columns. */
function stepOf(state: EditorState, { number }: Line): number {
  for (let above = number - 1; above >= 1; above--) {
    const marked = markedLine(state.doc.line(above).text);
    if (marked === undefined || marked.mark === "") return 2;
    return Math.max(2, marked.mark.length + (marked.gap.length || 1));
  }
  return 2;
}

/** Where the list's mark or the white space before it begins: behind the quote marks. */
function listStart(lead: string): number {
  return lead.lastIndexOf(">") + 1 + (/>[ \t]/.test(lead.slice(lead.lastIndexOf(">"))) ? 1 : 0);
}

function moved(isIn: boolean): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const changes: ChangeSpec[] = [];
    for (const line of selectedLines(state)) {
      const marked = markedLine(line.text);
      if (marked === undefined || marked.mark === "") continue;
      const start = line.from + listStart(marked.lead);
      if (isIn) changes.push({ from: start, insert: " ".repeat(stepOf(state, line)) });
      else {
        const space = /^(?:\t| {1,4})/.exec(state.sliceDoc(start, line.from + marked.lead.length))?.[0] ?? "";
        const taken = space === "\t" ? 1 : Math.min(space.length, stepOf(state, line));
        if (taken > 0) changes.push({ from: start, to: start + taken });
      }
    }
    if (changes.length === 0) return false;
    dispatch(state.update({ changes, userEvent: isIn ? "input.indent" : "delete.dedent" }));
    return true;
  };
}

/** Tab: moves the selected items of a list a level in. Elsewhere it is left to the page, and leaves. */
export const indentItems: StateCommand = moved(true);
/** Shift-Tab: a level out; where there is none it leaves. */
export const outdentItems: StateCommand = moved(false);
