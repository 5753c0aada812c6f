/** Longest text whose words are told apart by the rules of its language, in UTF-16 code units. */
const EXACT_UP_TO = 100_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** How many words a text has. Longer texts are counted by the gaps between them. */
export function countWords(text: string): number {
  let words = 0;
  if (text.length > EXACT_UP_TO) {
    for (const _ of text.matchAll(/\S+/g)) words++;
  } else {
    for (const { isWordLike } of segmenter.segment(text)) if (isWordLike === true) words++;
  }
  return words;
}
