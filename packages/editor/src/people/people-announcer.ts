import type { Words } from "../words/words.ts";

/** At most one announcement in so long, in ms. */
const SPACING = 5_000;
/** Nothing is said while the writer types, and so long after, in ms. */
const QUIET_AFTER_TYPING = 1_000;

export interface AnnouncerClock {
  now(): number;
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

/**
 * Says who came and went, for those who do not see it: politely, seldom, and never into somebody's typing. Several
 * arrivals become one sentence; who came and left between two sentences is not mentioned.
 */
export class PeopleAnnouncer {
  readonly #say: (words: string) => void;
  readonly #words: () => Words["announcements"];
  readonly #clock: AnnouncerClock;
  /** Name by user id: as told last, and as is. */
  #told: ReadonlyMap<string, string> | undefined;
  #present: ReadonlyMap<string, string> = new Map();
  #saidAt = -Infinity;
  #typedAt = -Infinity;
  #timer: unknown;

  /** @param words asked for each time that something is said */
  constructor(say: (words: string) => void, words: () => Words["announcements"], clock: AnnouncerClock) {
    this.#say = say;
    this.#words = words;
    this.#clock = clock;
  }

  /** Who is here now besides the writer. The first call is taken as known. */
  update(people: readonly { readonly id: string; readonly name: string }[]): void {
    this.#present = new Map(people.map(({ id, name }) => [id, name]));
    if (this.#told === undefined) this.#told = this.#present;
    else this.#schedule();
  }

  /** The writer typed. */
  typed(): void {
    this.#typedAt = this.#clock.now();
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const quiet = Math.max(this.#saidAt + SPACING, this.#typedAt + QUIET_AFTER_TYPING) - this.#clock.now();
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        this.#speak();
      },
      Math.max(0, quiet),
    );
  }

  #speak(): void {
    const now = this.#clock.now();
    if (now < this.#typedAt + QUIET_AFTER_TYPING) {
      this.#schedule();
      return;
    }
    const told = this.#told ?? new Map<string, string>();
    const joined = missingIn(told, this.#present);
    const left = missingIn(this.#present, told);
    this.#told = this.#present;
    if (joined.length === 0 && left.length === 0) return;
    const words = this.#words();
    const sentences = [];
    if (joined.length > 0) sentences.push(words.joined(joined));
    if (left.length > 0) sentences.push(words.left(left));
    sentences.push(words.here(this.#present.size + 1));
    this.#saidAt = now;
    this.#say(sentences.join(" "));
  }
}

function missingIn(known: ReadonlyMap<string, string>, people: ReadonlyMap<string, string>): string[] {
  return Array.from(people)
    .filter(([id]) => !known.has(id))
    .map(([, name]) => name);
}
