import type { Operation } from "../operation.ts";

/** One operation of a document's history. @public */
export interface StoredEntry {
  readonly operation: Operation;
  /** Who made it: any well-formed string. */
  readonly author: string;
  /** When, in ms: a whole number from 0 to 2⁴⁸. */
  readonly at: number;
}

/** Consecutive operations of one document. @public */
export interface StoredHistory {
  /** Length of the text before the first of them, in code points. */
  readonly baseLength: number;
  readonly entries: readonly StoredEntry[];
}

/**
 * The layout. All numbers are varints (7 bits a byte, the low ones first; at most 2⁵³ - 1); signed ones are folded (0, -1, 1, -2 …).
 * A block is its length in bytes and then the bytes.
 *
 * 1. the bytes `I` `L` `H` and the version of the format, 1;
 * 2. base length; number of entries; number of authors, and each author as a block of UTF-8;
 * 3. block of runs: `count × 8 + kind`, see `Kind`; after `several` the changes, each `length × 2 + (1 if it deletes)`;
 * 4. block of places: where each run begins, signed, from where the last change ended; of the changes of `several` the first so, and each other
 *    as the number of code points skipped before it;
 * 5. block of all inserted text as UTF-8;
 * 6. block of authors: how many entries, by which author, and so on;
 * 7. block of times: the first time; the unit; and for every time, the signed difference to the one before in units × 2, + 1 if several
 *    entries have it;
 * 8. block of how many entries have such a time, less 2.
 */
export const MAGIC: readonly number[] = [0x49, 0x4c, 0x48, 1];

/** What a run of entries does. */
export const Kind = {
  /** So many entries, each inserts one code point behind the one before. */
  Typing: 0,
  /** So many entries, each deletes the code point before the one before. */
  Backspacing: 1,
  /** So many entries, each deletes one code point at the same place. */
  DeletingForward: 2,
  /** One entry inserts so many code points. */
  Insert: 3,
  /** One entry deletes so many code points. */
  Delete: 4,
  /** One entry with so many changes, none included. */
  Several: 5,
} as const;

/** @internal */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** A document is at most so long, in code points. */
export const MAX_POINTS: number = 2 ** 29 - 1;

/** The latest time, in ms since 1970: the year 10889. */
export const MAX_TIME: number = 2 ** 48;
