import type { AuthorRun } from "../authorship.ts";
import { Composer } from "../composer.ts";
import { isNoop, type Operation } from "../operation.ts";
import { type Selection, transformSelection } from "../position.ts";
import { transformPair } from "../transform.ts";

/** What one undo, or one redo, does. */
export interface StackEntry {
  readonly operation: Operation;
  /** Who wrote the text that it inserts, in order; undefined if that is not kept. */
  readonly authors: readonly AuthorRun[] | undefined;
  /** In the text that `operation` applies to. */
  readonly selectionBefore: Selection;
  /** In the text that `operation` gives. */
  readonly selectionAfter: Selection;
}

interface Slot {
  readonly entry: StackEntry;
  /** What others did since, while this entry was the uppermost one. Follows the text that `entry.operation` applies to. */
  readonly since: Composer;
}

/**
 * Entries to be taken back from the last to the first, each kept as made, with the operations of others in the gap above it.
 * Only the uppermost gap ever grows; what is in it moves down past an entry when that entry is taken. So an operation
 * of others costs the same at any depth, and a look costs one transform of the gap.
 *
 * Law (`undo-lazy-eq-eager`): every entry inserts and deletes what it would if each operation of others had been moved
 * through the whole stack at once, and the uppermost one is the same value, because transforming on the left may group
 * what it moves over (see `compose`). Below it, restored text is at the right place more often: others' text written before
 * an own character stays before it here, while moving one by one forgets that as soon as text next to it was deleted.
 */
export class RebasedStack {
  readonly #slots: Slot[] = [];
  readonly #maxEntries: number;
  /** What `#movedTop` found, until something changes. */
  #moved: readonly [StackEntry, Operation | undefined] | undefined;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** Puts an entry on top. The oldest one is forgotten if there are too many. */
  push(entry: StackEntry): void {
    this.#moved = undefined;
    this.#slots.push({ entry, since: new Composer() });
    if (this.#slots.length > this.#maxEntries) this.#slots.shift();
  }

  /** What someone else did to the present text. */
  addRemote(operation: Operation): void {
    this.#moved = undefined;
    this.#slots.at(-1)?.since.add(operation);
  }

  /** The uppermost entry as it was pushed. */
  get last(): StackEntry | undefined {
    return this.#slots.at(-1)?.entry;
  }

  /** What others did to the present text since the uppermost entry was pushed. */
  remoteSinceTop(): Operation | undefined {
    return this.#slots.at(-1)?.since.value;
  }

  /**
   * The uppermost entry that still changes something, as it applies now. Only forgets the emptied ones above it: an entry
   * that is moved for good stops telling on which side of its characters others write from then on.
   */
  top(): StackEntry | undefined {
    return this.#movedTop()?.[0];
  }

  /** Takes the entry that `top` gives. */
  pop(): StackEntry | undefined {
    const moved = this.#movedTop();
    if (moved === undefined) return undefined;
    const [entry, passed] = moved;
    this.#drop(passed);
    return entry;
  }

  clear(): void {
    this.#moved = undefined;
    this.#slots.length = 0;
  }

  /** `top`, and what others did since as it applies after that entry. */
  #movedTop(): readonly [StackEntry, Operation | undefined] | undefined {
    if (this.#moved !== undefined) return this.#moved;
    for (let slot = this.#slots.at(-1); slot !== undefined; slot = this.#slots.at(-1)) {
      const remote = slot.since.value;
      const [entry, passed] = remote === undefined ? [slot.entry, undefined] : moveEntry(slot.entry, remote);
      if (!isNoop(entry.operation)) {
        this.#moved = [entry, passed];
        return this.#moved;
      }
      this.#drop(passed);
    }
    return undefined;
  }

  #drop(passed: Operation | undefined): void {
    this.#moved = undefined;
    this.#slots.pop();
    if (passed !== undefined) this.#slots.at(-1)?.since.add(passed);
  }
}

/** `[entry moved over remote, remote moved over the entry]`. What an entry restores goes left at a tie, as anything pending does. */
function moveEntry(entry: StackEntry, remote: Operation): [StackEntry, Operation] {
  const [operation, passed] = transformPair(entry.operation, remote);
  const moved: StackEntry = {
    operation,
    authors: entry.authors,
    selectionBefore: transformSelection(entry.selectionBefore, remote),
    selectionAfter: transformSelection(entry.selectionAfter, passed),
  };
  return [moved, passed];
}
