import type { GonePerson, RemotePeer } from "@interline/client";
import type { Words } from "../words/words.ts";

/** Without a move for so long a caret is drawn faint, in ms. */
export const IDLE_AFTER = 60_000;
/** Without a move for so long somebody counts as away, and their caret goes, in ms. */
export const AWAY_AFTER = 300_000;
/** Somebody counts as typing for so long after a change, in ms. */
const TYPING_FOR = 2_000;

/** Somebody else who is here: all tabs of one person together. @public */
export interface Person {
  /** The user's id. */
  readonly id: string;
  readonly name: string;
  /** 1 to 12. */
  readonly color: number;
  /** True: nobody has checked who they are. */
  readonly isGuest: boolean;
  /** True: none of their pages can be seen. */
  readonly isAway: boolean;
  /** When they last did anything, in ms of the clock. */
  readonly activeAt: number;
  /** When they last changed the text, in ms of the clock. */
  readonly typedAt: number | undefined;
}

/** How a person is here at a moment. @public */
export type Presence = "here" | "typing" | "away";

/** What the presence of a person is told from. */
type Signs = Pick<Person, "isAway" | "activeAt" | "typedAt">;

/** The people behind some peers, in order of appearance; the tabs of one person are one. `self` (a user id) is left out. */
export function peopleOf(peers: readonly RemotePeer[], self: string | undefined): Person[] {
  const people = new Map<string, Person>();
  for (const { user, isAway, activeAt, typedAt } of peers) {
    if (user.id === self) continue;
    const known = people.get(user.id);
    people.set(user.id, {
      id: user.id,
      name: user.name,
      color: user.color,
      isGuest: isGuest(user.id),
      isAway: isAway && known?.isAway !== false,
      activeAt: Math.max(activeAt, known?.activeAt ?? 0),
      typedAt: latest(typedAt, known?.typedAt),
    });
  }
  return [...people.values()];
}

/** True for the id of somebody without a login: servers make those, and nobody who has logged in gets one. */
export function isGuest(id: string): boolean {
  return id.startsWith("guest_");
}

/** Who was here lately and is not among `people`, the last to go first. */
export function lateOf(
  gone: readonly GonePerson[],
  people: readonly Person[],
  self: string | undefined,
): GonePerson[] {
  return gone.filter(({ user }) => user.id !== self && !people.some(({ id }) => id === user.id));
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

/** How a person is here at `now` (ms of the clock). */
export function presenceOf(person: Signs, now: number): Presence {
  if (person.isAway || now - person.activeAt >= AWAY_AFTER) return "away";
  return person.typedAt !== undefined && now - person.typedAt < TYPING_FOR ? "typing" : "here";
}

/** When the presence of a person changes next by time alone, in ms of the clock. */
export function presenceEndsAt(person: Signs, now: number): number {
  switch (presenceOf(person, now)) {
    case "typing":
      return (person.typedAt ?? now) + TYPING_FOR;
    case "here":
      return person.activeAt + AWAY_AFTER;
    case "away":
      return nextMinuteOf(person.activeAt, now);
  }
}

/** When the words of a time since `moment` change next, in ms of the clock. */
export function nextMinuteOf(moment: number, now: number): number {
  return now + 60_000 - (Math.max(0, now - moment) % 60_000);
}

/** The words for a presence, as in "Away 12 min". */
export function presenceWords(person: Signs, now: number, words: Words["people"]): string {
  const presence = presenceOf(person, now);
  if (presence !== "away" || now - person.activeAt < 60_000) return words[presence];
  return words.awayFor(minutesOf(person.activeAt, now));
}

/** The words for somebody who went, as in "Last seen 5 min ago". */
export function lastSeenWords(
  { goneAt }: Pick<GonePerson, "goneAt">,
  now: number,
  { lastSeen, lastSeenNow }: Words["people"],
): string {
  return now - goneAt < 60_000 ? lastSeenNow : lastSeen(minutesOf(goneAt, now));
}

/** Full minutes since a moment, both in ms of the clock. */
export function minutesOf(moment: number, now: number): number {
  return Math.floor((now - moment) / 60_000);
}

/** Two letters for a name: of the first and the last word, or the first two of a single one. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  const initials = letters.map((word) => firstLetters(word ?? "", words.length > 1 ? 1 : 2)).join("");
  return initials === "" ? "?" : initials.toLocaleUpperCase();
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstLetters(word: string, count: number): string {
  return Array.from(graphemes.segment(word), ({ segment }) => segment)
    .slice(0, count)
    .join("");
}

/** The first word of a name: what stands in the margin. */
export function firstNameOf(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}
