import { OtError, OtErrorCode } from "./errors.ts";
import type { Operation } from "./operation.ts";
import { countPoints } from "./unicode.ts";

/** So many code points, written by the author with this index (0 or more) in a list that the caller keeps. @public */
export type AuthorRun = readonly [length: number, author: number];

/** Lengths and author indices fit in 31 bits, and an index can be counted up once. */
const MAX_NUMBER = 0x7fff_fffe;
/** So much unused room is kept rather than copied away. */
const MAX_SLACK = 16;

/**
 * Who wrote which characters of a text: a list of runs, beside the text and moved by the same operations. Immutable.
 * Stored as it is: `JSON.stringify(authorship.runs())`; a text by two people who wrote at once for hours has some hundred runs.
 *
 * Law (`author-model`): the same as an author kept with every character. Memory: 8 bytes a run.
 *
 * @example Authorship.of([[5, 0]]).apply(replaceOperation(2, 2, "x", 5), 1).runs() // [[2, 0], [1, 1], [3, 0]]
 * @public
 */
export class Authorship {
  static readonly empty: Authorship = new Authorship(new Int32Array(0), 0);

  /** Length and author of one run after another; neighbours differ. */
  readonly #runs: Int32Array;
  /** Length of the text, in code points. */
  readonly points: number;

  private constructor(runs: Int32Array, points: number) {
    this.#runs = runs;
    this.points = points;
  }

  /**
   * From runs in order, as `runs` gave them. Neighbours of one author are joined.
   * @throws OtError `ERR_OPERATION_NUMBER` if a length or an author is no whole number from 0 on, or lengths add up past 2³¹ - 2.
   */
  static of(runs: readonly AuthorRun[]): Authorship {
    const list = new RunList(runs.length);
    for (const [length, author] of runs) {
      const isValid = Number.isInteger(length) && length >= 0 && Number.isInteger(author) && author >= 0;
      if (!isValid || author > MAX_NUMBER || list.points + length > MAX_NUMBER) {
        throw new OtError(OtErrorCode.OperationNumber, `${length} by ${author} is no run of a text`);
      }
      list.add(length, author);
    }
    return new Authorship(list.build(), list.points);
  }

