/**
 * A text with one kind of line end: CRLF, and a CR that stands alone, become LF. For text that enters a document as text, from a file, a
 * program or the clipboard. An operation is never treated so: its author counts on its length.
 *
 * O(length); a text without CR is returned as it is.
 */
export function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
