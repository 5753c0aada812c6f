import type { Text } from "@codemirror/state";
import { Hits, PairsBuilder } from "./hits.ts";
import { patternOf, type Query } from "./query.ts";
import { forEachMatch } from "./scan.ts";

/** The text is searched in parts of so many UTF-16 code units … */
const PART = 131_072;
/** … and after so long, in ms, the page goes first. */
const BURST = 8;

/**
 * All hits of words in a text, found between what else the page does. Undefined: they are of no use any more.
 *
 * Law (test `search-words.test.ts`): the same hits as in the whole text at once, wherever parts begin.
 */
export async function searchWords(
  query: Query,
  doc: Text,
  isWanted: () => boolean,
  part: number = PART,
): Promise<Hits | undefined> {
  const pattern = patternOf({ ...query, isRegexp: false });
  const pairs = new PairsBuilder();
  // Words are as long as what they are found by, whatever their case. A bound of a word looks at one character
  // on either side.
  const { length } = query.text;
  let began = performance.now();
  /** Where the last hit ended. */
  let end = 0;
  for (let start = 0; start < doc.length; start += part) {
    const begin = Math.max(start, end);
    const from = Math.max(0, begin - 2);
    const slice = doc.sliceString(from, start + part + length + 2, "\n");
    const add = (_match: RegExpExecArray, inSlice: number, toInSlice: number): void => {
      const hit = from + inSlice;
      if (hit < begin || hit >= start + part) return;
      end = from + toInSlice;
      pairs.add(hit, end);
    };
    forEachMatch(slice, pattern, add, begin - from);
    if (performance.now() - began < BURST) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (!isWanted()) return undefined;
    began = performance.now();
  }
  return isWanted() ? new Hits(pairs.build()) : undefined;
}
