/** Places in one text: pairs of start and end, in UTF-16 code units, in order and apart from each other. */
export class Hits {
  static readonly none: Hits = new Hits(new Uint32Array());
  readonly #pairs: Uint32Array;

  constructor(pairs: Uint32Array) {
    this.#pairs = pairs;
  }

  get count(): number {
    return this.#pairs.length / 2;
  }

  from(index: number): number {
    return this.#pairs[index * 2] ?? 0;
  }

  to(index: number): number {
    return this.#pairs[index * 2 + 1] ?? 0;
  }

  /** Index of the first hit that starts at `position` or later; `count` if there is none. O(log count). */
  indexFrom(position: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.from(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Gathers pairs; each is counted from where the one before it ended or later. */
export class PairsBuilder {
  #pairs = new Uint32Array(256);
  #length = 0;

  add(from: number, to: number): void {
    if (this.#length + 2 > this.#pairs.length) {
      const longer = new Uint32Array(this.#pairs.length * 2);
      longer.set(this.#pairs);
      this.#pairs = longer;
    }
    this.#pairs[this.#length++] = from;
    this.#pairs[this.#length++] = to;
  }

  build(): Uint32Array<ArrayBuffer> {
    return this.#pairs.slice(0, this.#length);
  }
}
