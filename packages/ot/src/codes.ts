/**
 * The inside of an operation: a list of whole numbers `length << 2 | kind`, lengths in code points. Inserted text stands
 * aside, so that walking two operations looks at no character.
 */

export const SKIP = 0;
export const INSERT = 1;
export const DELETE = 2;

/** A list that has grown longer than this is not kept for the next one: whoever reads it may have it. */
export const SCRATCH_CODES = 4096;

/** Gathers components in normal form: neighbours of one kind are one, nothing is empty. */
export class CodeWriter {
  codes: number[] = [];
  size = 0;
  /** UTF-16 length of each insert, if they are not all as long as in code points. */
  widths: number[] | undefined;
  /** How much is kept since the component written last. */
  #kept = 0;

  /** Begins again, in the memory of the list before. */
  start(isWide: boolean): void {
    if (this.codes.length > SCRATCH_CODES) this.codes = [];
    this.size = 0;
    this.#kept = 0;
    this.widths = isWide ? [] : undefined;
  }

  /** Writes one component of at least one code point; a skip only once something follows it. */
  write(kind: number, length: number, width: number): void {
    if (kind === SKIP) {
      this.#kept += length;
      return;
    }
    const { codes } = this;
    let { size } = this;
    let isMore = false;
    if (this.#kept > 0) {
      codes[size++] = this.#kept << 2;
      this.#kept = 0;
    } else isMore = size > 0 && ((codes[size - 1] as number) & 3) === kind;
    if (isMore) codes[size - 1] = (codes[size - 1] as number) + (length << 2);
    else codes[size++] = (length << 2) | kind;
    this.size = size;
    if (kind === INSERT && this.widths !== undefined) this.#widen(this.widths, isMore, width);
  }

  #widen(widths: number[], isMore: boolean, width: number): void {
    if (isMore) widths.push((widths.pop() ?? 0) + width);
    else widths.push(width);
  }
}

interface Coded {
  readonly text: string;
  readonly inserted: number;
  readonly deleted: number;
  readonly position: number;
  readonly codes: readonly number[];
  readonly widths: readonly number[] | undefined;
}

/** The components of an operation as codes. */
export function codesOf({ position, deleted, inserted, codes }: Coded): readonly number[] {
  if (codes.length > 0) return codes;
  return [position << 2, (deleted << 2) | DELETE, (inserted << 2) | INSERT].filter((code) => code >> 2 > 0);
}

/** Walks along the components of an operation. It is used again and again, so that small operations cost no memory. */
export class CodeReader {
  /** Kind of the component that comes next. */
  kind: number = SKIP;
  /** What is left of it in code points; 0 at the end. */
  left = 0;
  /** Of an insert: what is left of it in UTF-16 code units. */
  width = 0;
  /** True if all inserted characters are one code unit long. */
  isNarrow = true;

  #codes: readonly number[] = [];
  #size = 0;
  #index = 0;
  readonly #short: number[] = [0, 0, 0];
  #widths: readonly number[] | undefined;
  #insert = 0;
  #textUnits = 0;

  /** Begins at the first component. */
  read(operation: Coded): void {
    const { text, position, deleted, inserted, codes } = operation;
    if (codes.length > 0) {
      this.#codes = codes;
      this.#size = codes.length;
    } else {
      const short = this.#short;
      let size = 0;
      if (position > 0) short[size++] = (position << 2) | SKIP;
      if (deleted > 0) short[size++] = (deleted << 2) | DELETE;
      if (inserted > 0) short[size++] = (inserted << 2) | INSERT;
      this.#codes = short;
      this.#size = size;
    }
    this.isNarrow = text.length === inserted;
    this.#widths = operation.widths;
    this.#insert = 0;
    this.#textUnits = text.length;
    this.#index = 0;
    this.next();
  }

  next(): void {
    if (this.#index === this.#size) {
      this.kind = SKIP;
      this.left = 0;
      return;
    }
    const code = this.#codes[this.#index++] as number;
    this.kind = code & 3;
    this.left = code >> 2;
    if (this.kind !== INSERT) return;
    this.width = this.isNarrow ? this.left : (this.#widths?.[this.#insert++] ?? this.#textUnits);
  }
}
