import { OtError, OtErrorCode } from "./errors.ts";
import {
  LEAF_UNITS,
  leaf,
  leaves,
  type Node,
  replaceLeaf,
  replaceRange,
  seek,
  treeOf,
  unitIn,
} from "./tree.ts";
import { countPoints, splitsPair, wellFormedPoints } from "./unicode.ts";

/** What is being edited may grow to so many UTF-16 code units before it goes back into the tree, as two leaves. */
const OPEN_UNITS = 1.5 * LEAF_UNITS;

/**
 * An immutable text, indexed by Unicode code points, by UTF-16 code units and by lines.
 *
 * A B-tree of short strings, and of the leaf that was edited last the two halves around the edit: the next edit at the same place
 * joins a few letters to one of them and touches nothing else. Whatever is read, and edits elsewhere, put the leaf back
 * into the tree first, which copies the path to it. So a snapshot is the value itself, an edit where the last one was costs O(1), and
 * any other O(log n).
 *
 * @example Text.of("a😀b").replace(1, 2, "é").toString() === "aéb"
 * @public
 */
export class Text {
  static readonly empty: Text = new Text(leaf(""), 0, 0, 0, "", 0, "", 0);

  /** Length in Unicode code points. */
  readonly points: number;
  /** Length in UTF-16 code units. */
  readonly units: number;

  /** The tree, in which the open leaf is as it was when it was opened. */
  readonly #tree: Node;
  /** Where the open leaf begins, in code points; -1 if none is open. */
  readonly #start: number;
  /** The open leaf, before and after the last edit. */
  readonly #head: string;
  readonly #headPoints: number;
  readonly #tail: string;
  readonly #tailPoints: number;
  /** The tree with the open leaf put back, once somebody asked for it. */
  #settled: Node | undefined;

  private constructor(
    tree: Node,
    points: number,
    units: number,
    start: number,
    head: string,
    headPoints: number,
    tail: string,
    tailPoints: number,
  ) {
    this.points = points;
    this.units = units;
    this.#tree = tree;
    this.#start = start;
    this.#head = head;
    this.#headPoints = headPoints;
    this.#tail = tail;
    this.#tailPoints = tailPoints;
    this.#settled = undefined;
  }

  /**
   * The text of a well-formed string. Cost: one pass.
   * @throws OtError `ERR_OPERATION_TEXT` if the string holds half of a surrogate pair.
   */
  static of(string: string): Text {
    if (string === "") return Text.empty;
    wellFormedPoints(string);
    return Text.closed(treeOf(string));
  }

  private static closed(tree: Node): Text {
    return new Text(tree, tree.points, tree.units, -1, "", 0, "", 0);
  }

  /** How many lines it has: line feeds, and one. Cost: as any read. */
  get lines(): number {
    return this.root.feeds + 1;
  }

  /**
   * The text with the code points `from` (included) to `to` (excluded) replaced by a string.
   * Cost: O(1) where the last edit was, else O(log n + inserted + removed).
   * @throws OtError `ERR_POSITION_INVALID` unless 0 ≤ from ≤ to ≤ points; `ERR_OPERATION_TEXT` if the string holds half of a
   * surrogate pair.
   */
  replace(from: number, to: number, inserted: string): Text {
    if (!(from >= 0 && from <= to && to <= this.points)) {
      throw new OtError(
        OtErrorCode.PositionInvalid,
        `range ${from}..${to} is outside a text of ${this.points} code points`,
      );
    }
    const insertedPoints = wellFormedPoints(inserted);
    return this.replaceChecked(from, to, inserted, insertedPoints);
  }

