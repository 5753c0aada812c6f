import { apply } from "./apply.ts";
import { type AnyComponent, type Component, deletedLength } from "./components.ts";
import { compose } from "./compose.ts";
import { type InvertibleComponent, invert, invertible } from "./invert.ts";
import { Operation, type Side } from "./operation.ts";
import { transformPosition } from "./position.ts";
import { Text } from "./text.ts";
import { transform } from "./transform.ts";

/** A document of the type: a string, or a `Text`, which is much faster where a document is long. @public */
export type TextDocument = string | Text;

/** A caret, or an anchor and a head, in code points. @public */
export type TextSelection = number | readonly [anchor: number, head: number];

type List = readonly AnyComponent[];

/**
 * The interface of ottypes, for ShareDB and others: `type.register` it in place of npm `ot-text-unicode`, whose name, URI, form of
 * operations and results of apply and transform it has. Operations are lists of components, without a base length: each
 * is read as one for the shortest document that both fit.
 *
 * Unlike there: compose is mirrored (see `compose`), so `transform(a, compose(b, c), "left")` is what moving over `b` and then `c`
 * gives; deletes past the end throw; nothing hangs; no argument is changed. **Do not mix it with `ot-text-unicode` in one system**, since two
 * parties with different compose rules diverge.
 *
 * Every function throws an `OtError` for what is no operation. Cost: that of the functions it stands for, and one pass over its
 * arguments, since they come unchecked.
 * @public
 */
export const type: {
  readonly name: "text-unicode";
  readonly uri: "http://sharejs.org/types/text-unicode";
  /** A document: the text given, or an empty one, as a string. */
  create(initial?: string): string;
  /** The document after an operation, in the form that it came in. */
  apply(document: TextDocument, operation: List): TextDocument;
  transform(operation: List, other: List, side: Side): Component[];
  compose(first: List, second: List): Component[];
  transformPosition(position: number, operation: List, side?: Side): number;
  transformSelection(selection: TextSelection, operation: List, side?: Side): TextSelection;
  normalize(operation: List): Component[];
  /** Throws an `OtError` for what is no operation. */
  checkOp(operation: unknown): void;
  isNoop(operation: List): boolean;
  /** True if every delete tells its text. */
  isInvertible(operation: List): boolean;
  /** The operation with the text that it deletes. */
  makeInvertible(operation: List, document: TextDocument): InvertibleComponent[];
  stripInvertible(operation: List): Component[];
  /** The inverse of an invertible operation. */
  invert(operation: readonly InvertibleComponent[]): InvertibleComponent[];
  invertWithDoc(operation: List, document: TextDocument): InvertibleComponent[];
  /** A document for storage. */
  serialize(document: TextDocument): string;
  deserialize(stored: string): string;
} = {
  name: "text-unicode",
  uri: "http://sharejs.org/types/text-unicode",
  create: (initial = "") => initial,
  apply(document, operation) {
    const text = textOf(document);
    const after = apply(text, Operation.from(operation, text.points));
    return typeof document === "string" ? after.toString() : after;
  },
  transform(operation, other, side) {
    const length = Math.max(reachOf(operation), reachOf(other));
    return transform(Operation.from(operation, length), Operation.from(other, length), side).toJSON();
  },
  compose(first, second) {
    const a = Operation.from(first, reachOf(first));
    const b = Operation.from(second, reachOf(second));
    const more = b.baseLength - a.targetLength;
    return compose(
      a.extend(a.baseLength + Math.max(0, more)),
      b.extend(b.baseLength + Math.max(0, -more)),
    ).toJSON();
  },
  transformPosition: (position, operation, side = "left") =>
    transformPosition(position, Operation.from(operation, reachOf(operation)), side),
  transformSelection(selection, operation, side = "left") {
    const change = Operation.from(operation, reachOf(operation));
    if (typeof selection === "number") return transformPosition(selection, change, side);
    const [anchor, head] = selection;
    return [transformPosition(anchor, change, side), transformPosition(head, change, side)];
  },
  normalize: (operation) => Operation.from(operation, reachOf(operation)).toJSON(),
  checkOp(operation) {
    Operation.from(operation as List, reachOf(operation as List));
  },
  isNoop: (operation) => Operation.from(operation, reachOf(operation)).componentCount === 0,
  isInvertible: (operation) =>
    operation.every((component) => typeof component !== "object" || typeof component.d === "string"),
  makeInvertible(operation, document) {
    const text = textOf(document);
    return invertible(Operation.from(operation, text.points), text);
  },
  stripInvertible: (operation) => Operation.from(operation, reachOf(operation)).toJSON(),
  invert: (operation) =>
    operation.map((component) => {
      if (typeof component === "number") return component;
      return typeof component === "string" ? { d: component } : component.d;
    }),
  invertWithDoc(operation, document) {
    const text = textOf(document);
    const change = Operation.from(operation, text.points);
    return invertible(invert(change, text), apply(text, change));
  },
  serialize: String,
  deserialize: (stored) => stored,
};

function textOf(document: TextDocument): Text {
  return typeof document === "string" ? Text.of(document) : document;
}

/** How many code points of a document a list of components needs. What is no such list is refused later, by `Operation.from`. */
function reachOf(operation: List): number {
  if (!Array.isArray(operation)) return 0;
  let reach = 0;
  for (const component of operation as List) {
    if (typeof component === "number") reach += component;
    else if (typeof component === "object") reach += deletedLength(component) ?? 0;
  }
  return Number.isSafeInteger(reach) && reach >= 0 ? reach : 0;
}
