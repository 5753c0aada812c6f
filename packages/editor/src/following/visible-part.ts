import type { EditorView } from "@codemirror/view";

/** The part of the window, in px from its top, that shows text of a view: less than the view where the page scrolls. */
export function visiblePart({ scrollDOM }: EditorView): { readonly top: number; readonly bottom: number } {
  const { top, bottom } = scrollDOM.getBoundingClientRect();
  const { innerHeight = bottom } = scrollDOM.ownerDocument.defaultView ?? {};
  return { top: Math.max(0, top), bottom: Math.min(bottom, innerHeight) };
}

/**
 * How many lines of the text stand between what is shown and an offset (UTF-16 code units), and on which side; undefined: it is shown.
 * Counted as people count lines, from 1.
 */
export function linesAway(
  view: EditorView,
  position: number,
): { readonly lines: number; readonly isBelow: boolean } | undefined {
  const { top, bottom } = visiblePart(view);
  const { doc } = view.state;
  const block = view.lineBlockAt(position);
  const coords = view.coordsAtPos(position);
  const above = coords === null ? view.documentTop + block.bottom : coords.bottom;
  const below = coords === null ? view.documentTop + block.top : coords.top;
  if (above > top && below < bottom) return undefined;
  const isBelow = below >= bottom;
  const edge = view.lineBlockAtHeight((isBelow ? bottom : top) - view.documentTop).from;
  const lines = Math.abs(doc.lineAt(position).number - doc.lineAt(edge).number);
  return { lines: Math.max(1, lines), isBelow };
}
