/**
 * Line ends and other control characters, and those that turn the direction of text: what is shown could be
 * read as something else.
 */
const UNFIT = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu;

/**
 * What is left of a name or a title for a line of its own: no control characters, and none that turn text
 * around. Letters of every script stay. O(length).
 * @public
 */
export function shownText(text: string): string {
  return text.replace(UNFIT, "");
}

/** The first character of a text that `shownText` leaves out; undefined: there is none. @public */
export function unfitIn(text: string): string | undefined {
  return text.match(UNFIT)?.[0];
}
