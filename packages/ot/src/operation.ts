import { CodeWriter, DELETE, INSERT, SCRATCH_CODES, SKIP } from "./codes.ts";
import { type AnyComponent, type Component, checkComponents, deletedLength, isLength } from "./components.ts";
import { misfit, mismatch, OtError, OtErrorCode } from "./errors.ts";
import { wellFormedPoints } from "./unicode.ts";

/**
 * Which of two concurrent inserts at one place goes first. A pending operation (not yet committed) is always
 * `left`, a committed one always `right`: with the opposite choice two people typing at one place mix their words.
 * @public
 */
export type Side = "left" | "right";

const NO_CODES: readonly number[] = [];

/**
 * A change of a whole document, from its start to its end, for documents of one length. A value: never changed once
 * made, and checked when it was made. Lengths count Unicode code points.
 *
 * Iterated, or as JSON, it is the list of components that npm `ot-text-unicode` uses; what follows the last component is
 * kept. Always in normal form: no empty or neighbouring components of a kind, no skip at the end. Equal components and lengths are an
 * equal value.
 *
 * @example
 * // "Good morning" becomes "Good evening": skip 5, delete 4, insert.
 * const operation = Operation.from([5, { d: 4 }, "even"], 12);
 * JSON.stringify(operation) === '[5,{"d":4},"even"]'
 * @public
 */
export class Operation implements Iterable<Component> {
  /** Length of the document that it is for, in code points. */
  readonly baseLength: number;
  /** Length of the document that it makes, in code points. */
  readonly targetLength: number;
  /** All inserted text, in order. @internal */
  readonly text: string;
  /** How many code points it inserts. */
  readonly inserted: number;
  /** How many code points it deletes. */
  readonly deleted: number;
  /** Where a single edit begins (skip, delete, insert in this order, each but the last may be missing). @internal */
  readonly position: number;
  /** All components if it is no single edit, see `codes.ts`; else empty. @internal */
  readonly codes: readonly number[];
  /** UTF-16 length of each insert in `codes`, unless all are as long as in code points. @internal */
  readonly widths: readonly number[] | undefined;

  private constructor(
    baseLength: number,
    position: number,
    deleted: number,
    text: string,
    inserted: number,
    codes: readonly number[],
    widths: readonly number[] | undefined,
  ) {
    this.baseLength = baseLength;
    this.targetLength = baseLength - deleted + inserted;
    this.text = text;
    this.inserted = inserted;
    this.deleted = deleted;
    this.position = position;
    this.codes = codes;
    this.widths = widths;
  }

  /**
   * The operation with these components, for documents of `baseLength` code points. The invertible form of a delete,
   * `{d: "text"}`, is read as its length. For input from outside see `decodeOperation`. Cost: linear.
   * @throws OtError with the code that `decodeOperation` would answer.
   */
  static from(components: readonly AnyComponent[], baseLength: number): Operation {
    const checked = checkComponents(components, Number.POSITIVE_INFINITY);
    if (!checked.ok) throw new OtError(checked.code, checked.message);
    return Operation.ofChecked(components, baseLength);
  }

  /** The operation that changes nothing. */
  static noop(length: number): Operation {
    return Operation.single(length, 0, 0, "", 0);
  }

  /** As `from`, for components that were checked. @internal */
  static ofChecked(components: readonly AnyComponent[], baseLength: number): Operation {
    const builder = new OperationBuilder(baseLength);
    for (const component of components) builder.add(component);
    return builder.build();
  }

  /** One edit: at `position`, `deleted` code points are replaced by a text of `inserted` code points. @internal */
  static single(
    baseLength: number,
    position: number,
    deleted: number,
    text: string,
    inserted: number,
  ): Operation {
    const start = deleted === 0 && inserted === 0 ? 0 : position;
    return new Operation(baseLength, start, deleted, text, inserted, NO_CODES, undefined);
  }

  /** More than one edit: its components in normal form. @internal */
  static several(
    baseLength: number,
    deleted: number,
    text: string,
    inserted: number,
    codes: readonly number[],
    widths: readonly number[] | undefined,
  ): Operation {
    return new Operation(baseLength, 0, deleted, text, inserted, codes, widths);
  }

  /**
   * What was written. Copies the codes, unless they are more than a writer uses again; keeps the widths.
   * @internal
   */
  static written(
    baseLength: number,
    deleted: number,
    text: string,
    inserted: number,
    { codes, size, widths }: CodeWriter,
  ): Operation {
    let read = 0;
    let position = 0;
    if (read < size && ((codes[read] as number) & 3) === SKIP) position = (codes[read++] as number) >> 2;
    if (read < size && ((codes[read] as number) & 3) === DELETE) read++;
    if (read < size && ((codes[read] as number) & 3) === INSERT) read++;
    if (read === size) return Operation.single(baseLength, position, deleted, text, inserted);
    const isWide = widths !== undefined && text.length !== inserted;
    return Operation.several(
      baseLength,
      deleted,
      text,
      inserted,
      size > SCRATCH_CODES ? truncated(codes, size) : codes.slice(0, size),
      isWide ? widths : undefined,
    );
  }

