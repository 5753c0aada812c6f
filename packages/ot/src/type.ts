import { apply } from "./apply.ts";
import { type AnyComponent, type Component, checkComponents, deletedLength } from "./components.ts";
import { compose } from "./compose.ts";
import { carriesText, type List, toldAfter, toldByBoth, toldDeletes, withText } from "./deleted-text.ts";
import { OtError, OtErrorCode, OtTypeErrorCode } from "./errors.ts";
import { type InvertibleComponent, invert, invertible } from "./invert.ts";
import { isNoop, Operation, type Side } from "./operation.ts";
import { transformPosition } from "./position.ts";
import { movedPresence } from "./presence.ts";
import { Text } from "./text.ts";
import { transform } from "./transform.ts";
import { wellFormedPoints } from "./unicode.ts";

/** A document of the type: a string, or a `Text`, which is much faster where a document is long. @public */
export type TextDocument = string | Text;

/** A caret, or an anchor and a head, in code points. @public */
export type TextSelection = number | readonly [anchor: number, head: number];

/**
 * The interface of ottypes, for ShareDB and others: `type.register` it in place of npm `ot-text-unicode` 4, whose name, URI, form of
 * operations and results it has; the README of this package tells all that differs. Operations are lists of components, without a base
 * length: each is read as one for the shortest document that fits. Lengths and positions are in Unicode code points everywhere.
 *
 * A delete may carry the text that it deletes, `{d: "text"}`. It keeps it through `normalize`, `transform` and `compose`, so that an
 * operation made invertible stays so. Neighbours are joined: a delete of which only a part is told tells its length.
 *
 * `compose` is mirrored (see there), so `transform(a, compose(b, c), "left")` is what moving over `b` and then `c` gives. **Do not mix
 * the type with `ot-text-unicode` in one system**, since two parties with different compose rules diverge.
 *
 * Nothing hangs, and no argument is changed. Every function throws an `OtError` for what is no operation: `ERR_OPERATION_INVALID`,
 * `ERR_OPERATION_NUMBER`, `ERR_OPERATION_TEXT`, and `ERR_LENGTH_MISMATCH` for one that no document is long enough for. `apply`,
 * `transform`, `compose` and `checkOp` ask for normal form too, as there: `ERR_OPERATION_NOT_NORMAL` for an empty component, two skips in
 * a row or a skip at the end; the others take these. Cost: that of the functions it stands for, and a pass over its arguments, since they
 * come unchecked.
 * @public
 */
