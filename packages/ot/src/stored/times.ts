import { type ByteReader, ByteWriter, fold, MalformedBytes, unfold } from "./bytes.ts";
import { MAX_TIME } from "./format.ts";

/** Times one after another, in units of their common divisor, with the entries of one time together. */
export class TimeWriter {
  /** Difference of each time to the one before; the first is the time itself. */
  readonly #steps: number[] = [];
  /** How many entries have that time. */
  readonly #counts: number[] = [];
  #last = 0;

  add(at: number): void {
    if (this.#steps.length > 0 && at === this.#last) {
      this.#counts.push((this.#counts.pop() ?? 0) + 1);
      return;
    }
    this.#steps.push(at - this.#last);
    this.#counts.push(1);
    this.#last = at;
  }

  /** The blocks of times and of counts. */
  build(): readonly ByteWriter[] {
    const times = new ByteWriter();
    const counts = new ByteWriter();
    const unit = this.#steps.slice(1).reduce(commonDivisor, 0) || 1;
    times.number(this.#steps[0] ?? 0);
    times.number(unit);
    for (const [index, step] of this.#steps.entries()) {
      const count = this.#counts[index] ?? 1;
      const units = index === 0 ? 0 : step / unit;
      times.number(fold(units) * 2 + (count > 1 ? 1 : 0));
      if (count > 1) counts.number(count - 2);
    }
    return [times, counts];
  }
}

/** Reads what `TimeWriter` wrote. */
export class TimeReader {
  readonly #times: ByteReader;
  readonly #counts: ByteReader;
  readonly #unit: number;
  #at: number;
  #left = 0;

  constructor(times: ByteReader, counts: ByteReader) {
    this.#times = times;
    this.#counts = counts;
    this.#at = times.number();
    this.#unit = times.number();
  }

  get isAtEnd(): boolean {
    return this.#left === 0 && this.#times.isAtEnd && this.#counts.isAtEnd;
  }

  next(): number {
    if (this.#left === 0) {
      const time = this.#times.number();
      this.#at += unfold(Math.floor(time / 2)) * this.#unit;
      this.#left = time % 2 === 0 ? 1 : this.#counts.number() + 2;
      if (!(this.#at >= 0 && this.#at <= MAX_TIME)) throw new MalformedBytes("a time out of range");
    }
    this.#left--;
    return this.#at;
  }
}

function commonDivisor(a: number, b: number): number {
  let [larger, smaller] = [Math.abs(a), Math.abs(b)];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
