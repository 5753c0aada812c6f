import type { ChangeDesc, ChangeSet, Text } from "@codemirror/state";
import type { LogDeed } from "../words/words.ts";

/** So many entries are kept, the newest. */
const ENTRIES = 50;
/** An edit is part of an entry that is so young, in ms, and so near, in UTF-16 code units. */
const TOGETHER_FOR = 60_000;
const TOGETHER_WITHIN = 200;
/** Longest text whose words are counted, in UTF-16 code units: of longer ones only paragraphs are. */
const COUNTED = 10_000;

/** Who may have made an edit. One is certain, several are not, none is nobody that can be seen. */
type Authors = readonly { readonly id: string; readonly name: string }[];

/** Words, characters as code points, and paragraphs of some text. */
interface Amount {
  readonly paragraphs: number;
  readonly words: number;
  readonly characters: number;
}

/** Edits of the same people, made in one go at one place. Offsets in UTF-16 code units of the shown text. */
export interface LogEntry {
  /** Never used again. */
  readonly id: number;
  readonly authors: Authors;
  /** Of the last edit, in ms of the clock. */
  readonly at: number;
  /** What was put in and is still there lies between these. */
  readonly from: number;
  readonly to: number;
  readonly removed: Amount;
}

const NOTHING: Amount = { paragraphs: 0, words: 0, characters: 0 };

/**
 * What others changed lately, the oldest first: a bounded list whose places move with every change of the text.
 *
 * Laws (test `edit-log.test.ts`): there are never more than 50 entries; each lies within the text; what it says was added is never more than is there.
 */
export class EditLog {
  #entries: LogEntry[] = [];
  #nextId = 1;

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** The writer changed the text. O(entries). */
  moved(changes: ChangeDesc): void {
    this.#entries = movedBy(changes, this.#entries).filter(isThere);
  }

  /**
   * Others changed the text. O(entries + changes).
   *
   * @param before the text that `changes` are for
   * @param authorsOf who may have made the change that stands between two offsets of the text after it
   */
  others(
    changes: ChangeSet,
    before: Text,
    authorsOf: (from: number, to: number) => Authors,
    now: number,
  ): void {
    const edits: { from: number; to: number; deleted: [number, number]; authors: Authors }[] = [];
    changes.iterChanges((fromBefore, toBefore, from, to) => {
      if (edits.length < ENTRIES)
        edits.push({ from, to, deleted: [fromBefore, toBefore], authors: authorsOf(from, to) });
    });
    const old = this.#entries;
    this.#entries = movedBy(changes, old);
    for (const { from, to, deleted, authors } of edits) {
      const index = this.#entries.findLastIndex((entry) => isTogether(entry, { from, to, authors, at: now }));
      const found = this.#entries[index];
      const known = old.find(({ id }) => id === found?.id);
      const removed = amountIn(before, withoutOwn(deleted, known));
      if (found === undefined) {
        const entry = { id: this.#nextId++, authors, at: now, from, to, removed };
        this.#entries.push(entry);
        continue;
      }
      this.#entries.splice(index, 1);
      this.#entries.push({
        ...found,
        at: now,
        from: Math.min(found.from, from),
        to: Math.max(found.to, to),
        removed: sum(found.removed, removed),
      });
    }
    this.#entries = this.#entries.filter(isThere).slice(-ENTRIES);
  }
}

function movedBy(changes: ChangeDesc, entries: readonly LogEntry[]): LogEntry[] {
  return entries.map((entry) => {
    const from = changes.mapPos(entry.from, 1);
    return { ...entry, from, to: Math.max(from, changes.mapPos(entry.to, -1)) };
  });
}

/** False once all that was put in is gone again: nothing is left to tell of. */
function isThere({ from, to, removed }: LogEntry): boolean {
  return to > from || removed.characters > 0;
}

function isTogether(entry: LogEntry, edit: Pick<LogEntry, "from" | "to" | "authors" | "at">): boolean {
  return (
    entry.authors.map(({ id }) => id).join("\n") === edit.authors.map(({ id }) => id).join("\n") &&
    edit.at - entry.at < TOGETHER_FOR &&
    edit.from <= entry.to + TOGETHER_WITHIN &&
    edit.to >= entry.from - TOGETHER_WITHIN
  );
}

/** What of a deleted range was not put in by the same people just before: that never was. */
function withoutOwn([from, to]: [number, number], own: LogEntry | undefined): [number, number][] {
  if (own === undefined || own.to <= from || own.from >= to) return [[from, to]];
  const rest: [number, number][] = [
    [from, Math.min(to, own.from)],
    [Math.max(from, own.to), to],
  ];
  return rest.filter(([start, end]) => start < end);
}

function amountIn(text: Text, ranges: readonly (readonly [number, number])[]): Amount {
  return ranges.reduce((total, [from, to]) => sum(total, amountOf(text, from, to)), NOTHING);
}

function amountOf(text: Text, from: number, to: number): Amount {
  if (from >= to) return NOTHING;
  const breaks = text.lineAt(to).number - text.lineAt(from).number;
  if (to - from > COUNTED) return { paragraphs: breaks + 1, words: 0, characters: to - from };
  const string = text.sliceString(from, to, "\n");
  const filled = string.split("\n").filter((line) => line.trim() !== "").length;
  return {
    paragraphs: breaks === 0 ? 0 : Math.max(1, filled),
    words: string.match(/\S+/g)?.length ?? 0,
    characters: Array.from(string).length,
  };
}

function sum(one: Amount, other: Amount): Amount {
  return {
    paragraphs: one.paragraphs + other.paragraphs,
    words: one.words + other.words,
    characters: one.characters + other.characters,
  };
}

/** What an entry is told as, in the text as it is now. */
export function deedOf(
  { from, to, removed }: LogEntry,
  text: Text,
): { readonly deed: LogDeed; readonly amount: number } {
  const added = amountOf(text, from, to);
  if (added.characters > 0 && removed.characters > 0) {
    return { deed: "changed", amount: text.lineAt(to).number - text.lineAt(from).number + 1 };
  }
  const [amount, deed] = added.characters > 0 ? [added, "added" as const] : [removed, "removed" as const];
  const unit = amount.paragraphs > 0 ? "paragraphs" : amount.words > 0 ? "words" : "characters";
  return { deed: `${deed}-${unit}`, amount: amount[unit] };
}
