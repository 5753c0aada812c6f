/** Which of two concurrent inserts at one place goes first. @public */
export type Side = "left" | "right";

/**
 * An operational transformation type with the interface that ShareDB and the ottypes packages share. Only `apply` and
 * `transform` must be there; a law that needs another function is not applicable without it.
 *
 * What an operation is, is the type's own business: the kit hands operations from one function to the next and
 * compares what comes out.
 * @public
 */
export interface OtType<Snapshot, Op> {
  readonly name?: string;
  apply(snapshot: Snapshot, operation: Op): Snapshot;
  /** `operation` moved over a concurrent `other`. */
  transform(operation: Op, other: Op, side: Side): Op;
  /** One operation that does `first`, then `second`. */
  compose?(first: Op, second: Op): Op;
  /** Left-biased: a position stays before an insert made exactly there. */
  transformPosition?(position: number, operation: Op): number;
  transformSelection?(selection: [anchor: number, head: number], operation: Op): unknown;
  /** The inverse of an operation that tells all that it takes. Throws for others. */
  invert?(operation: Op): Op;
  /** The inverse of an operation that was made for `snapshot`. Goes before `invert` where a type has both. */
  invertWithDoc?(operation: Op, snapshot: Snapshot): Op;
  /** The same operation, telling all that `invert` must know. */
  makeInvertible?(operation: Op, snapshot: Snapshot): Op;
  /** True if `invert` can take it. */
  isInvertible?(operation: Op): boolean;
  /** The same operation, telling no more than `apply` must know. */
  stripInvertible?(operation: Op): Op;
  normalize?(operation: Op): Op;
  /** Throws for an operation that is none. */
  checkOp?(operation: Op): unknown;
  serialize?(snapshot: Snapshot): unknown;
  deserialize?(data: unknown): Snapshot;
}

/** A function of the ottypes interface that a type may lack. @public */
export type OptionalFunction =
  | "compose"
  | "transformPosition"
  | "transformSelection"
  | "invert"
  | "invertWithDoc"
  | "makeInvertible"
  | "isInvertible"
  | "stripInvertible"
  | "normalize"
  | "checkOp"
  | "serialize"
  | "deserialize";

/** `right` for `left` and the other way round. @public */
export function opposite(side: Side): Side {
  return side === "left" ? "right" : "left";
}
