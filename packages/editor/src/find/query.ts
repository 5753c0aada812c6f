/** What somebody looks for. */
export interface Query {
  /** Words as they are, or the source of a regular expression. */
  readonly text: string;
  readonly isRegexp: boolean;
  readonly matchesCase: boolean;
  /** True: a hit does not begin or end within a word. */
  readonly matchesWords: boolean;
}

const LETTER = String.raw`[\p{L}\p{M}\p{N}_]`;

/**
 * A pattern that finds all of a query in a text, from its `lastIndex` on. Words are found in time linear in
 * the text; a regular expression of somebody's own may take for ever, so only a worker runs it.
 *
 * @throws SyntaxError if it is no regular expression
 */
export function patternOf({ text, isRegexp, matchesCase, matchesWords }: Query): RegExp {
  const source = isRegexp ? text : escaped(text.toWellFormed());
  const bounded = matchesWords ? `(?<!${LETTER})(?:${source})(?!${LETTER})` : source;
  const flags = matchesCase ? "gmu" : "gimu";
  try {
    return new RegExp(bounded, flags);
  } catch (error) {
    // Older habits, such as `\-`, are no faults without the flag; the bounds of words need it.
    if (!isRegexp || matchesWords) throw error;
    return new RegExp(bounded, flags.replace("u", ""));
  }
}

/** What is wrong with a query, in the browser's words; undefined: nothing. */
export function faultOf(query: Query): string | undefined {
  try {
    patternOf(query);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
