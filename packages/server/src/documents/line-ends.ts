import { breathe, SLICE_UNITS } from "../slices.ts";

/**
 * A text with one kind of line end: CRLF, and a CR that stands alone, become LF. For text that enters a
 * document as text, from a file, a program or the clipboard. An operation is never treated so: its author
 * counts on its length.
 *
 * O(length), in slices: between two of them others are let in. A text without CR is returned as it is.
 */
export async function withLineFeeds(text: string): Promise<string> {
  if (!text.includes("\r")) return text;
  const slices: string[] = [];
  for (let start = 0; start < text.length; ) {
    // Both characters of a line end are in one slice.
    const end = start + SLICE_UNITS + (text[start + SLICE_UNITS - 1] === "\r" ? 1 : 0);
    slices.push(text.slice(start, end).replace(/\r\n?/g, "\n"));
    start = end;
    if (start < text.length) await breathe();
  }
  return slices.join("");
}
