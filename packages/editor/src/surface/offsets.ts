import type { Text } from "@codemirror/state";
import { countPoints, unitOfPoint } from "@interline/ot";

/**
 * Low surrogates per node of CodeMirror's text tree. Nodes are immutable and shared between versions of a text, so
 * after an edit only the changed leaf and the path above it are counted again.
 */
const surrogates = new WeakMap<Text, number>();

function lowSurrogatesIn(node: Text): number {
  let count = surrogates.get(node);
  if (count !== undefined) return count;
  if (node.children === null) {
    const string = node.sliceString(0);
    count = string.length - countPoints(string);
  } else {
    count = 0;
    for (const child of node.children) count += lowSurrogatesIn(child);
  }
  surrogates.set(node, count);
  return count;
}

/** Length of a text in code points. O(1) but for what was edited since the last call. */
export function pointsIn(text: Text): number {
  return text.length - lowSurrogatesIn(text);
}

/** True if a text has characters of two UTF-16 code units. Cost as of `pointsIn`. */
export function hasPairs(text: Text): boolean {
  return lowSurrogatesIn(text) > 0;
}

/** A subtree, or a piece of a leaf (a line break between subtrees is one too). */
type Segment = Text | string;

/**
 * Walks forward through a text, counting UTF-16 code units and code points side by side. Subtrees that are passed whole
 * cost one step, so a walk over all changes of a transaction costs O(changes × log n).
 *
 * The text must be well-formed, and no position may stand between the halves of a pair.
 */
export class TextCursor {
  /** UTF-16 code units from the start of the text. */
  units = 0;
  /** Code points from the start of the text. */
  points = 0;

  /** What lies ahead, the nearest last. */
  readonly #ahead: Segment[];
  /** In a text without pairs both counts are one number, and nothing need be walked. */
  readonly #isPlain: boolean;

  constructor(text: Text) {
    this.#ahead = [text];
    this.#isPlain = lowSurrogatesIn(text) === 0;
  }

  /** Goes on to a position, in UTF-16 code units, at or after the present one. */
  toUnit(unit: number): this {
    if (this.#isPlain) this.units = this.points = unit;
    else {
      while (this.units < unit && this.#ahead.length > 0) {
        this.#step(unit - this.units, unitsOf, (_string, rest) => rest);
      }
    }
    return this;
  }

  /** Goes on by so many code points. */
  passPoints(count: number): this {
    const end = this.points + count;
    if (this.#isPlain) this.units = this.points = end;
    else
      while (this.points < end && this.#ahead.length > 0)
        this.#step(end - this.points, pointsOf, unitOfPoint);
    return this;
  }

  /** Passes the nearest segment if its `length` is within `rest`, opens it otherwise. */
  #step(
    rest: number,
    length: (segment: Segment) => number,
    cutAt: (string: string, rest: number) => number,
  ): void {
    const segment = this.#ahead.pop();
    if (segment === undefined) return;
    if (length(segment) <= rest) {
      this.units += unitsOf(segment);
      this.points += pointsOf(segment);
    } else if (typeof segment === "string") {
      const cut = cutAt(segment, rest);
      this.units += cut;
      this.points += countPoints(segment.slice(0, cut));
      this.#ahead.push(segment.slice(cut));
    } else if (segment.children === null) this.#ahead.push(segment.sliceString(0));
    else {
      for (const [index, child] of segment.children.toReversed().entries()) {
        if (index > 0) this.#ahead.push("\n");
        this.#ahead.push(child);
      }
    }
  }
}

const unitsOf = (segment: Segment): number => segment.length;
const pointsOf = (segment: Segment): number =>
  typeof segment === "string" ? countPoints(segment) : pointsIn(segment);

/** Index in code points of an offset in UTF-16 code units. */
export function pointOfUnit(text: Text, unit: number): number {
  return new TextCursor(text).toUnit(unit).points;
}

/** Offset in UTF-16 code units of an index in code points. */
export function unitOfPointIn(text: Text, point: number): number {
  return new TextCursor(text).passPoints(point).units;
}
