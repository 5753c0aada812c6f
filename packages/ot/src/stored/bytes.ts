/** Bytes in the making; room doubles as needed. */
export class ByteWriter {
  #bytes: Uint8Array = new Uint8Array(64);
  #size = 0;

  byte(value: number): void {
    if (this.#size === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#size++] = value;
  }

  /** A whole number from 0 to 2⁵³ - 1. */
  number(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A whole number from -2⁵² to 2⁵² - 1. */
  signed(value: number): void {
    this.number(fold(value));
  }

  /** A well-formed string as UTF-8, without its length. */
  utf8(string: string): void {
    for (let unit = 0; unit < string.length; unit++) {
      const point = string.codePointAt(unit) ?? 0;
      if (point < 0x80) this.byte(point);
      else if (point < 0x800) {
        this.byte(0xc0 | (point >> 6));
        this.byte(0x80 | (point & 0x3f));
      } else if (point < 0x1_0000) {
        this.byte(0xe0 | (point >> 12));
        this.byte(0x80 | ((point >> 6) & 0x3f));
        this.byte(0x80 | (point & 0x3f));
      } else {
        unit++;
        this.byte(0xf0 | (point >> 18));
        this.byte(0x80 | ((point >> 12) & 0x3f));
        this.byte(0x80 | ((point >> 6) & 0x3f));
        this.byte(0x80 | (point & 0x3f));
      }
    }
  }

  /** The bytes of another writer, with their number before them. */
  block(block: ByteWriter): void {
    this.number(block.#size);
    if (this.#size + block.#size > this.#bytes.length) this.#grow(block.#size);
    this.#bytes.set(block.#bytes.subarray(0, block.#size), this.#size);
    this.#size += block.#size;
  }

  /** What was written. */
  build(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  #grow(more: number): void {
    const grown = new Uint8Array(2 * (this.#size + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Signed to unsigned, small ones staying small. */
export function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Bytes that are not what they should be. Never leaves `decodeHistory`. */
export class MalformedBytes extends Error {
  override readonly name = "MalformedBytes";
}

/**
 * What the eighth and last byte of the longest number counts. Beyond it, bytes that add nothing would never
 * end.
 */
const MAX_FACTOR: number = 0x80 ** 7;

/** Reads what `ByteWriter` wrote. Every method throws `MalformedBytes` instead of reading past the end or giving a wrong value. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new MalformedBytes("the bytes end too early");
    this.#at++;
    return byte;
  }

  number(): number {
    let value = 0;
    let factor = 1;
    for (let byte = this.byte(); ; byte = this.byte()) {
      value += (byte & 0x7f) * factor;
      if (value > Number.MAX_SAFE_INTEGER || factor > MAX_FACTOR)
        throw new MalformedBytes("a number is too large");
      if (byte < 0x80) {
        if (byte === 0 && factor > 1) throw new MalformedBytes("a number is longer than needed");
        return value;
      }
      factor *= 0x80;
    }
  }

  signed(): number {
    return unfold(this.number());
  }

  /** The next so many code points of UTF-8. */
  utf8(points: number): string {
    // Each takes a byte at least: a number that only claims them costs nothing.
    if (points > this.#bytes.length - this.#at) throw new MalformedBytes("the text ends too early");
    let string = "";
    for (let count = 0; count < points; count++) string += String.fromCodePoint(this.#point());
    return string;
  }

  /** All bytes to the end as UTF-8. */
  restAsUtf8(): string {
    let string = "";
    while (!this.isAtEnd) string += String.fromCodePoint(this.#point());
    return string;
  }

  /** The next block. */
  block(): ByteReader {
    const length = this.number();
    if (length > this.#bytes.length - this.#at) throw new MalformedBytes("a block ends after the bytes");
    const start = this.#at;
    this.#at += length;
    return new ByteReader(this.#bytes.subarray(start, this.#at));
  }

  /** One code point, in its shortest form only, and no half of a surrogate pair. */
  #point(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    let point = first & (0x7f >> length);
    for (let index = 1; index < length; index++) {
      const byte = this.byte();
      if ((byte & 0xc0) !== 0x80) throw new MalformedBytes("text is no UTF-8");
      point = (point << 6) | (byte & 0x3f);
    }
    const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x1_0000;
    const isSurrogate = point >= 0xd800 && point < 0xe000;
    if (first < 0xc0 || first > 0xf7 || point < least || point > 0x10_ffff || isSurrogate) {
      throw new MalformedBytes("text is no UTF-8");
    }
    return point;
  }
}

/** The opposite of `fold`. */
export function unfold(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
