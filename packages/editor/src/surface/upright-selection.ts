import { EditorSelection, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * Where others replace more than what is selected in one change, CodeMirror maps the ends of the selection
 * past each other, and the next key throws (`SelectionRange.map` of @codemirror/state 6.7). It becomes a
 * caret, where CodeMirror puts one that stands in a text that is replaced.
 */
export const uprightSelection: Extension = EditorView.updateListener.of(({ view }) => {
  const { ranges, mainIndex } = view.state.selection;
  if (!ranges.some(({ from, to }) => from > to)) return;
  const upright = ranges.map((range) => (range.from > range.to ? EditorSelection.cursor(range.to) : range));
  view.dispatch({ selection: EditorSelection.create(upright, mainIndex) });
});
