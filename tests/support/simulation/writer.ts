import {
  type DocumentStore,
  type Environment,
  openDocument,
  type SharedDocument,
  type SharedDocumentOptions,
} from "@interline/client";
import { apply, replaceOperation, Text, transformPosition } from "@interline/ot";
import type { SeededRandom } from "../seeded-random.ts";

/** A letter of every alphabet that counts: one, two and four bytes, one and two UTF-16 code units. */
const LETTERS = ["a", "é", "漢", "😀", "z"];

/**
 * How long somebody looks at the text in a new tab before typing on, in ms, where the last letters of the tab before may not have been kept:
 * what it had handed over may still come, and would be there twice.
 */
const LOOK_MS = 4_000;

/** One life of a page. */
export interface Tab {
  readonly environment: Environment;
  readonly store: DocumentStore | undefined;
  /** Nothing that it does from now on has any effect. */
  kill(): void;
}

export interface WriterOptions
  extends Pick<SharedDocumentOptions, "url" | "document" | "backoff" | "initialText"> {
  readonly takesBack: boolean;
  /** Id of the user; default: the name. */
  readonly user?: string;
  readonly openTab: () => Tab;
  /** Whether what was kept must be there at once, in one piece, when the document is opened again. */
  readonly findsAgain?: boolean;
}

/**
 * Somebody who types words of one mark each, letter by letter, `[w3.17aé😀]`, between the words that are there, may take some of
 * their own words back again, and keeps account of what must be in the document in the end.
 */
export class Writer {
  readonly name: string;
  readonly #options: WriterOptions;
  #tab: Tab;
  #document: SharedDocument;
  /** Words that were finished and not taken back. */
  readonly kept = new Set<string>();
  readonly takenBack = new Set<string>();
  /** What an editor shows that only applies what it is told. */
  shown: Text = Text.empty;
  readonly #random: SeededRandom;
  /** What was done since everything was known to be kept: a killed tab may lose it. */
  readonly #unkept = new Set<string>();
  /** Words of earlier tabs that may come in part, until somebody has looked. */
  #unsure: Set<string> | undefined;
  #looksUntil = 0;
  #words = 0;
  #typing: { word: string; typed: string; caret: number } | undefined;
  /** What went wrong, if anything did. */
  fault: string | undefined;
  /** False between two tabs. */
  isAlive = true;
  #lostTabs = 0;
  recoveries = 0;
  merges = 0;

  constructor(name: string, random: SeededRandom, options: WriterOptions) {
    this.name = name;
    this.#options = options;
    this.#random = random;
    this.#tab = options.openTab();
    this.#document = this.#open();
  }

  get document(): SharedDocument {
    return this.#document;
  }

  /** True if nothing would be lost if the tab were killed now. */
  get isKept(): boolean {
    return this.document.status.isKept;
  }

  /** The tab is gone: whatever it does from now on has no effect. */
  kill(): void {
    if (this.document.isReady && this.isKept) this.#unkept.clear();
    this.isAlive = false;
    this.#tab.kill();
  }

  /** The document is opened in another tab. */
  reopen(): void {
    this.isAlive = true;
    this.#lostTabs++;
    this.shown = Text.empty;
    this.#tab = this.#options.openTab();
    this.#document = this.#open();
  }

