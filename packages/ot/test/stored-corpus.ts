import type { StoredHistoryErrorCode } from "../src/stored/decode.ts";

const MAGIC = [0x49, 0x4c, 0x48, 1];
/** 2⁵³ - 1. */
const LARGEST = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
/** One entry by the author "a" on a text of `length`. */
const HEAD = (length: number, entries = 1): number[] => [...MAGIC, length, entries, 1, 1, 0x61];
const AUTHOR_AND_TIME = [2, 1, 0, 3, 0, 1, 0, 0];

/** What follows the length of a text in the history of one letter that was typed. */
const ONE_LETTER = [1, 1, 1, 1, 0x61, 1, 8, 1, 0, 1, 0x61, ...AUTHOR_AND_TIME];

/** Bytes that are no history. Every input that ever broke the decoder belongs here. */
export const storedCorpus: readonly {
  readonly name: string;
  readonly bytes: readonly number[];
  readonly code: StoredHistoryErrorCode;
}[] = [
  { name: "nothing", bytes: [], code: "ERR_STORED_MALFORMED" },
  { name: "other bytes", bytes: [0x50, 0x4b, 3, 4], code: "ERR_STORED_MALFORMED" },
  { name: "the next version", bytes: [0x49, 0x4c, 0x48, 2, 0, 0, 0], code: "ERR_STORED_VERSION" },
  {
    name: "a number without end",
    bytes: [...MAGIC, ...Array.from({ length: 40 }, () => 0xff)],
    code: "ERR_STORED_MALFORMED",
  },
  {
    // What each byte adds is nothing, until the factor is infinite and the number is no number at all.
    name: "a length of 150 bytes that add nothing",
    bytes: [...MAGIC, ...Array.from({ length: 150 }, () => 0x80), ...ONE_LETTER],
    code: "ERR_STORED_MALFORMED",
  },
  { name: "a number with zeros behind", bytes: [...MAGIC, 0x80, 0x80, 0], code: "ERR_STORED_MALFORMED" },
  {
    name: "a text of 2⁵³ - 1",
    bytes: [...MAGIC, ...LARGEST, 0, 0, 0, 0, 0, 0, 0],
    code: "ERR_STORED_MALFORMED",
  },
  { name: "2⁵³ - 1 entries", bytes: [...MAGIC, 0, ...LARGEST, 0], code: "ERR_STORED_TOO_LARGE" },
  { name: "2⁵³ - 1 authors", bytes: [...MAGIC, 0, 0, ...LARGEST], code: "ERR_STORED_MALFORMED" },
  { name: "a block of 2⁵³ - 1 bytes", bytes: [...MAGIC, 0, 0, 0, ...LARGEST], code: "ERR_STORED_MALFORMED" },
  {
    name: "typing of 2⁵⁰ keys",
    bytes: [
      ...HEAD(0, 100),
      8,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x0f,
      1,
      0,
      1,
      0x61,
      2,
      100,
      0,
      3,
      0,
      1,
      1,
      1,
      98,
    ],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "an insert of 2⁵⁰ characters that are not there",
    bytes: [...HEAD(0), 8, 0x83, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x0f, 1, 0, 1, 0x61, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "one entry of 2⁵⁰ changes",
    bytes: [...HEAD(0), 8, 0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x0f, 1, 0, 0, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a delete past the end",
    bytes: [...HEAD(1), 1, 20, 1, 0, 0, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a change before the start",
    bytes: [...HEAD(1), 1, 10, 1, 1, 0, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a kind that is none",
    bytes: [...HEAD(1), 1, 14, 1, 0, 0, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a run of no entries",
    bytes: [...HEAD(0), 1, 0, 1, 0, 0, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "an author who is not listed",
    bytes: [...HEAD(0), 1, 8, 1, 0, 1, 0x61, 2, 1, 1, 3, 0, 1, 0, 0],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "half of a surrogate pair",
    bytes: [...HEAD(0), 1, 8, 1, 0, 3, 0xed, 0xa0, 0x80, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "text in a longer form than needed",
    bytes: [...HEAD(0), 1, 8, 1, 0, 2, 0xc1, 0xa1, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "text that ends in a character",
    bytes: [...HEAD(0), 1, 8, 1, 0, 1, 0xe2, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a code point beyond the last",
    bytes: [...HEAD(0), 1, 8, 1, 0, 4, 0xf4, 0x90, 0x80, 0x80, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a time before 1970",
    bytes: [...HEAD(0), 1, 8, 1, 0, 1, 0x61, 2, 1, 0, 3, 1, 1, 6, 0],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "a step of 2⁵³ - 1 units of 2⁵³ - 1",
    bytes: [...HEAD(0), 1, 8, 1, 0, 1, 0x61, 2, 1, 0, 17, 0, ...LARGEST, 0xfe, ...LARGEST.slice(1), 0],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "text of no entry",
    bytes: [...HEAD(0), 1, 8, 1, 0, 2, 0x61, 0x61, ...AUTHOR_AND_TIME],
    code: "ERR_STORED_MALFORMED",
  },
  {
    name: "bytes behind the end",
    bytes: [...HEAD(0), 1, 8, 1, 0, 1, 0x61, ...AUTHOR_AND_TIME, 0],
    code: "ERR_STORED_MALFORMED",
  },
];
