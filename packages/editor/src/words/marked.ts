import { shownText } from "@interline/client";

/** FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE: where a name begins and ends in a sentence. */
const START = "\u2068";
const END = "\u2069";
/** Longest name that is shown, in UTF-16 code units: what servers take. A session of another kind may bring any. */
const LONGEST = 64;

/** A name as it is put into a sentence of `Words`. */
export function marked(name: string): string {
  return START + plainName(name) + END;
}

/** A name without characters that are instructions and not letters, and not longer than names may be. */
export function plainName(name: string): string {
  const plain = shownText(name).trim();
  if (plain.length <= LONGEST) return plain;
  let short = "";
  for (const character of plain) {
    if (short.length + character.length >= LONGEST) break;
    short += character;
  }
  return `${short}…`;
}

/** A sentence without the marks: for what is only spoken. */
export function unmarked(sentence: string): string {
  return sentence.replaceAll(/[\u2068\u2069]/g, "");
}

/** The parts of a sentence, in order: what is a name, and what is not. */
export function partsOf(sentence: string): { readonly text: string; readonly isName: boolean }[] {
  return sentence
    .split(/(\u2068[^\u2068\u2069]*\u2069)/)
    .filter((part) => part !== "")
    .map((part) => ({ text: unmarked(part), isName: part.startsWith(START) }));
}