  /**
   * After an operation whose inserted text is by one author, or by the authors of the given runs (an undo that brings text back
   * has those of the first writing, see `UndoStep.authors`). Cost: O(runs + components).
   * @throws OtError `ERR_LENGTH_MISMATCH` if the operation reaches past the end, or the runs are not as long as what it inserts.
   */
  apply(operation: Operation, inserted: number | readonly AuthorRun[]): Authorship {
    const authors = typeof inserted === "number" ? undefined : new RunReader(Authorship.of(inserted).#runs);
    const author = typeof inserted === "number" ? inserted : 0;
    const source = new RunReader(this.#runs);
    const result = new RunList(this.#runs.length / 2 + MAX_SLACK / 2);
    for (const component of operation) {
      if (typeof component === "number") source.take(component, result);
      else if (typeof component === "object") source.take(component.d);
      else if (authors === undefined) result.add(countPoints(component), author);
      else authors.take(countPoints(component), result);
    }
    if (authors?.isAtEnd === false) {
      throw new OtError(OtErrorCode.LengthMismatch, "authors of more text than the operation inserts");
    }
    source.takeRest(this.points - source.passed, result);
    return new Authorship(result.build(), result.points);
  }

  /**
   * Who wrote what an operation deletes, in order. What an undo entry keeps, so that restored text gets its authors back.
   * @throws OtError `ERR_LENGTH_MISMATCH` if the operation reaches past the end.
   */
  deletedBy(operation: Operation): readonly AuthorRun[] {
    const source = new RunReader(this.#runs);
    const result = new RunList(4);
    for (const component of operation) {
      if (typeof component === "number") source.take(component);
      else if (typeof component === "object") source.take(component.d, result);
    }
    return pairs(result.build());
  }

  /**
   * The author of one character. Cost: O(runs).
   * @throws OtError `ERR_LENGTH_MISMATCH` unless 0 ≤ point < points.
   */
  authorAt(point: number): number {
    const source = new RunReader(this.#runs);
    const result = new RunList(1);
    source.take(point);
    source.take(1, result);
    return result.build()[1] ?? 0;
  }

  /** All runs in order; neighbours differ in author. */
  runs(): readonly AuthorRun[] {
    return pairs(this.#runs);
  }
}

/**
 * Who wrote what `compose(first, second)` inserts, from who wrote what each of the two inserts.
 */
export function composeAuthors(
  first: readonly [Operation, readonly AuthorRun[]],
  second: readonly [Operation, readonly AuthorRun[]],
): readonly AuthorRun[] {
  const base = Authorship.of([[first[0].baseLength, 0]]);
  const shifted = (runs: readonly AuthorRun[]): AuthorRun[] =>
    runs.map(([length, author]) => [length, author + 1]);
  const after = base.apply(first[0], shifted(first[1])).apply(second[0], shifted(second[1]));
  return after
    .runs()
    .flatMap(([length, author]): AuthorRun[] => (author === 0 ? [] : [[length, author - 1]]));
}

function pairs(runs: Int32Array): readonly AuthorRun[] {
  return Array.from({ length: runs.length / 2 }, (_, index) => [
    runs[2 * index] ?? 0,
    runs[2 * index + 1] ?? 0,
  ]);
}

/** Runs being put together; it grows as needed. */
class RunList {
  points = 0;
  #runs: Int32Array;
  #size = 0;

  constructor(room: number) {
    this.#runs = new Int32Array(2 * room);
  }

  add(length: number, author: number): void {
    if (length === 0) return;
    this.points += length;
    if (this.#size > 0 && this.#runs[this.#size - 1] === author) {
      this.#runs[this.#size - 2] = (this.#runs[this.#size - 2] ?? 0) + length;
      return;
    }
    if (this.#size === this.#runs.length) this.#grow(2);
    this.#runs[this.#size] = length;
    this.#runs[this.#size + 1] = author;
    this.#size += 2;
  }

  /** Adds whole runs of a list whose neighbours differ, from one index to another; they are `points` long together. */
  addAll(runs: Int32Array, from: number, to: number, points: number): void {
    if (from === to) return;
    const length = runs[from] ?? 0;
    this.add(length, runs[from + 1] ?? 0);
    const rest = runs.subarray(from + 2, to);
    if (this.#size + rest.length > this.#runs.length) this.#grow(rest.length);
    this.#runs.set(rest, this.#size);
    this.#size += rest.length;
    this.points += points - length;
  }

  build(): Int32Array {
    const isTight = this.#runs.length - this.#size <= MAX_SLACK;
    return isTight ? this.#runs.subarray(0, this.#size) : this.#runs.slice(0, this.#size);
  }

  #grow(more: number): void {
    const grown = new Int32Array(2 * (this.#size + more));
    grown.set(this.#runs);
    this.#runs = grown;
  }
}

/** Reads runs in parts. */
class RunReader {
  readonly #runs: Int32Array;
  #index = 0;
  /** How many code points were taken. */
  passed = 0;
  /** How much of the run at `#index` was taken. */
  #taken = 0;

  constructor(runs: Int32Array) {
    this.#runs = runs;
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#runs.length;
  }

  /** Takes so many code points, into a list or away. */
  take(points: number, into?: RunList): void {
    this.passed += points;
    let rest = points;
    if (this.#taken > 0) rest -= this.#takePart(rest, into);
    const start = this.#index;
    const before = rest;
    for (
      let length = this.#runs[start];
      length !== undefined && length <= rest;
      length = this.#runs[this.#index]
    ) {
      rest -= length;
      this.#index += 2;
    }
    into?.addAll(this.#runs, start, this.#index, before - rest);
    if (rest > 0 && this.#takePart(rest, into) < rest) {
      throw new OtError(OtErrorCode.LengthMismatch, "the operation reaches past the end of the authors");
    }
  }

  /** Takes everything that is left: `points` code points. */
  takeRest(points: number, into: RunList): void {
    const rest = this.#taken > 0 ? points - this.#takePart(points, into) : points;
    into.addAll(this.#runs, this.#index, this.#runs.length, rest);
    this.#index = this.#runs.length;
  }

  /** Takes at most so many code points of the run at hand, none at the end. Returns how many. */
  #takePart(most: number, into?: RunList): number {
    const length = this.#runs[this.#index];
    if (length === undefined) return 0;
    const part = Math.min(most, length - this.#taken);
    into?.add(part, this.#runs[this.#index + 1] ?? 0);
    this.#taken += part;
    if (this.#taken === length) {
      this.#index += 2;
      this.#taken = 0;
    }
    return part;
  }
}