  /** How many components it has. O(1). */
  get componentCount(): number {
    if (this.codes.length > 0) return this.codes.length;
    return (this.position > 0 ? 1 : 0) + (this.deleted > 0 ? 1 : 0) + (this.inserted > 0 ? 1 : 0);
  }

  /** How much text it inserts, in UTF-16 code units. O(1). */
  get insertedUnits(): number {
    return this.text.length;
  }

  /**
   * The same components for a longer document, whose end is kept. O(1).
   * @throws OtError `ERR_LENGTH_MISMATCH` if `baseLength` is less than its own.
   */
  extend(baseLength: number): Operation {
    if (baseLength === this.baseLength) return this;
    if (!(baseLength > this.baseLength && isLength(baseLength))) {
      throw misfit(this.baseLength, baseLength);
    }
    const { position, deleted, text, inserted, codes, widths } = this;
    return new Operation(baseLength, position, deleted, text, inserted, codes, widths);
  }

  /** True if both are one value: the same components for the same length. Cost: linear. */
  equals(other: Operation): boolean {
    return (
      this === other ||
      (this.baseLength === other.baseLength && JSON.stringify(this) === JSON.stringify(other))
    );
  }

  /** The components in order. */
  *[Symbol.iterator](): Generator<Component, void, undefined> {
    const { position, deleted, text, inserted, codes, widths } = this;
    if (codes.length === 0) {
      if (position > 0) yield position;
      if (deleted > 0) yield { d: deleted };
      if (inserted > 0) yield text;
      return;
    }
    let unit = 0;
    let insert = 0;
    for (const code of codes) {
      const length = code >> 2;
      const kind = code & 3;
      if (kind === SKIP) yield length;
      else if (kind === DELETE) yield { d: length };
      else {
        const end = unit + (widths?.[insert++] ?? length);
        yield text.slice(unit, end);
        unit = end;
      }
    }
  }

  /** The components in order: the form of npm `ot-text-unicode`, and of the wire. Shares nothing with the operation. */
  toJSON(): Component[] {
    return Array.from(this);
  }
}

/**
 * Builds an operation from the start of the document to its end, in normal form. All lengths in code points, 0 or more.
 *
 * @example new OperationBuilder(12).skip(5).delete(4).insert("even").build()
 * @public
 */
export class OperationBuilder {
  readonly #baseLength: number;
  readonly #writer = new CodeWriter();
  #reach = 0;
  #deleted = 0;
  #inserted = 0;
  #text = "";

  constructor(baseLength: number) {
    if (!isLength(baseLength)) throw mismatch("an operation", baseLength);
    this.#baseLength = baseLength;
    this.#writer.start(true);
  }

  /** Keeps what comes next. @throws OtError `ERR_OPERATION_NUMBER` for what is no length. */
  skip(length: number): this {
    return this.#pass(SKIP, length);
  }

  /** @throws OtError `ERR_OPERATION_TEXT` if the text holds half of a surrogate pair. */
  insert(text: string): this {
    const points = wellFormedPoints(text);
    if (points > 0) this.#writer.write(INSERT, points, text.length);
    this.#text += text;
    this.#inserted += points;
    return this;
  }

  /** Deletes what comes next. @throws OtError `ERR_OPERATION_NUMBER` for what is no length. */
  delete(length: number): this {
    this.#pass(DELETE, length);
    this.#deleted += length;
    return this;
  }

  /** Adds one component as it is. */
  add(component: AnyComponent): this {
    if (typeof component === "number") return this.skip(component);
    if (typeof component === "string") return this.insert(component);
    return this.delete(deletedLength(component) ?? Number.NaN);
  }

  /**
   * The operation. The builder must not be used after it.
   * @throws OtError `ERR_LENGTH_MISMATCH` if it reaches past the end of the document.
   */
  build(): Operation {
    if (this.#reach > this.#baseLength) {
      throw mismatch(`an operation that reaches ${this.#reach}`, this.#baseLength);
    }
    return Operation.written(this.#baseLength, this.#deleted, this.#text, this.#inserted, this.#writer);
  }

  #pass(kind: number, length: number): this {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new OtError(OtErrorCode.OperationNumber, `${length} is no length`);
    }
    if (length > 0) this.#writer.write(kind, length, 0);
    this.#reach += length;
    return this;
  }
}

function truncated(codes: number[], size: number): readonly number[] {
  codes.length = size;
  return codes;
}

/** True if the operation changes nothing. O(1). @public */
export function isNoop(operation: Operation): boolean {
  return operation.deleted === 0 && operation.inserted === 0;
}

/**
 * The operation that replaces code points `from` to `to` of a document of `length` code points.
 * @throws OtError `ERR_LENGTH_MISMATCH` unless 0 ≤ from ≤ to ≤ length; `ERR_OPERATION_TEXT` if the text holds half of a surrogate pair.
 * @public
 */
export function replaceOperation(from: number, to: number, inserted: string, length: number): Operation {
  if (!(isLength(length) && isLength(from) && isLength(to) && from <= to && to <= length)) {
    throw mismatch(`the range ${from}..${to}`, length);
  }
  return Operation.single(length, from, to - from, inserted, wellFormedPoints(inserted));
}
