import type { EditorState, SelectionRange, StateCommand } from "@codemirror/state";
import { EditorSelection, type TransactionSpec } from "@codemirror/state";
import { endedPrefix, markedLine, nextPrefix, prefixLength } from "./lines.ts";

/**
 * What Enter does in an item of a list or a quote: it goes on in the next line, or ends where nothing is written. Undefined:
 * not here. Within a fenced block nothing is a list (`isCode`).
 */
function entered(
  state: EditorState,
  { from, to }: SelectionRange,
  isCode: (position: number) => boolean,
): { range: SelectionRange; changes: TransactionSpec["changes"] } | undefined {
  const line = state.doc.lineAt(from);
  const marked = markedLine(line.text);
  if (marked === undefined || isCode(from)) return undefined;
  const prefix = prefixLength(marked);
  // Before its mark an item only moves down.
  if (from - line.from < prefix) return undefined;
  if (marked.text.trim() === "" && to <= line.to) {
    const insert = endedPrefix(marked);
    return {
      range: EditorSelection.cursor(line.from + insert.length),
      changes: { from: line.from, to: line.to, insert },
    };
  }
  const insert = `\n${nextPrefix(marked)}`;
  return { range: EditorSelection.cursor(from + insert.length), changes: { from, to, insert } };
}

/** Enter in Markdown: goes on with the list or the quote, if every caret is in one. */
export function continueList(isCode: (state: EditorState, position: number) => boolean): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    let isHere = true;
    const spec = state.changeByRange((range) => {
      const done = entered(state, range, (position) => isCode(state, position));
      isHere &&= done !== undefined;
      return done === undefined ? { range } : { range: done.range, changes: done.changes ?? [] };
    });
    if (!isHere) return false;
    dispatch(state.update(spec, { scrollIntoView: true, userEvent: "input" }));
    return true;
  };
}
