import type { ChangeDesc, Extension, Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * A longer paragraph is not highlighted unless somebody asks for it, in UTF-16 code units: the grammar of Markdown
 * takes a paragraph as a whole, at each key in it, and this is what it does in 4 ms.
 */
export const LONG: number = 16_000;

/** Length of the longest run of lines without a blank one between two places, but for its first line's start. */
function longestBetween(doc: Text, from: number, to: number): number {
  let longest = 0;
  let current = 0;
  const lines = doc.iterLines(doc.lineAt(from).number, doc.lineAt(to).number + 1);
  for (const line of lines) {
    current = line.trim() === "" ? 0 : current + line.length + 1;
    longest = Math.max(longest, current);
  }
  return longest;
}

/** True if a paragraph of a text is too long. Cost: the text's length. */
export function hasLongParagraph(doc: Text): boolean {
  return longestBetween(doc, 0, doc.length) > LONG;
}

/** The same of the paragraphs that a change touches, whatever stands elsewhere. Cost: O(LONG) for each place. */
export function makesLongParagraph(doc: Text, changes: ChangeDesc): boolean {
  let isLong = false;
  changes.iterChangedRanges((_from, _to, from, to) => {
    // Whatever is longer than this around a change is long already, or becomes so here.
    const around = longestBetween(doc, Math.max(0, from - LONG), Math.min(doc.length, to + LONG));
    isLong ||= around > LONG;
  });
  return isLong;
}

/** Tells when a paragraph becomes too long. */
export function longParagraphs(tell: () => void): Extension {
  return EditorView.updateListener.of(({ docChanged, state, changes }) => {
    if (docChanged && makesLongParagraph(state.doc, changes)) tell();
  });
}
