import type { Operation } from "@interline/ot";
import { Compositions } from "./compositions.ts";
import type { Entry, Head } from "./log/document-log.ts";
import { weightOf } from "./log/weight.ts";

/** @public */
export interface HistoryBounds {
  /** Most entries kept in memory per document. */
  readonly maxEntries: number;
  /** Most weight of all of them: inserted UTF-16 code units, and 8 for every component. */
  readonly maxWeight: number;
}

/** @public */
export const DEFAULT_HISTORY_BOUNDS: HistoryBounds = { maxEntries: 8192, maxWeight: 1_048_576 };

interface Kept {
  readonly entry: Entry;
  /** Length of the document after it, in code points. */
  readonly length: number;
  readonly weight: number;
}

/** The newest entries of one document, with the length of the text at each of their versions. */
export class HistoryWindow {
  readonly #bounds: HistoryBounds;
  /** The state before the first kept entry. */
  #start: Head;
  #head: Head;
  #kept: Kept[] = [];
  #weight = 0;
  readonly #compositions = new Compositions();

  constructor(start: Head, bounds: HistoryBounds) {
    this.#start = start;
    this.#head = start;
    this.#bounds = bounds;
  }

  get head(): Head {
    return this.#head;
  }

  /** The oldest version that is known here. */
  get start(): number {
    return this.#start.version;
  }

  /** Adds the entry that follows the head. Amortised O(components). */
  push(entry: Entry): void {
    this.#add(entry);
    this.#evict(0);
  }

  /**
   * Adds entries that were committed together. All of them stay until the next entry comes, however heavy
   * they are.
   */
  pushBatch(entries: readonly Entry[]): void {
    for (const entry of entries) this.#add(entry);
    this.#evict(entries.length);
  }

  #add(entry: Entry): void {
    const { version, entryId, operation } = entry;
    if (version !== this.#head.version + 1) {
      throw new RangeError(`version ${version} does not follow ${this.#head.version}`);
    }
    const weight = weightOf(operation);
    const length = operation.targetLength;
    this.#kept.push({ entry, length, weight });
    this.#head = { version, entryId, length };
    this.#weight += weight;
  }

  /** Entries `after` + 1 to `to`; undefined if the window begins later. */
  entries(after: number, to: number = this.head.version): readonly Entry[] | undefined {
    if (after < this.start) return undefined;
    const from = after - this.start;
    return this.#kept.slice(from, Math.max(from, to - this.start)).map(({ entry }) => entry);
  }

  /** Neighbouring entries of the window, at least one, as one operation: see `Compositions`. */
  compose(entries: readonly Entry[]): Operation {
    return this.#compositions.of(entries);
  }

  /** To be called after entries came while somebody is away: they wait less when they are back. */
  prepare(): void {
    this.#compositions.prepare(this.head.version, (after, to) => this.entries(after, to));
  }

  /** Length of the document at a version, in code points; undefined outside the window. */
  lengthAt(version: number): number | undefined {
    return version === this.start ? this.#start.length : this.#kept[version - this.start - 1]?.length;
  }

  /** Id of the entry that made a version; undefined outside the window. */
  entryIdAt(version: number): string | undefined {
    return version === this.start ? this.#start.entryId : this.#kept[version - this.start - 1]?.entry.entryId;
  }

  /**
   * Drops a quarter more than it must, so that moving the rest up is paid for by many pushes; but none of the
   * newest `spared`.
   */
  #evict(spared: number): void {
    const { maxEntries, maxWeight } = this.#bounds;
    if (this.#kept.length <= maxEntries && this.#weight <= maxWeight) return;
    let count = 0;
    let weight = this.#weight;
    for (const kept of this.#kept) {
      if (this.#kept.length - count <= spared) break;
      if (this.#kept.length - count <= maxEntries * 0.75 && weight <= maxWeight * 0.75) break;
      count++;
      weight -= kept.weight;
    }
    const last = this.#kept[count - 1];
    if (last === undefined) return;
    this.#start = { version: last.entry.version, entryId: last.entry.entryId, length: last.length };
    this.#kept.splice(0, count);
    this.#compositions.trimmed(this.start);
    this.#weight = weight;
  }
}