  /** As `replace`, for arguments that were checked. @internal */
  replaceChecked(from: number, to: number, inserted: string, insertedPoints: number): Text {
    if (from === to && insertedPoints === 0) return this;
    if (this.#start >= 0) {
      const edited = this.editOpen(from - this.#start, to - this.#start, inserted, insertedPoints);
      if (edited !== undefined) return edited;
    }
    const root = this.root;
    const { leaf: found, points: start } = seek(root, "points", from, to > from);
    if (to > start + found.points || found.units + inserted.length > OPEN_UNITS) {
      return Text.closed(replaceRange(root, from, to, inserted));
    }
    const { string } = found;
    const fromUnit = unitIn(string, found.points, from - start);
    const toUnit = unitIn(string, found.points, to - start);
    return new Text(
      root,
      this.points - (to - from) + insertedPoints,
      this.units - (toUnit - fromUnit) + inserted.length,
      start,
      string.slice(0, fromUnit) + inserted,
      from - start + insertedPoints,
      string.slice(toUnit),
      found.points - (to - start),
    );
  }

  /** An edit inside the open leaf, counted from its start; undefined if it does not lie in it. */
  private editOpen(from: number, to: number, inserted: string, insertedPoints: number): Text | undefined {
    let head = this.#head;
    let tail = this.#tail;
    let headPoints = this.#headPoints;
    let tailPoints = this.#tailPoints;
    if (from < 0 || to > headPoints + tailPoints) return undefined;
    const before = head.length + tail.length;
    if (before + inserted.length > OPEN_UNITS) return undefined;
    if (to <= headPoints) {
      if (to < headPoints) {
        const cut = unitIn(head, headPoints, to);
        tail = head.slice(cut) + tail;
        tailPoints += headPoints - to;
        head = head.slice(0, cut);
        headPoints = to;
      }
      if (from < to) {
        head = head.slice(0, unitIn(head, headPoints, from));
        headPoints = from;
      }
    } else {
      if (from > headPoints) {
        const cut = unitIn(tail, tailPoints, from - headPoints);
        head += tail.slice(0, cut);
        tail = tail.slice(cut);
        tailPoints -= from - headPoints;
        headPoints = from;
      } else if (from < headPoints) {
        head = head.slice(0, unitIn(head, headPoints, from));
        to -= headPoints - from;
        headPoints = from;
      }
      if (to > headPoints) {
        tail = tail.slice(unitIn(tail, tailPoints, to - headPoints));
        tailPoints -= to - headPoints;
      }
    }
    const removedUnits = before - head.length - tail.length;
    return new Text(
      this.#tree,
      this.points - this.#headPoints - this.#tailPoints + headPoints + tailPoints + insertedPoints,
      this.units - removedUnits + inserted.length,
      this.#start,
      head + inserted,
      headPoints + insertedPoints,
      tail,
      tailPoints,
    );
  }

  /** The tree with everything in it. */
  private get root(): Node {
    if (this.#start < 0) return this.#tree;
    this.#settled ??= replaceLeaf(
      this.#tree,
      this.#start,
      this.#head + this.#tail,
      this.#headPoints + this.#tailPoints,
    );
    return this.#settled;
  }

  /** The string between two code point indices. Cost: O(log n + answer). */
  slice(from: number, to: number = this.points): string {
    const root = this.root;
    const end = Math.min(to, this.points);
    let string = "";
    for (let at = Math.max(0, from); at < end; ) {
      const { leaf: found, points: start } = seek(root, "points", at, true);
      const until = Math.min(found.points, end - start);
      string += found.string.slice(
        unitIn(found.string, found.points, at - start),
        unitIn(found.string, found.points, until),
      );
      at = start + until;
    }
    return string;
  }

  /**
   * Offset in UTF-16 code units of the code point with index `point` (0 to `points`). O(log n).
   * @throws OtError `ERR_POSITION_INVALID` outside the text.
   */
  unitOfPoint(point: number): number {
    if (!(point >= 0 && point <= this.points)) throw outside("code point", point, this.points);
    const place = seek(this.root, "points", point);
    return place.units + unitIn(place.leaf.string, place.leaf.points, point - place.points);
  }

  /**
   * Index in code points of an offset in UTF-16 code units (0 to `units`). O(log n).
   * @throws OtError `ERR_POSITION_INVALID` outside the text, or between the halves of a pair.
   */
  pointOfUnit(unit: number): number {
    if (!(unit >= 0 && unit <= this.units)) throw outside("code unit", unit, this.units);
    const place = seek(this.root, "units", unit);
    const rest = unit - place.units;
    const { string, points } = place.leaf;
    if (points === string.length) return place.points + rest;
    if (splitsPair(string, rest)) throw outside("code unit", unit, this.units);
    return place.points + countPoints(string.slice(0, rest));
  }

  /**
   * Index from 0 of the line that the code point with index `point` (0 to `points`) is on. A line feed ends its line. O(log n).
   * @throws OtError `ERR_POSITION_INVALID` outside the text.
   */
  lineOfPoint(point: number): number {
    if (!(point >= 0 && point <= this.points)) throw outside("code point", point, this.points);
    const place = seek(this.root, "points", point);
    const { string, points } = place.leaf;
    return place.feeds + leaf(string.slice(0, unitIn(string, points, point - place.points)), 0).feeds;
  }

  /**
   * Index in code points of the start of the line with index `line` (0 to `lines` − 1). O(log n).
   * @throws OtError `ERR_POSITION_INVALID` if there is no such line.
   */
  startOfLine(line: number): number {
    if (!(line >= 0 && line < this.lines)) throw outside("line", line, this.lines);
    if (line === 0) return 0;
    const place = seek(this.root, "feeds", line);
    const { string } = place.leaf;
    let unit = 0;
    for (let rest = line - place.feeds; rest > 0; rest--) unit = string.indexOf("\n", unit) + 1;
    return place.points + countPoints(string.slice(0, unit));
  }

  /** The pieces of the text in order: short strings that never cut a code point. Nothing is copied. */
  *pieces(): Generator<string> {
    for (const { string } of leaves(this.root)) yield string;
  }

  /** True if both hold the same characters. */
  equals(other: Text): boolean {
    return this === other || (this.units === other.units && this.toString() === other.toString());
  }

  /** The whole text as one string. Cost: O(n). */
  toString(): string {
    let string = "";
    for (const { string: piece } of leaves(this.root)) string += piece;
    return string;
  }
}

function outside(what: string, index: number, length: number): OtError {
  return new OtError(
    OtErrorCode.PositionInvalid,
    `${what} ${index} is no position in a text of length ${length}`,
  );
}
