import type { WritingWords } from "./writing-words.ts";

/**
 * Everything the elements say, in one object. Where a sentence holds a name, the name is passed as `marked` returns it: put it into
 * the sentence as it is, and it is shown isolated from the writing direction around it.
 *
 * A host replaces any of it, for all elements by `setWords` or for one by its property `words`. English and German come along.
 * @public
 */
export interface Words {
  readonly editor: {
    /** Accessible name of a text that has no other. */
    readonly text: string;
    /** Accessible description of the keys that lead to other people. `isMac`: by which names of keys. */
    readonly keys: (isMac: boolean) => string;
  };
  readonly people: {
    /** Accessible name of the row and of the list. */
    readonly list: string;
    readonly here: string;
    readonly typing: string;
    readonly away: string;
    /** @param minutes since they were last here, 1 or more */
    readonly awayFor: (minutes: number) => string;
    /** How somebody is here that nothing is heard of while offline. */
    readonly unknown: string;
    readonly lastSeenNow: string;
    /** @param minutes since they went, 1 or more */
    readonly lastSeen: (minutes: number) => string;
    /** Stands beside the name of somebody without a login. */
    readonly guest: string;
    /** Accessible name of an avatar: `presence` is one of the words above. */
    readonly spoken: (name: string, presence: string, isGuest: boolean) => string;
    /** The same of somebody who went. */
    readonly spokenGone: (name: string, lastSeen: string, isGuest: boolean) => string;
    /** On the button behind which the people are that the row has no room for. */
    readonly more: (count: number) => string;
    /** Its accessible name. */
    readonly spokenMore: (count: number) => string;
    readonly goTo: string;
    readonly follow: string;
    readonly stopFollowing: string;
    /** Accessible names of the same buttons in a list, where several look alike. */
    readonly goToPerson: (name: string) => string;
    readonly followPerson: (name: string) => string;
    readonly stopFollowingPerson: (name: string) => string;
    readonly close: string;
  };
  readonly following: {
    readonly following: (name: string) => string;
    /** The same after the writer has scrolled elsewhere. */
    readonly paused: (name: string) => string;
    /** The key that ends it, as the keyboard names it. */
    readonly escape: string;
    /** Accessible name of the button that ends it. */
    readonly stop: (name: string) => string;
    /** Somebody is so many lines above or below what is shown. */
    readonly linesAway: (name: string, lines: number, isBelow: boolean) => string;
    /** @param hidden people whose carets are not drawn */
    readonly quiet: (hidden: number) => string;
    readonly showPeople: string;
  };
  /** What a screen reader says by itself. Whole sentences. */
  readonly announcements: {
    readonly joined: (names: readonly string[]) => string;
    readonly left: (names: readonly string[]) => string;
    /** @param count people here, the writer included */
    readonly here: (count: number) => string;
    readonly onYourLine: (names: readonly string[]) => string;
    readonly followingNow: (name: string) => string;
    readonly followingEnded: (name: string) => string;
    /** There is nobody whom one could follow or go to. */
    readonly nobody: string;
    readonly quietOn: (hidden: number) => string;
    readonly quietOff: string;
  };
  readonly log: {
    readonly title: string;
    readonly empty: string;
    /** `who`: a name, or one of the next two. */
    readonly did: (who: string, what: LogDeed, amount: number, where: LogPlace) => string;
    /** Nobody knows who of these it was. */
    readonly oneOf: (names: readonly string[]) => string;
    readonly somebody: string;
    readonly now: string;
    /** @param minutes since then, 1 or more */
    readonly ago: (minutes: number) => string;
    /** Accessible name of an entry's button, whose sentence is `entry`. */
    readonly goTo: (entry: string) => string;
  };
  readonly writing: WritingWords;
  readonly status: StatusWords;
  /** What a form says about the text. Lengths in UTF-16 code units, which people know as characters. */
  readonly form: {
    readonly missing: string;
    readonly tooLong: (length: number, max: number) => string;
    readonly tooShort: (length: number, min: number) => string;
    readonly unsaved: string;
    /** Stands under a text whose length has a bound. */
    readonly counter: (length: number, max: number) => string;
  };
  readonly codes: CodeWords;
}

