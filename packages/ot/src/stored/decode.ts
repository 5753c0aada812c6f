import { type Operation, OperationBuilder, replaceOperation } from "../operation.ts";
import { ByteReader, MalformedBytes } from "./bytes.ts";
import { Kind, MAGIC, MAX_POINTS, type StoredEntry, type StoredHistory } from "./format.ts";
import { TimeReader } from "./times.ts";

/**
 * What can be wrong with stored bytes. Codes are stable.
 * @public
 */
export const StoredHistoryErrorCode = {
  /** Not a history, or damaged. */
  Malformed: "ERR_STORED_MALFORMED",
  /** A history in a format that this version does not know. */
  Version: "ERR_STORED_VERSION",
  /** More entries than the limit allows. */
  TooLarge: "ERR_STORED_TOO_LARGE",
} as const;

/** @public */
export type StoredHistoryErrorCode = (typeof StoredHistoryErrorCode)[keyof typeof StoredHistoryErrorCode];

/** @public */
export type DecodedHistory =
  | { readonly ok: true; readonly history: StoredHistory }
  | { readonly ok: false; readonly code: StoredHistoryErrorCode; readonly message: string };

/** @public */
export interface StoredHistoryLimits {
  /** Most entries that are accepted: a few bytes may stand for any number of them. */
  readonly maxEntries: number;
}

/**
 * Reads what `encodeHistory` wrote. Any bytes give a history or an error, never an exception: all lengths are checked
 * before anything is built, and every operation fits the text that the ones before it make.
 *
 * Law (`wire-total`). Cost and memory: O(bytes + entries), entries at most `maxEntries`.
 * @public
 */
export function decodeHistory(bytes: Uint8Array, limits: StoredHistoryLimits): DecodedHistory {
  try {
    return decode(new ByteReader(bytes), limits);
  } catch (error) {
    if (error instanceof MalformedBytes) return refuse(StoredHistoryErrorCode.Malformed, error.message);
    throw error;
  }
}

function refuse(code: StoredHistoryErrorCode, message: string): DecodedHistory {
  return { ok: false, code, message };
}

function decode(reader: ByteReader, { maxEntries }: StoredHistoryLimits): DecodedHistory {
  for (const [index, expected] of MAGIC.entries()) {
    if (reader.byte() === expected) continue;
    if (index === MAGIC.length - 1)
      return refuse(StoredHistoryErrorCode.Version, "an unknown version of the format");
    throw new MalformedBytes("the bytes are no stored history");
  }
  const baseLength = reader.number();
  if (baseLength > MAX_POINTS) throw new MalformedBytes("the text is too long");
  const count = reader.number();
  if (count > maxEntries) {
    return refuse(StoredHistoryErrorCode.TooLarge, `${count} entries, at most ${maxEntries}`);
  }
  const authors: string[] = [];
  // Each author takes a byte at least, so a count that is too high ends with the bytes.
  for (let left = reader.number(); left > 0; left--) authors.push(reader.block().restAsUtf8());
  const operations = new OperationReader(reader.block(), reader.block(), reader.block(), baseLength);
  const authorRuns = new AuthorReader(reader.block(), authors);
  const times = new TimeReader(reader.block(), reader.block());
  const entries: StoredEntry[] = [];
  while (entries.length < count) {
    entries.push({ operation: operations.next(), author: authorRuns.next(), at: times.next() });
  }
  if (!(reader.isAtEnd && operations.isAtEnd && authorRuns.isAtEnd && times.isAtEnd)) {
    throw new MalformedBytes("there is more than the entries");
  }
  return { ok: true, history: { baseLength, entries } };
}

/** One operation after another from the runs, places and text. */
class OperationReader {
  readonly #runs: ByteReader;
  readonly #places: ByteReader;
  readonly #text: ByteReader;
  /** Length of the text that the next operation is for. */
  #length: number;
  #cursor = 0;
  #kind = 0;
  /** How many entries are left of the run. */
  #left = 0;

  constructor(runs: ByteReader, places: ByteReader, text: ByteReader, length: number) {
    this.#runs = runs;
    this.#places = places;
    this.#text = text;
    this.#length = length;
  }

  get isAtEnd(): boolean {
    return this.#left === 0 && this.#runs.isAtEnd && this.#places.isAtEnd && this.#text.isAtEnd;
  }

  next(): Operation {
    if (this.#left > 0) {
      this.#left--;
      if (this.#kind === Kind.Typing) return this.#replace(0, 1);
      if (this.#kind === Kind.Backspacing) this.#cursor--;
      return this.#replace(1, 0);
    }
    const run = this.#runs.number();
    const count = Math.floor(run / 8);
    this.#kind = run % 8;
    if (this.#kind === Kind.Several) return this.#several(count);
    if (count === 0 || this.#kind > Kind.Several) throw new MalformedBytes("a run of an unknown kind");
    this.#cursor += this.#places.signed();
    if (this.#kind === Kind.Insert) return this.#replace(0, count);
    if (this.#kind === Kind.Delete) return this.#replace(count, 0);
    this.#left = count - 1;
    return this.#kind === Kind.Typing ? this.#replace(0, 1) : this.#replace(1, 0);
  }

  /** The change at the cursor, which goes behind what is inserted. */
  #replace(deleted: number, inserted: number): Operation {
    const from = this.#cursor;
    if (from < 0 || from + deleted > this.#length) throw new MalformedBytes("an operation outside the text");
    const text = this.#text.utf8(inserted);
    const operation = replaceOperation(from, from + deleted, text, this.#length);
    this.#cursor = from + inserted;
    this.#grow(inserted - deleted);
    return operation;
  }

  #several(count: number): Operation {
    const builder = new OperationBuilder(this.#length);
    let place = 0;
    /** What is left of the text behind the last change. */
    let room = this.#length;
    let growth = 0;
    for (let index = 0; index < count; index++) {
      const skipped = index === 0 ? this.#cursor + this.#places.signed() : this.#places.number();
      const change = this.#runs.number();
      const length = Math.floor(change / 2);
      const isDelete = change % 2 === 1;
      room -= skipped + (isDelete ? length : 0);
      if (skipped < 0 || room < 0 || length === 0) throw new MalformedBytes("an operation outside the text");
      builder.skip(skipped);
      place += skipped;
      if (isDelete) builder.delete(length);
      else {
        builder.insert(this.#text.utf8(length));
        place += length;
      }
      growth += isDelete ? -length : length;
      this.#cursor = place;
    }
    this.#grow(growth);
    return builder.build();
  }

  #grow(growth: number): void {
    this.#length += growth;
    if (this.#length > MAX_POINTS) throw new MalformedBytes("the text gets too long");
  }
}

class AuthorReader {
  readonly #reader: ByteReader;
  readonly #authors: readonly string[];
  #author = "";
  #left = 0;

  constructor(reader: ByteReader, authors: readonly string[]) {
    this.#reader = reader;
    this.#authors = authors;
  }

  get isAtEnd(): boolean {
    return this.#left === 0 && this.#reader.isAtEnd;
  }

  next(): string {
    if (this.#left === 0) {
      this.#left = this.#reader.number();
      const author = this.#authors[this.#reader.number()];
      if (this.#left === 0 || author === undefined) throw new MalformedBytes("an author who is not listed");
      this.#author = author;
    }
    this.#left--;
    return this.#author;
  }
}
