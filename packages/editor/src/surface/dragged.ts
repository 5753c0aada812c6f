import { type ChangeDesc, ChangeSet, Text, type TransactionSpec } from "@codemirror/state";

/** A part of a text, in UTF-16 code units. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * What somebody drags, in a text that changes during the drag. A value. Positions in UTF-16 code units.
 *
 * Law (test `dragged.test.ts`): what it holds does not depend on how the changes were grouped.
 */
export class Dragged {
  readonly #ranges: readonly Range[];
  readonly #changes: ChangeDesc;

  private constructor(ranges: readonly Range[], changes: ChangeDesc) {
    this.#ranges = ranges;
    this.#changes = changes;
  }

  /** Ranges of a text of `length` code units, in order and apart. */
  static of(ranges: readonly Range[], length: number): Dragged {
    return new Dragged(ranges, ChangeSet.empty(length).desc);
  }

  /** The same after a change of the text. Cost: O(changes since the drag began). */
  map(changes: ChangeDesc): Dragged {
    return new Dragged(this.#ranges, this.#changes.composeDesc(changes));
  }

  /**
   * Each range from the first to the last of its characters that are still there, with what was typed
   * between.
   */
  get ranges(): readonly Range[] {
    return this.#ranges.flatMap((range) => {
      const pieces = this.#piecesOf(range);
      const [first, last] = [pieces[0], pieces.at(-1)];
      return first === undefined || last === undefined ? [] : [{ from: first.from, to: last.to }];
    });
  }

  /** The characters themselves, as far as they are still there, without what was typed between. */
  get pieces(): readonly Range[] {
    return this.#ranges.flatMap((range) => this.#piecesOf(range));
  }

  #piecesOf({ from, to }: Range): Range[] {
    const pieces: Range[] = [];
    this.#changes.iterGaps((before, after, length) => {
      const start = Math.max(from, before);
      const end = Math.min(to, before + length);
      if (start < end) pieces.push({ from: after + start - before, to: after + end - before });
    });
    return pieces;
  }
}

/**
 * The change that moves ranges of a text to `at`, all in UTF-16 code units of it: they are deleted and
 * inserted as they are now, with LF as the line end, several of them as lines. The moved text is selected.
 * Undefined if there is nothing to move, or if it is there already.
 */
export function move(text: Text, ranges: readonly Range[], at: number): TransactionSpec | undefined {
  const [first] = ranges;
  if (first === undefined || (ranges.length === 1 && at >= first.from && at <= first.to)) return undefined;
  return put(text, ranges, at, joined(text, ranges), "move.drop");
}

/**
 * The change that inserts ranges of a text once more at `at`, as `move` does. Undefined if there is nothing
 * to copy.
 */
export function copy(text: Text, ranges: readonly Range[], at: number): TransactionSpec | undefined {
  return ranges.length === 0 ? undefined : insert(text, at, joined(text, ranges));
}

/** The change that inserts what came from elsewhere at `at`, in UTF-16 code units, and selects it. */
export function insert(text: Text, at: number, inserted: string): TransactionSpec {
  return put(text, [], at, inserted, "input.drop");
}

function joined(text: Text, ranges: readonly Range[]): string {
  return ranges.map(({ from, to }) => text.sliceString(from, to, "\n")).join("\n");
}

function put(
  text: Text,
  deleted: readonly Range[],
  at: number,
  inserted: string,
  userEvent: string,
): TransactionSpec {
  const insert = Text.of(inserted.split(/\r\n?|\n/));
  const anchor = deleted.reduce((left, { from, to }) => left - Math.max(0, Math.min(to, at) - from), at);
  return {
    changes: ChangeSet.of([...deleted, { from: at, insert }], text.length),
    selection: { anchor, head: anchor + insert.length },
    userEvent,
  };
}