/** What somebody did to the text, as the log counts it. @public */
export type LogDeed =
  | "added-paragraphs"
  | "added-words"
  | "added-characters"
  | "removed-paragraphs"
  | "removed-words"
  | "removed-characters"
  | "changed";

/** Where that was from the writer's caret. @public */
export type LogPlace = "above" | "below" | "here";

/** What the bottom line says. @public */
export interface StatusWords {
  readonly loading: string;
  readonly connecting: string;
  readonly saved: string;
  readonly saving: string;
  /** @param done 0 to 1 */
  readonly savingPart: (done: number) => string;
  readonly trying: string;
  /** Others' changes are not shown while a word is composed. */
  readonly heldBack: string;
  readonly backOnline: string;
  readonly mergedOthers: string;
  readonly mergedOwn: string;
  readonly mergedBoth: string;
  readonly offline: string;
  /** Follows `offline`, or the words of a code. */
  readonly keptHere: string;
  readonly notKept: string;
  /** @param minutes that the oldest of them waits; 0: less than one */
  readonly waitingChanges: (minutes: number) => string;
  readonly keptOnDevice: string;
  readonly keepTabOpen: string;
  readonly triesAgain: string;
  readonly noAnswer: string;
  readonly notOnDevice: string;
  readonly reconnecting: string;
  readonly reconnectingIn: (seconds: number) => string;
  readonly readOnly: string;
  readonly readNotWrite: string;
  /** `reason`: one of `codes.refused`. */
  readonly notSaved: (reason: string) => string;
  readonly restNotSaved: (reason: string) => string;
  readonly lastNotSaved: string;
  readonly onlyOnDevice: string;
  readonly onlyInTab: string;
  readonly actions: {
    readonly retry: string;
    readonly reload: string;
    readonly copy: string;
    readonly copied: string;
    readonly download: string;
    readonly dismiss: string;
  };
}

type ByCode = Readonly<Record<string, string>>;

/**
 * What a reader is told, by what has happened to their document and by the code of the protocol that says why. The table of codes says
 * which can reach a reader; a test says that each of them has words.
 * @public
 */
export interface CodeWords {
  /** This person is kept out. */
  readonly denied: ByCode;
  /** The server ended it for good for another reason. */
  readonly ended: ByCode;
  /** The page will try again by itself. What is true of the text follows. */
  readonly waiting: ByCode;
  /** Edits were refused. Follows "Not saved: ". */
  readonly refused: ByCode;
  /** What is said of a code without words of its own. */
  readonly other: { readonly denied: string; readonly ended: string; readonly refused: string };
}

/** Words to say instead of those that come along: as many or few as one likes. @public */
export type WordsChange = { readonly [Section in keyof Words]?: Partial<Words[Section]> };

/** A language: how to make its words. */
export interface Language {
  readonly words: (format: Format) => Words;
}

/** How a language writes numbers, lists and times. The parts of `Intl` that words need. */
export interface Format {
  /** BCP 47 tag, as in `de-AT`. */
  readonly locale: string;
  readonly number: (value: number) => string;
  /** @param share 0 to 1 */
  readonly percent: (share: number) => string;
  readonly list: (items: readonly string[]) => string;
  /** The form for so many, in which `#` stands for the number. */
  readonly count: (value: number, forms: { readonly one: string; readonly other: string }) => string;
}

/** `change` laid over `words`, section by section. */
export function changedWords(words: Words, change: WordsChange | undefined): Words {
  if (change === undefined) return words;
  const sections = Object.entries(words) as [keyof Words, object][];
  return Object.fromEntries(
    sections.map(([name, section]) => [name, { ...section, ...change[name] }]),
  ) as unknown as Words;
}
