/** Longest text whose words are told apart by the rules of its language, in UTF-16 code units. */
const EXACT_UP_TO = 100_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * What makes a segment a word. Not `isWordLike`: in Firefox a lone Japanese, Burmese or Khmer word is not
 * like one.
 */
const letterOrDigit = /[\p{L}\p{N}]/u;

/** How many words a text has. Longer texts are counted by the gaps between them. */
export function countWords(text: string): number {
  let words = 0;
  if (text.length > EXACT_UP_TO) {
    for (const _ of text.matchAll(/\S+/g)) words++;
  } else {
    for (const { segment } of segmenter.segment(text)) if (letterOrDigit.test(segment)) words++;
  }
  return words;
}

/** Why a paste was refused, and where its text is. Lengths in code points. */
export function tooLongWords({ length, room }: { readonly length: number; readonly room: number }): string {
  const size = length.toLocaleString("en");
  const left = room === 0 ? "no room is left" : `there is room for ${room.toLocaleString("en")}`;
  return `Nothing was inserted: the text has ${size} characters, and ${left} in this document. You still have it where you copied it.`;
}
