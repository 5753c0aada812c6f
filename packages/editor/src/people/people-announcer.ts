import type { Words } from "../words/words.ts";

/** At most one announcement in so long, in ms. */
const SPACING = 5_000;
/** Nothing is said while the writer types, and so long after, in ms. */
const QUIET_AFTER_TYPING = 1_000;
/** Who has not edited the writer's line for so long is not said to be editing it, in ms. */
const ON_LINE_FOR = 10_000;

interface AnnouncerClock {
  now(): number;
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface AnnouncerOptions {
  /** Puts a sentence where screen readers take it from. */
  readonly say: (words: string) => void;
  /** Asked for each time that something is said. */
  readonly words: () => Words["announcements"];
  /** True while an input method composes: whoever listens to its candidates must not be talked over. */
  readonly isComposing: () => boolean;
  readonly clock: AnnouncerClock;
}

/** Somebody as they are spoken of. */
export interface Named {
  /** Id of the user. */
  readonly id: string;
  readonly name: string;
}

/**
 * Says who came and went and who edits the line that the writer is on, for those who do not see it: politely, at most once in 5 s, and
 * never into somebody's typing. Several arrivals become one sentence; who came and left between two sentences is not mentioned.
 */
export class PeopleAnnouncer {
  readonly #options: AnnouncerOptions;
  /** Name by user id: as told last, and as is. */
  #told: ReadonlyMap<string, string> | undefined;
  #present: ReadonlyMap<string, string> = new Map();
  /** Who has edited the line that the writer is on: when last, and whether it was said. */
  readonly #onLine = new Map<
    string,
    { readonly name: string; readonly at: number; readonly isSaid: boolean }
  >();
  #saidAt = -Infinity;
  #typedAt = -Infinity;
  #timer: unknown;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Who is here now besides the writer. The first call is taken as known. */
  update(people: readonly Named[]): void {
    this.#present = new Map(people.map(({ id, name }) => [id, name]));
    if (this.#told === undefined) this.#told = this.#present;
    else this.#schedule();
  }

  /** Somebody changed the line that the writer is on. Said once per person and line. */
  editedLine({ id, name }: Named): void {
    const isSaid = this.#onLine.get(id)?.isSaid === true;
    this.#onLine.set(id, { name, at: this.#options.clock.now(), isSaid });
    if (!isSaid) this.#schedule();
  }

  /** The writer went to another line. */
  leftLine(): void {
    this.#onLine.clear();
  }

  /** The writer typed. */
  typed(): void {
    this.#typedAt = this.#options.clock.now();
  }

  /** Answers a command of the writer's: at once, and what else there is to say waits its 5 s. */
  answer(words: string): void {
    this.#saidAt = this.#options.clock.now();
    this.#options.say(words);
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const { clock, isComposing } = this.#options;
    const now = clock.now();
    const quietUntil = isComposing() ? now + QUIET_AFTER_TYPING : this.#typedAt + QUIET_AFTER_TYPING;
    this.#timer = clock.setTimeout(
      () => {
        this.#timer = undefined;
        this.#speak();
      },
      Math.max(0, this.#saidAt + SPACING - now, quietUntil - now),
    );
  }

  #speak(): void {
    const { clock, isComposing, say, words } = this.#options;
    const now = clock.now();
    if (isComposing() || now < this.#typedAt + QUIET_AFTER_TYPING || now < this.#saidAt + SPACING) {
      this.#schedule();
      return;
    }
    const sentences = [...this.#comings(words()), ...this.#neighbours(words(), now)];
    if (sentences.length === 0) return;
    this.#saidAt = now;
    say(sentences.join(" "));
  }

  #comings(words: Words["announcements"]): string[] {
    const told = this.#told ?? new Map<string, string>();
    const joined = missingIn(told, this.#present);
    const left = missingIn(this.#present, told);
    this.#told = this.#present;
    if (joined.length === 0 && left.length === 0) return [];
    return [
      ...(joined.length > 0 ? [words.joined(joined)] : []),
      ...(left.length > 0 ? [words.left(left)] : []),
      words.here(this.#present.size + 1),
    ];
  }

  #neighbours(words: Words["announcements"], now: number): string[] {
    const names: string[] = [];
    for (const [id, { name, at, isSaid }] of this.#onLine) {
      if (isSaid || now - at >= ON_LINE_FOR || !this.#present.has(id)) continue;
      names.push(name);
      this.#onLine.set(id, { name, at, isSaid: true });
    }
    return names.length > 0 ? [words.onYourLine(names)] : [];
  }
}

function missingIn(known: ReadonlyMap<string, string>, people: ReadonlyMap<string, string>): string[] {
  return Array.from(people)
    .filter(([id]) => !known.has(id))
    .map(([, name]) => name);
}
