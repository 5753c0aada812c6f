import { OtError, OtErrorCode } from "../errors.ts";
import type { Operation } from "../operation.ts";
import { countPoints } from "../unicode.ts";
import { ByteWriter } from "./bytes.ts";
import { Kind, MAGIC, MAX_POINTS, MAX_TIME, type StoredHistory } from "./format.ts";
import { TimeWriter } from "./times.ts";

/**
 * A history in few bytes: typing, backspacing and forward deleting as runs, places as differences, text apart, authors and times
 * as runs. Nothing is lost, not even where one entry ended and the next began. General compression afterwards pays off, as text is
 * stored as it is. The layout is written down at `MAGIC` in `format.ts`.
 *
 * Law: `decodeHistory(encodeHistory(h))` = h. Cost: O(components + inserted).
 * @throws OtError `ERR_LENGTH_MISMATCH` if an operation does not follow the one before, or a text gets longer than 2²⁹ - 1 code points;
 * `ERR_OPERATION_NUMBER` if a time is not a whole number from 0 to 2⁴⁸; `ERR_OPERATION_TEXT` if an author is not well-formed.
 * @public
 */
export function encodeHistory(history: StoredHistory): Uint8Array {
  const runs = new RunWriter();
  const authors = new Map<string, number>();
  const authorRuns = new AuthorWriter();
  const times = new TimeWriter();
  let length = checkLength(history.baseLength);
  for (const { operation, author, at } of history.entries) {
    if (operation.baseLength !== length) {
      throw new OtError(
        OtErrorCode.LengthMismatch,
        `an operation for ${operation.baseLength} code points cannot follow one that makes ${length}`,
      );
    }
    if (!Number.isInteger(at) || at < 0 || at > MAX_TIME) {
      throw new OtError(OtErrorCode.OperationNumber, `${at} is no time`);
    }
    if (!author.isWellFormed())
      throw new OtError(OtErrorCode.OperationText, "an author is half of a surrogate pair");
    length = checkLength(operation.targetLength);
    runs.add(operation);
    const index = authors.get(author) ?? authors.size;
    authors.set(author, index);
    authorRuns.add(index);
    times.add(at);
  }

  const result = new ByteWriter();
  for (const byte of MAGIC) result.byte(byte);
  result.number(history.baseLength);
  result.number(history.entries.length);
  result.number(authors.size);
  for (const author of authors.keys()) {
    const block = new ByteWriter();
    block.utf8(author);
    result.block(block);
  }
  for (const block of [...runs.build(), authorRuns.build(), ...times.build()]) result.block(block);
  return result.build();
}

function checkLength(length: number): number {
  if (Number.isInteger(length) && length >= 0 && length <= MAX_POINTS) return length;
  throw new OtError(OtErrorCode.LengthMismatch, `${length} is no length of a text`);
}

/** The runs, places and texts of operations. */
class RunWriter {
  readonly #runs = new ByteWriter();
  readonly #places = new ByteWriter();
  readonly #text = new ByteWriter();
  /** Where the last change ended. */
  #cursor = 0;
  /** The run that may go on: its kind and how many entries it has. */
  #kind: Kind = Kind.Typing;
  #count = 0;

  add(operation: Operation): void {
    let place = 0;
    let change: string | number | undefined;
    let changes = 0;
    for (const component of operation) {
      if (typeof component === "number") {
        if (changes === 0) place = component;
        continue;
      }
      change = typeof component === "string" ? component : component.d;
      changes++;
    }
    if (changes !== 1 || change === undefined) this.#several(operation, changes);
    else if (typeof change === "string") this.#insert(place, change);
    else this.#delete(place, change);
  }

  build(): readonly ByteWriter[] {
    this.#end();
    return [this.#runs, this.#places, this.#text];
  }

  #insert(place: number, text: string): void {
    const points = countPoints(text);
    if (points > 1) this.#single(Kind.Insert, points, place);
    else if (this.#count > 0 && this.#kind === Kind.Typing && place === this.#cursor) this.#count++;
    else this.#begin(Kind.Typing, place);
    this.#text.utf8(text);
    this.#cursor = place + points;
  }

  #delete(place: number, points: number): void {
    if (points > 1) this.#single(Kind.Delete, points, place);
    else if (!this.#goesOn(place)) this.#begin(Kind.DeletingForward, place);
    this.#cursor = place;
  }

  /** True if a deleted code point belongs to the run; a run of one may still turn backwards. */
  #goesOn(place: number): boolean {
    if (this.#count === 0 || this.#kind === Kind.Typing) return false;
    const isBackwards = place === this.#cursor - 1;
    if (this.#count === 1 && isBackwards) this.#kind = Kind.Backspacing;
    else if (this.#kind === Kind.Backspacing ? !isBackwards : place !== this.#cursor) return false;
    this.#count++;
    return true;
  }

  #several(operation: Operation, changes: number): void {
    this.#end();
    this.#runs.number(changes * 8 + Kind.Several);
    let place = 0;
    let skipped = 0;
    let isFirst = true;
    for (const component of operation) {
      if (typeof component === "number") {
        skipped = component;
        continue;
      }
      place += skipped;
      if (isFirst) this.#places.signed(place - this.#cursor);
      else this.#places.number(skipped);
      isFirst = false;
      skipped = 0;
      if (typeof component === "string") {
        const points = countPoints(component);
        this.#runs.number(points * 2);
        this.#text.utf8(component);
        place += points;
      } else this.#runs.number(component.d * 2 + 1);
    }
    if (!isFirst) this.#cursor = place;
  }

  #single(kind: Kind, points: number, place: number): void {
    this.#end();
    this.#places.signed(place - this.#cursor);
    this.#runs.number(points * 8 + kind);
  }

  #begin(kind: Kind, place: number): void {
    this.#end();
    this.#places.signed(place - this.#cursor);
    this.#kind = kind;
    this.#count = 1;
  }

  #end(): void {
    if (this.#count > 0) this.#runs.number(this.#count * 8 + this.#kind);
    this.#count = 0;
  }
}

/** Runs of entries by one author. */
class AuthorWriter {
  readonly #bytes = new ByteWriter();
  #author = 0;
  #count = 0;

  add(author: number): void {
    if (author !== this.#author) this.build();
    this.#author = author;
    this.#count++;
  }

  build(): ByteWriter {
    if (this.#count > 0) {
      this.#bytes.number(this.#count);
      this.#bytes.number(this.#author);
    }
    this.#count = 0;
    return this.#bytes;
  }
}