  #open(): SharedDocument {
    const { user = this.name, findsAgain, takesBack: _, openTab: __, ...options } = this.#options;
    const { environment, store = null } = this.#tab;
    const document = openDocument({
      ...options,
      environment,
      store,
      user: { id: user, name: this.name, color: 1 + this.#random.int(12) },
    });
    const unlessGone =
      <Event extends readonly unknown[]>(hear: (...event: Event) => void) =>
      (...event: Event): void => {
        if (document === this.#document) hear(...event);
      };
    document.on(
      "ready",
      unlessGone(() => {
        this.shown = document.text;
        if (this.#lostTabs > 0 && findsAgain === true) this.fault ??= this.#findAgain();
      }),
    );
    document.on(
      "remote",
      unlessGone((operation) => {
        this.shown = apply(this.shown, operation);
        if (this.#typing) this.#typing.caret = transformPosition(this.#typing.caret, operation, "left");
      }),
    );
    document.on(
      "recovery",
      unlessGone(() => this.recoveries++),
    );
    document.on(
      "merged",
      unlessGone(() => this.merges++),
    );
    return document;
  }

  /** What was kept when the last tab was killed is here at once. What was not may be missing, or be here in part, or come soon. */
  #findAgain(): string | undefined {
    const text = this.shown.toString();
    const typing = this.#typing;
    const unsure = new Set([...(this.#unsure ?? []), ...this.#unkept]);
    for (const word of this.kept) {
      if (!text.includes(word) && !unsure.has(word)) return `${this.name} lost ${word} with its tab`;
    }
    const part = this.#unfinished()?.[0];
    if (typing && !unsure.has(typing.word) && part !== typing.typed) {
      return `${this.name} lost ${typing.typed} with its tab, ${part} is there`;
    }
    this.#looksUntil = this.#tab.environment.now() + (unsure.size > 0 ? LOOK_MS : 0);
    if (typing) unsure.add(typing.word);
    this.#unsure = unsure;
    this.#typing = undefined;
    this.#unkept.clear();
    return undefined;
  }

  /** The word that is there without its end, if one is. */
  #unfinished(): RegExpExecArray | null {
    return new RegExp(`\\[${this.name}\\.[^\\][]*(?=\\[|$)`).exec(this.shown.toString());
  }

  /** Goes on with what is there of the words that may not have been kept. */
  #goOn(unsure: ReadonlySet<string>): string | undefined {
    const text = this.shown.toString();
    const match = this.#unfinished();
    const part = match?.[0];
    this.#unsure = undefined;
    for (const word of unsure) {
      this.kept.delete(word);
      if (text.includes(word)) {
        this.kept.add(word);
        this.takenBack.delete(word);
      } else if (part !== undefined && word.startsWith(part)) {
        const caret = this.shown.pointOfUnit((match?.index ?? 0) + part.length);
        this.#typing = { word, typed: part, caret };
      }
    }
    return part !== undefined && this.#typing === undefined ? `nobody typed ${part}` : undefined;
  }

  /** Words that were typed to their end, taken back or not. */
  get words(): number {
    return this.kept.size + this.takenBack.size;
  }

  get isMidWord(): boolean {
    return this.#typing !== undefined || this.#unsure !== undefined;
  }

  /** True if there is a tab and no word is half typed. */
  get isAtRest(): boolean {
    return this.isAlive && this.document.isReady && !this.isMidWord;
  }

  /** One keystroke, or one word taken back. `mayStart`: whether a new word may be begun. */
  act(mayStart: boolean): void {
    if (!this.isAlive || !this.document.isReady) return;
    if (this.#unsure !== undefined) {
      if (this.#tab.environment.now() < this.#looksUntil) return;
      this.fault ??= this.#goOn(this.#unsure);
    }
    if (this.isKept) this.#unkept.clear();
    if (this.#typing !== undefined) this.#typeOn(this.#typing);
    else if (mayStart && this.#options.takesBack && this.kept.size > 0 && this.#random.chance(0.15))
      this.#takeBack();
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
    this.#unkept.add(typing.word);
    // The name comes in one piece, so that even the beginning of a word tells whose it is.
    const name = typing.typed === "" ? `[${this.name}.` : "";
    const [letter = ""] = name === "" ? Array.from(typing.word.slice(typing.typed.length)) : [name];
    this.#replace(typing.caret, typing.caret, letter);
    typing.typed += letter;
    typing.caret += Array.from(letter).length;
    this.document.select({ anchor: typing.caret, head: typing.caret });
    if (typing.typed !== typing.word) return;
    this.#typing = undefined;
    this.kept.add(typing.word);
  }

  #takeBack(): void {
    const word = this.#random.pick([...this.kept]);
    const at = this.shown.toString().indexOf(word);
    if (at < 0) return;
    this.#unkept.add(word);
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

/**
 * Throws unless a text consists of the words that its writers typed, each once and in one piece, and of the word that it began with, if it
 * began with any. Returns how many were typed.
 */
export function checkWords(text: string, writers: readonly Writer[], begun = ""): number {
  const words: readonly string[] = text.match(/\[[^[\]]*\]/g) ?? [];
  if (words.join("") !== text) {
    const at = text.search(/\[[^\]]*\[|\][^[]|^[^[]/);
    throw new Error(`[I5] words are mixed: … ${text.slice(Math.max(0, at - 40), at + 60)} …`);
  }
  const expected = [...writers.flatMap(({ kept }) => [...kept]), ...(begun === "" ? [] : [begun])];
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
export function checkLetters(text: string, writers: readonly Writer[], begun = ""): number {
  const expected = [...writers.flatMap(({ kept }) => [...kept]), begun];
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  for (const letter of expected.join("")) counts.set(letter, (counts.get(letter) ?? 0) - 1);
  const wrong = [...counts].filter(([, count]) => count !== 0);
  if (wrong.length > 0) {
    const told = wrong.map(([letter, count]) => `${letter} ${count > 0 ? "+" : ""}${count}`).join(", ");
    const damaged = expected.filter((word) => !text.includes(word)).join(" ");
    throw new Error(
      `[I2] letters were lost or doubled: ${told}; not there in one piece: ${damaged}; the text: ${text}`,
    );
  }
  return expected.length;
}
