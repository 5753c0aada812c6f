import { openDocument, type SharedDocument, type SharedDocumentOptions } from "@interline/client";
import { apply, replaceOperation, Text, transformPosition } from "@interline/ot";
import type { SeededRandom } from "../seeded-random.ts";

/** A letter of every alphabet that counts: one, two and four bytes, one and two UTF-16 code units. */
const LETTERS = ["a", "é", "漢", "😀", "z"];

/**
 * Somebody who types words of one mark each, letter by letter, `[w3.17aé😀]`, between the words that are there, may take some of
 * their own words back again, and keeps account of what must be in the document in the end.
 */
export class Writer {
  readonly name: string;
  readonly document: SharedDocument;
  /** Words that were finished and not taken back. */
  readonly kept = new Set<string>();
  readonly takenBack = new Set<string>();
  /** What an editor shows that only applies what it is told. */
  shown: Text = Text.empty;
  readonly #random: SeededRandom;
  readonly #takesBack: boolean;
  #words = 0;
  #typing: { word: string; typed: string; caret: number } | undefined;
  recoveries = 0;
  merges = 0;

  constructor(
    name: string,
    random: SeededRandom,
    { takesBack, ...options }: Omit<SharedDocumentOptions, "user"> & { readonly takesBack: boolean },
  ) {
    this.name = name;
    this.#takesBack = takesBack;
    this.#random = random;
    this.document = openDocument({ ...options, user: { id: name, name, color: 1 + random.int(12) } });
    this.document.on("ready", () => {
      this.shown = this.document.text;
    });
    this.document.on("remote", (operation) => {
      this.shown = apply(this.shown, operation);
      if (this.#typing) this.#typing.caret = transformPosition(this.#typing.caret, operation, "left");
    });
    this.document.on("recovery", () => this.recoveries++);
    this.document.on("merged", () => this.merges++);
  }

  /** Words that were typed to their end, taken back or not. */
  get words(): number {
    return this.kept.size + this.takenBack.size;
  }

  get isMidWord(): boolean {
    return this.#typing !== undefined;
  }

  /** One keystroke, or one word taken back. `mayStart`: whether a new word may be begun. */
  act(mayStart: boolean): void {
    if (!this.document.isReady) return;
    if (this.#typing !== undefined) this.#typeOn(this.#typing);
    else if (mayStart && this.#takesBack && this.kept.size > 0 && this.#random.chance(0.15)) this.#takeBack();
    else if (mayStart) this.#start();
  }

  #start(): void {
    const points = Array.from(this.shown.toString());
    const places: number[] = [];
    for (let index = 0; index <= points.length; index++) {
      const isAfterWord = index === 0 || points[index - 1] === "]";
      if (isAfterWord && (index === points.length || points[index] === "[")) places.push(index);
    }
    if (places.length === 0) return;
    const letters = Array.from({ length: this.#random.int(4) }, () => this.#random.pick(LETTERS)).join("");
    const word = `[${this.name}.${this.#words++}${letters}]`;
    // Half of all words are begun at the start of the text, where everybody meets.
    const caret = this.#random.chance(0.5) ? (places[0] as number) : this.#random.pick(places);
    this.#typing = { word, typed: "", caret };
    this.#typeOn(this.#typing);
  }

  #typeOn(typing: { word: string; typed: string; caret: number }): void {
    const [letter = ""] = Array.from(typing.word.slice(typing.typed.length));
    this.#replace(typing.caret, typing.caret, letter);
    typing.typed += letter;
    typing.caret++;
    this.document.select({ anchor: typing.caret, head: typing.caret });
    if (typing.typed !== typing.word) return;
    this.#typing = undefined;
    this.kept.add(typing.word);
  }

  #takeBack(): void {
    const word = this.#random.pick([...this.kept]);
    const at = this.shown.toString().indexOf(word);
    if (at < 0) return;
    const from = this.shown.pointOfUnit(at);
    const length = Array.from(word).length;
    this.#replace(from, from + length, "");
    this.document.select({ anchor: from, head: from });
    this.kept.delete(word);
    this.takenBack.add(word);
  }

  #replace(from: number, to: number, text: string): void {
    const operation = replaceOperation(from, to, text, this.shown.points);
    this.document.edit(operation);
    this.shown = apply(this.shown, operation);
  }
}

/** Throws unless a text consists of the words that its writers typed, each once and in one piece. Returns how many. */
export function checkWords(text: string, writers: readonly Writer[]): number {
  const words: readonly string[] = text.match(/\[[^[\]]*\]/g) ?? [];
  if (words.join("") !== text) {
    const at = text.search(/\[[^\]]*\[|\][^[]|^[^[]/);
    throw new Error(`[I5] words are mixed: … ${text.slice(Math.max(0, at - 40), at + 60)} …`);
  }
  const expected = writers.flatMap(({ kept }) => [...kept]);
  if (words.toSorted().join("") !== expected.toSorted().join("")) {
    const lost = expected.filter((word) => !words.includes(word));
    const extra = words.filter((word, index) => !expected.includes(word) || words.indexOf(word) !== index);
    throw new Error(`[I2] lost ${lost.join(" ")}, doubled ${extra.join(" ")}`);
  }
  return expected.length;
}

/**
 * Throws unless a text has exactly the letters of the words that its writers typed and did not take back. Where text between
 * two places is deleted the places become one, and which was left of the other is forgotten: plain-text operations keep no
 * tombstones. So a word begun right of a deleted one may come to stand inside a word begun left of it; letters may not get lost.
 * Returns how many words there are.
 */
export function checkLetters(text: string, writers: readonly Writer[]): number {
  const expected = writers.flatMap(({ kept }) => [...kept]);
  const letters = (string: string) => Array.from(string).toSorted().join("");
  if (letters(text) !== letters(expected.join(""))) {
    throw new Error(
      `[I2] letters were lost or doubled: ${letters(text)} instead of ${letters(expected.join(""))}`,
    );
  }
  return expected.length;
}
