import { splitsPair } from "@interline/ot";
import { PairsBuilder } from "./hits.ts";

/**
 * Calls for each match in a text, in order, as `String.matchAll` finds them. Of a pattern without the flag `u`
 * those that would cut a surrogate pair are left out.
 *
 * @param begin where the first may start, in UTF-16 code units
 */
export function forEachMatch(
  text: string,
  pattern: RegExp,
  tell: (match: RegExpExecArray, from: number, to: number) => void,
  begin = 0,
): void {
  pattern.lastIndex = begin;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const from = match.index;
    const to = from + match[0].length;
    // An empty match would be found for ever.
    if (to === from) pattern.lastIndex = to + ((text.codePointAt(to) ?? 0) > 0xffff ? 2 : 1);
    if (pattern.unicode || !(splitsPair(text, from) || splitsPair(text, to))) tell(match, from, to);
  }
}

/** The pairs of `Hits` of a pattern in a whole text. */
export function pairsIn(text: string, pattern: RegExp): Uint32Array<ArrayBuffer> {
  const pairs = new PairsBuilder();
  forEachMatch(text, pattern, (_match, from, to) => pairs.add(from, to));
  return pairs.build();
}
