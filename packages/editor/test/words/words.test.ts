import { describe, expect, it } from "vitest";
import { english } from "../../src/words/english.ts";
import { formatOf } from "../../src/words/format.ts";
import { german } from "../../src/words/german.ts";
import { marked } from "../../src/words/marked.ts";
import { changedWords, type LogDeed, type LogPlace, type Words } from "../../src/words/words.ts";

type Callable = (...given: never[]) => string;
/** Arguments for each function in `Section`: a new one without them does not compile. */
type Samples<Section> = {
  [Key in keyof Section as Section[Key] extends Callable ? Key : never]-?: Section[Key] extends (
    ...given: infer Given
  ) => string
    ? readonly Given[]
    : never;
};

const ana = marked("Zqana");
const bo = marked("Zqbo");
const counts: [number][] = [[1], [2], [1_234]];
const names: [string[]][] = [[[ana]], [[ana, bo]], [[ana, bo, marked("Zqcy")]], [["1", "2", "3", "4"]]];
const DEEDS: LogDeed[] = [
  "added-paragraphs",
  "added-words",
  "added-characters",
  "removed-paragraphs",
  "removed-words",
  "removed-characters",
  "changed",
];
const PLACES: LogPlace[] = ["above", "below", "here"];

const samples: { readonly [Section in keyof Words]: Samples<Words[Section]> } = {
  editor: { keys: [[false], [true]] },
  people: {
    awayFor: counts,
    lastSeen: counts,
    spoken: [
      [ana, "Zqpresence", false],
      [ana, "Zqpresence", true],
    ],
    spokenGone: [
      [ana, "Zqpresence", false],
      [ana, "Zqpresence", true],
    ],
    more: counts,
    spokenMore: counts,
    goToPerson: [[ana]],
    followPerson: [[ana]],
    stopFollowingPerson: [[ana]],
  },
  following: {
    following: [[ana]],
    paused: [[ana]],
    stop: [[ana]],
    linesAway: [1, 42].flatMap((lines): [string, number, boolean][] => [
      [ana, lines, true],
      [ana, lines, false],
    ]),
    quiet: counts,
  },
  announcements: {
    joined: names,
    left: names,
    here: [[2], [1_234]],
    onYourLine: names,
    followingNow: [[ana]],
    followingEnded: [[ana]],
    quietOn: counts,
  },
  log: {
    did: DEEDS.flatMap((deed) =>
      PLACES.flatMap((place) =>
        [1, 1_234].map((amount): [string, LogDeed, number, LogPlace] => [ana, deed, amount, place]),
      ),
    ),
    oneOf: [[[ana, bo]]],
    ago: counts,
    goTo: [["Zqentry"]],
  },
  writing: {
    results: counts,
    resultOf: [[1, 1_234]],
    replaced: counts,
    ofLines: counts,
  },
  status: {
    savingPart: [[0], [0.4], [1]],
    waitingChanges: [[0], ...counts],
    reconnectingIn: counts,
    notSaved: [["Zqreason."]],
    restNotSaved: [["Zqreason."]],
  },
  form: {
    tooLong: [[3012, 3000]],
    tooShort: [
      [1, 20],
      [12, 20],
    ],
    counter: [
      [0, 1],
      [586, 3000],
    ],
  },
  codes: {},
};

/** Everything that a language says, by the path of its key, with the arguments that a sentence was made from. */
function sentencesOf(
  words: Words,
): Map<string, { readonly said: string; readonly given: readonly unknown[] }> {
  const sentences = new Map<string, { said: string; given: readonly unknown[] }>();
  const walk = (part: object, path: string, calls: Record<string, readonly (readonly unknown[])[]>): void => {
    for (const [key, value] of Object.entries(part) as [string, unknown][]) {
      const at = `${path}${key}`;
      if (typeof value === "string") sentences.set(at, { said: value, given: [] });
      else if (typeof value === "function") {
        for (const given of calls[key] ?? []) {
          const said = (value as (...given: readonly unknown[]) => unknown)(...given) as string;
          sentences.set(`${at}(${JSON.stringify(given)})`, { said, given });
        }
      } else walk(value as object, `${at}.`, {});
    }
  };
  for (const [name, section] of Object.entries(words))
    walk(section, `${name}.`, samples[name as keyof Words]);
  return sentences;
}

const inEnglish = sentencesOf(english.words(formatOf("en-GB")));
const inGerman = sentencesOf(german.words(formatOf("de")));

