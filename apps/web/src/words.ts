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

/** Why a paste was refused, and where its text is. Lengths in code points. */
export function tooLongWords({ length, room }: { readonly length: number; readonly room: number }): string {
  const size = length.toLocaleString("en");
  const left = room === 0 ? "no room is left" : `there is room for ${room.toLocaleString("en")}`;
  return `Nothing was inserted: the text has ${size} characters, and ${left} in this document. You still have it where you copied it.`;
}
