import { shownText, unfitIn } from "@interline/protocol";

/** Longest title, in UTF-16 code units. */
const MAX_TITLE_UNITS = 256;

/** Why this is no title; undefined: it is one. */
export function titleFault(title: string): string | undefined {
  if (title.length > MAX_TITLE_UNITS) return `a title has at most ${MAX_TITLE_UNITS} characters`;
  if (!title.isWellFormed()) return "half a surrogate pair is no text";
  const unfit = unfitIn(title);
  if (unfit === undefined) return undefined;
  const code = (unfit.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `a title has no control characters and none that turn text around, as U+${code} does`;
}

/** The title that a text gives which was not meant for one, such as the name of a file. @public */
export function titleOf(text: string): string {
  return shownText(text.toWellFormed()).slice(0, MAX_TITLE_UNITS).toWellFormed();
}