/** What of the arguments stands in a sentence: names and phrases as they are (but for their case), numbers as digits. */
function placeholdersIn(said: string, given: readonly unknown[]): boolean[] {
  const digits = said.replaceAll(/(?<=\d)[.,](?=\d)/g, "");
  // What is no number and no name chooses the sentence, and does not stand in it.
  const shown = given.flat().filter((value) => typeof value === "number" || String(value).includes("Zq"));
  return shown.map((value) => {
    if (typeof value === "number")
      return new RegExp(`(?<!\\d)${value < 1 ? value * 100 : value}(?!\\d)`).test(digits);
    return typeof value === "string" && said.toLowerCase().includes(value.toLowerCase());
  });
}

/** Said alike in both languages. */
const ALIKE = new Set(["editor.text", "following.escape", "status.offline"]);
const isAlike = (path: string): boolean => ALIKE.has(path) || path.startsWith("people.more(");

/** Words that no German sentence has. "Reload", "Online" and "Tab" are German too. */
const ENGLISH_WORDS =
  /\b(the|and|of|is|are|was|you|your|not|to|this|that|they|with|for|by|from|page|saved?|saving|changes?|people|person(?=s|\b.*\bis\b)|here|away|typing|follow(s|ing)?|added|removed|lines?|words?|nobody|somebody|others|keep|kept|now|more|show|close)\b/i;

describe("English and German", () => {
  it("have the same keys, and functions in the same places", () => {
    const shapeOf = (part: object): unknown =>
      Object.fromEntries(
        Object.entries(part).map(([key, value]: [string, unknown]) => [
          key,
          typeof value === "object" && value !== null ? shapeOf(value) : typeof value,
        ]),
      );
    expect(shapeOf(german.words(formatOf("de")))).toEqual(shapeOf(english.words(formatOf("en"))));
    expect(inEnglish.size).toBeGreaterThan(150);
  });

  it.each([...inEnglish.keys()])("%s", (path) => {
    const here = inEnglish.get(path);
    const there = inGerman.get(path);
    if (here === undefined || there === undefined) throw new Error("said in one language only");
    expect(here.said).not.toMatch(/undefined|NaN|\[object|^$|#/);
    expect(there.said).not.toMatch(/undefined|NaN|\[object|^$|#/);
    expect(placeholdersIn(there.said, there.given)).toEqual(placeholdersIn(here.said, here.given));
    if (isAlike(path)) return;
    expect(there.said).not.toBe(here.said);
    // What is passed in is not German because a sentence is.
    const own = there.said.replaceAll(/Zq\w+/gi, "");
    expect(own).not.toMatch(ENGLISH_WORDS);
    expect(own).not.toMatch(/\b(du|dich|dir|deine?[nmrs]?|Sie|Ihnen|Ihre?[nmrs]?|bitte)\b/);
    for (const said of [here.said, there.said]) expect(said).not.toMatch(/\.\.\.|["'!]| $|^ | {2}/);
    expect(own).not.toMatch(/ …|\d (min|s|%|Min)(?!\w)/);
    const ends = there.said.replace(/Min\.$/, "Min");
    expect(ends.endsWith(".")).toBe(here.said.endsWith("."));
  });

  it("write numbers, lists and shares as their countries do", () => {
    const said = (path: string): (string | undefined)[] =>
      [inEnglish, inGerman].map((sentences) => sentences.get(path)?.said.replaceAll(/[\u2068\u2069]/g, ""));
    expect(said("announcements.here([1234])")).toEqual(["1,234 people here.", "1.234 Personen hier."]);
    expect(said("status.savingPart([0.4])")).toEqual([
      "Saving… 40% done",
      "Wird gespeichert\u00a0… 40\u00a0% fertig",
    ]);
    expect(said(`announcements.joined(${JSON.stringify([[ana, bo, marked("Zqcy")]])})`)).toEqual([
      "Zqana, Zqbo and Zqcy joined.",
      "Zqana, Zqbo und Zqcy sind dazugekommen.",
    ]);
  });
});

it("a host replaces as many words as it likes", () => {
  const words = english.words(formatOf("en"));
  const changed = changedWords(words, { people: { here: "About" }, log: {} });
  expect(changed.people).toEqual({ ...words.people, here: "About" });
  expect({ ...changed, people: words.people }).toEqual(words);
  expect(changedWords(words, undefined)).toBe(words);
});
