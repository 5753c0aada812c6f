import type * as fc from "fast-check";

/** Makes an operation for the document that it is given. Whatever the document, the operation must fit it. @public */
export type Recipe<Snapshot, Op> = (document: Snapshot) => Op;

/** How documents and operations of a type are read for comparison. Left out, they are taken as they are. @public */
export interface Reading<Snapshot, Op> {
  /** The document as plain values. */
  view?(snapshot: Snapshot): unknown;
  /** The operation as plain values; what the type means to be one value must give one view. */
  viewOperation?(operation: Op): unknown;
}

/**
 * What the kit must know of documents and operations to put a type to the laws. Two arbitraries are enough; each further field
 * brings more laws or better counterexamples. For plain text all of it is there: `plainText`, `textSubject`.
 * @public
 */
export interface Subject<Snapshot, Op> extends Reading<Snapshot, Op> {
  readonly documents: fc.Arbitrary<Snapshot>;
  /**
   * Recipes and not operations, so that a case stays valid while it is made smaller: the recipe makes an operation for
   * whatever document is left.
   */
  readonly operations: fc.Arbitrary<Recipe<Snapshot, Op>>;
  /** The operation that changes nothing in the document. */
  identity?(snapshot: Snapshot): Op;
  /** What `apply` should give, found in some other way, as `view` shows it. */
  model?(snapshot: Snapshot, operation: Op): Snapshot;
  /** False if the operation was not made for a document of this kind. Derived operations that do not fit are left out. */
  fits?(operation: Op, snapshot: Snapshot): boolean;
  /** Operations that do not fit the document and should be refused. */
  misfits?(snapshot: Snapshot): readonly Op[];
  /** The same operation on the document, not in normal form. */
  loosen?(operation: Op, snapshot: Snapshot): Op;
  /** The last position in the document; the first is 0. */
  lastPosition?(snapshot: Snapshot): number;
  /** An operation that inserts one character at a position of the document. */
  insertAt?(position: number, snapshot: Snapshot): Op;
  /** The position at which an operation makes its first insert. */
  insertedAt?(operation: Op): number;
  /** All small cases, smallest first: the counterexample that they find is the smallest there is. */
  readonly small?: SmallCases<Snapshot, Op>;
}

/** @public */
export interface SmallCases<Snapshot, Op> {
  documents(size: number): readonly Snapshot[];
  /** All operations on the document with up to so many components. `role` tells apart what concurrent ones insert. */
  operations(document: Snapshot, components: number, role: number): readonly Op[];
}
