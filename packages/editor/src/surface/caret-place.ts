import type { EditorState } from "@codemirror/state";

/** A place in the text as people count: from 1. @public */
export interface CaretPosition {
  readonly line: number;
  /** In characters as people see them (grapheme clusters). */
  readonly column: number;
}

/** Longest line whose characters are counted one by one, in UTF-16 code units. */
const COUNTED = 20_000;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Where the own caret is. */
export function caretPlace({ selection, doc }: EditorState): CaretPosition {
  const { head } = selection.main;
  const { from, number } = doc.lineAt(head);
  return { line: number, column: charactersIn(doc.sliceString(from, head)) + 1 };
}

function charactersIn(string: string): number {
  return string.length > COUNTED ? string.length : Array.from(graphemes.segment(string)).length;
}