export const type: {
  readonly name: "text-unicode";
  readonly uri: "http://sharejs.org/types/text-unicode";
  /**
   * A document: the text given, or an empty one, as a string.
   * @throws OtError `ERR_DOCUMENT_INVALID` for what is no string, `ERR_OPERATION_TEXT` for half of a surrogate pair.
   */
  create(initial?: string): string;
  /**
   * The document after an operation, in the form that it came in. The text that deletes carry is not compared with it.
   * @throws OtError `ERR_LENGTH_MISMATCH` if the operation reaches past the end, `ERR_DOCUMENT_INVALID` for what is no document.
   */
  apply(document: TextDocument, operation: List): TextDocument;
  /** `operation` moved over a concurrent `other`. @throws OtError `ERR_SIDE_INVALID` for any other side. */
  transform(operation: List, other: List, side: Side): AnyComponent[];
  /** One operation that does `first`, then `second`. */
  compose(first: List, second: List): AnyComponent[];
  /** Where a position (code points) stands after an operation; with an insert exactly there, `left` stays before it. */
  transformPosition(position: number, operation: List, side?: Side): number;
  /** Both ends moved as positions. @throws OtError `ERR_POSITION_INVALID` for what is no selection. */
  transformSelection(selection: TextSelection, operation: List, side?: Side): TextSelection;
  /**
   * Presence of ShareDB moved over an operation, see `TextPresence`. A caret goes behind an insert made exactly there if `isOwn`: whose
   * presence it is made the operation too. Never throws for a presence: one that holds no position comes back as it is.
   */
  transformPresence<P>(presence: P, operation: List, isOwn?: unknown): P;
  /** The operation in normal form. Takes components of length 0, and leaves them out. */
  normalize(operation: List): AnyComponent[];
  /** The operation without the skip at its end. */
  trim(operation: List): AnyComponent[];
  /** Throws an `OtError` for what is no operation in normal form. */
  checkOp(operation: unknown): void;
  isNoop(operation: List): boolean;
  /** True if every delete tells its text, so that `invert` can do without the document. */
  isInvertible(operation: List): boolean;
  /**
   * The operation with the text that it deletes. `document` is the one before it, and goes before what deletes say.
   * @throws OtError `ERR_LENGTH_MISMATCH` if the operation reaches past the end, `ERR_DOCUMENT_INVALID` for what is no document.
   */
  makeInvertible(operation: List, document: TextDocument): InvertibleComponent[];
  /** The operation with deletes that tell their length only. */
  stripInvertible(operation: List): Component[];
  /**
   * The inverse of an invertible operation. It is invertible too.
   * @throws OtError `ERR_NOT_INVERTIBLE` if a delete does not tell its text.
   */
  invert(operation: List): InvertibleComponent[];
  /** The inverse of any operation; `document` is the one before it. @throws OtError as `makeInvertible` does. */
  invertWithDoc(operation: List, document: TextDocument): InvertibleComponent[];
  /** A document for storage: a string. @throws OtError `ERR_DOCUMENT_INVALID` for what is no document. */
  serialize(document: TextDocument): string;
  /** @throws OtError `ERR_DOCUMENT_INVALID` for what is no string. */
  deserialize(stored: string): string;
} = {
  name: "text-unicode",
  uri: "http://sharejs.org/types/text-unicode",
  create(initial = "") {
    wellFormedPoints(stringOf(initial));
    return initial;
  },
  apply(document, operation) {
    const text = textOf(document);
    const after = apply(text, operationOf(readNormal(operation), text.points));
    return typeof document === "string" ? after.toString() : after;
  },
  transform(operation, other, side) {
    if (side !== "left" && side !== "right") {
      throw new OtError(OtTypeErrorCode.SideInvalid, `side must be "left" or "right"`);
    }
    const mine = readNormal(operation);
    const theirs = readNormal(other);
    const length = Math.max(mine.reach, theirs.reach);
    const moved = transform(operationOf(mine, length), operationOf(theirs, length), side);
    return carriesText(mine.list) ? withText(moved, toldAfter(mine.list, theirs.list)) : moved.toJSON();
  },
  compose(first, second) {
    const one = readNormal(first);
    const two = readNormal(second);
    const a = operationOf(one);
    const b = operationOf(two);
    const more = b.baseLength - a.targetLength;
    const both = compose(
      a.extend(a.baseLength + Math.max(0, more)),
      b.extend(b.baseLength + Math.max(0, -more)),
    );
    return carriesText(one.list) || carriesText(two.list)
      ? withText(both, toldByBoth(one.list, two.list))
      : both.toJSON();
  },
  transformPosition: (position, operation, side = "left") =>
    transformPosition(position, operationOf(read(operation)), side),
  transformSelection(selection, operation, side = "left") {
    const change = operationOf(read(operation));
    const moved = (position: number): number => transformPosition(position, change, side);
    if (typeof selection === "number") return moved(selection);
    if (Array.isArray(selection)) return selection.map(moved) as [number, number];
    throw new OtError(OtErrorCode.PositionInvalid, "a selection is a number or a pair of numbers");
  },
  transformPresence(presence, operation, isOwn) {
    const change = operationOf(read(operation));
    return movedPresence(presence, (position) =>
      transformPosition(position, change, isOwn ? "right" : "left"),
    );
  },
  normalize: (operation) => normalized(read(operation)),
  trim(operation) {
    const { list } = read(operation);
    return list.slice(0, list.findLastIndex((component) => typeof component !== "number") + 1);
  },
  checkOp(operation) {
    readNormal(operation);
  },
  isNoop: (operation) => isNoop(operationOf(read(operation))),
  isInvertible: (operation) => read(operation).list.every((component) => inverted(component) !== undefined),
  makeInvertible(operation, document) {
    const text = textOf(document);
    return invertible(operationOf(read(operation), text.points), text);
  },
  stripInvertible: (operation) => operationOf(read(operation)).toJSON(),
  invert(operation) {
    const inverse = read(operation).list.map((component) => {
      const back = inverted(component);
      if (back !== undefined) return back;
      throw new OtError(
        OtTypeErrorCode.NotInvertible,
        "a delete does not tell its text: makeInvertible must be called first",
      );
    });
    return normalized(read(inverse)) as InvertibleComponent[];
  },
  invertWithDoc(operation, document) {
    const text = textOf(document);
    const change = operationOf(read(operation), text.points);
    return invertible(invert(change, text), apply(text, change));
  },
  serialize: (document) => (document instanceof Text ? document.toString() : stringOf(document)),
  deserialize: (stored) => stringOf(stored),
};

function stringOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new OtError(OtTypeErrorCode.DocumentInvalid, "the text of a document must be a string");
}

function textOf(document: TextDocument): Text {
  return document instanceof Text ? document : Text.of(stringOf(document));
}

/** A list that was checked, without components of length 0, and how many code points of a document it needs. */
interface Read {
  readonly list: List;
  readonly reach: number;
}

function read(value: unknown): Read {
  const list: unknown = Array.isArray(value) ? value.filter((component) => !isEmpty(component)) : value;
  const checked = checkComponents(list, Number.POSITIVE_INFINITY);
  if (!checked.ok) throw new OtError(checked.code, checked.message);
  return { list: list as List, reach: checked.reach };
}

function isEmpty(component: unknown): boolean {
  if (typeof component !== "object") return component === 0 || component === "";
  return deletedLength(component) === 0;
}

/** A list in normal form. Other neighbours of a kind than skips are let through, as by `ot-text-unicode`. */
function readNormal(value: unknown): Read {
  const checked = read(value);
  const { list } = checked;
  const isNormal =
    list.length === (value as List).length &&
    list.every((component, index) => {
      if (typeof component !== "number") return true;
      return index + 1 < list.length && typeof list[index + 1] !== "number";
    });
  if (isNormal) return checked;
  throw new OtError(
    OtTypeErrorCode.OperationNotNormal,
    "an operation has no empty component, no two skips in a row and no skip at its end",
  );
}

/** The operation for documents of a length in code points, or for the shortest that it fits. */
function operationOf({ list, reach }: Read, length: number = reach): Operation {
  return Operation.ofChecked(list, length);
}

/** In normal form, with the text that deletes carry. */
function normalized(checked: Read): AnyComponent[] {
  return withText(operationOf(checked), toldDeletes(checked.list));
}

/** What takes a component back, or undefined if it does not tell. */
function inverted(component: AnyComponent): InvertibleComponent | undefined {
  if (typeof component === "string") return { d: component };
  if (typeof component === "number") return component;
  return typeof component.d === "string" ? component.d : undefined;
}
