import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, Prec, type StateCommand } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { continueList } from "./enter.ts";
import { indentItems, outdentItems } from "./indent.ts";
import { linked, markedLine, prefixLength, toggledTask } from "./lines.ts";
import { taskBoxes } from "./task-boxes.ts";

/** True within a block of code, as far as the grammar has come. */
function isCode(state: EditorState, position: number): boolean {
  for (let node = syntaxTree(state).resolveInner(position, -1); ; ) {
    if (/^(?:FencedCode|CodeBlock)$/.test(node.name)) return true;
    if (node.parent === null) return false;
    node = node.parent;
  }
}

/** Backspace behind the mark of an item: takes the mark and leaves the words where they are. */
const takeMark: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  if (state.readOnly || !main.empty || state.selection.ranges.length > 1) return false;
  const line = state.doc.lineAt(main.head);
  const marked = markedLine(line.text);
  if (marked === undefined || isCode(state, main.head)) return false;
  const prefix = prefixLength(marked);
  if (prefix === 0 || main.head - line.from !== prefix || marked.mark === "" || marked.gap === "")
    return false;
  const from = line.from + (marked.task === "" ? marked.lead.length : prefix - marked.task.length);
  dispatch(
    state.update({ changes: { from, to: main.head }, userEvent: "delete.backward", scrollIntoView: true }),
  );
  return true;
};

/** Presses the boxes of the tasks that are selected. */
const toggleTasks: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const lines = new Set(state.selection.ranges.map(({ head }) => state.doc.lineAt(head).from));
  const changes = Array.from(lines, (from) => {
    const toggled = toggledTask(state.doc.lineAt(from).text);
    return toggled && { from: from + toggled.at, to: from + toggled.at + 1, insert: toggled.insert };
  }).filter((change) => change !== undefined);
  if (changes.length === 0) return false;
  dispatch(state.update({ changes, userEvent: "input.task" }));
  return true;
};

/** An address that is pasted over words makes them a link. */
const pasteLinks: Extension = EditorView.domEventHandlers({
  paste(event, view) {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const { state } = view;
    const { main, ranges } = state.selection;
    if (state.readOnly || main.empty || ranges.length > 1 || isCode(state, main.from)) return false;
    const insert = linked(state.sliceDoc(main.from, main.to), pasted);
    if (insert === undefined) return false;
    view.dispatch({
      changes: { from: main.from, to: main.to, insert },
      selection: { anchor: main.from + insert.length },
      scrollIntoView: true,
      userEvent: "input.paste",
    });
    event.preventDefault();
    return true;
  },
});

/** What helps with Markdown. Tab moves items of a list, and leaves elsewhere. */
export const markdownComfort: Extension = [
  Prec.high(
    keymap.of([
      { key: "Enter", run: continueList(isCode) },
      { key: "Backspace", run: takeMark },
      { key: "Tab", run: indentItems, shift: outdentItems },
      { key: "Mod-Enter", run: toggleTasks },
    ]),
  ),
  pasteLinks,
  taskBoxes,
];
