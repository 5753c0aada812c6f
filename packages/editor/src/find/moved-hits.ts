import { ChangeSet, type ChangeDesc } from "@codemirror/state";
import { Hits } from "./hits.ts";

/** A place in the shown text, in UTF-16 code units. */
export interface Hit {
  readonly from: number;
  readonly to: number;
}

/** Hits in one text, as places in a later one. Those that were deleted are left out. */
export class MovedHits {
  readonly #hits: Hits;
  /** From the text of the hits to the later one. */
  readonly #since: ChangeDesc;
  #back: ChangeDesc | undefined;

  constructor(hits: Hits, since: ChangeDesc) {
    this.#hits = hits;
    this.#since = since;
  }

  static none(length: number): MovedHits {
    return new MovedHits(Hits.none, ChangeSet.empty(length));
  }

  /** How many there were when they were found. */
  get count(): number {
    return this.#hits.count;
  }

  /** The same hits after one more change. */
  moved(changes: ChangeDesc): MovedHits {
    return new MovedHits(this.#hits, this.#since.composeDesc(changes));
  }

  /** The first hit that starts at `position` or later; after the last one comes the first. */
  next(position: number): Hit | undefined {
    const start = this.#indexFrom(position);
    for (let step = 0; step < this.count; step++) {
      const hit = this.#at((start + step) % this.count);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** The last hit that starts before `position`; before the first one comes the last. */
  previous(position: number): Hit | undefined {
    const start = this.#indexFrom(position);
    for (let step = 1; step <= this.count; step++) {
      const hit = this.#at((start - step + this.count) % this.count);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** The number of the hit at a place, from 1; undefined: none is just there. */
  numberOf({ from, to }: Hit): number | undefined {
    for (let index = this.#indexFrom(from); index < this.count; index++) {
      const hit = this.#at(index);
      if (hit === undefined) continue;
      if (hit.from > from) return undefined;
      if (hit.to === to) return index + 1;
    }
    return undefined;
  }

  /** The hits that touch a part of the text, in order. */
  *within(from: number, to: number): Generator<Hit> {
    for (let index = Math.max(0, this.#indexFrom(from) - 1); index < this.count; index++) {
      const hit = this.#at(index);
      if (hit === undefined || hit.to < from) continue;
      if (hit.from > to) return;
      yield hit;
    }
  }

  #indexFrom(position: number): number {
    if (this.#since.empty) return this.#hits.indexFrom(position);
    this.#back ??= this.#since.invertedDesc;
    let index = this.#hits.indexFrom(this.#back.mapPos(position, -1));
    // About there: where text was put in or taken out several places are one, or one is several.
    while (index > 0 && this.#since.mapPos(this.#hits.from(index - 1), 1) >= position) index--;
    while (index < this.count && this.#since.mapPos(this.#hits.from(index), 1) < position) index++;
    return index;
  }

  #at(index: number): Hit | undefined {
    const before = { from: this.#hits.from(index), to: this.#hits.to(index) };
    if (this.#since.empty) return before;
    const from = this.#since.mapPos(before.from, 1);
    const to = this.#since.mapPos(before.to, -1);
    if (before.from === before.to) return { from, to: from };
    return to > from ? { from, to } : undefined;
  }
}
