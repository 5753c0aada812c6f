import type { OptionalFunction, OtType } from "../ot-type.ts";
import type { Reading, Subject } from "../subject.ts";
import { canonical } from "../value.ts";
import { type LawName, lawSentences } from "./catalogue.ts";

/** A document, an operation pending on it, and operations that were committed meanwhile, one after the other. @public */
export interface Situation<Snapshot, Op> {
  readonly document: Snapshot;
  readonly pending: Op;
  readonly operations: readonly Op[];
}

/** A situation with two positions in its document. */
export interface Case<Snapshot, Op> extends Situation<Snapshot, Op> {
  readonly position: number;
  readonly other: number;
}

/** What a law must know: the type, and what its documents and operations are. */
export interface Bench<Snapshot, Op> {
  readonly type: OtType<Snapshot, Op>;
  readonly subject: Subject<Snapshot, Op>;
}

/** A law, in the form in which `checkType` runs it. */
export interface Law {
  readonly name: LawName;
  /** Functions that the type must have: of each group at least one. */
  readonly needs: readonly (readonly OptionalFunction[])[];
  /** Fields that the subject must have. */
  readonly knows?: readonly (keyof Subject<unknown, unknown>)[];
  /** What of a case the law looks at. */
  readonly uses: CaseShape;
  /** Asked only of types whose pending operations are on this side. Without it: of all. */
  readonly pendingSide?: "left" | "right";
  /** A law that sound types may break: told, not asked, unless strict. */
  readonly isAdvice?: true;
  /** @throws LawBroken */
  check<Snapshot, Op>(bench: Bench<Snapshot, Op>, situation: Case<Snapshot, Op>): void;
}

/** How much of a case must be made. */
export interface CaseShape {
  readonly pending?: true;
  /** How many committed operations. */
  readonly operations: number;
  /** How many positions. */
  readonly positions?: 1 | 2;
}

/** A law that does not hold for a case. @public */
export class LawBroken extends Error {
  readonly law: LawName;
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(law: LawName, expected: unknown, actual: unknown) {
    super(
      `${law}: ${lawSentences[law].says}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
    );
    this.name = "LawBroken";
    this.law = law;
    this.expected = expected;
    this.actual = actual;
  }
}

/** @throws LawBroken unless both are one value. */
export function same(law: LawName, expected: unknown, actual: unknown): void {
  if (canonical(expected) !== canonical(actual)) throw new LawBroken(law, expected, actual);
}

/** The document as the laws compare it. */
export function viewed<Snapshot, Op>(
  snapshot: Snapshot,
  reading: Reading<Snapshot, Op> | undefined,
): unknown {
  return reading?.view === undefined ? snapshot : reading.view(snapshot);
}

/** The operation as the laws compare it. */
export function viewedOperation<Snapshot, Op>(
  operation: Op,
  reading: Reading<Snapshot, Op> | undefined,
): unknown {
  return reading?.viewOperation === undefined ? operation : reading.viewOperation(operation);
}

/** The document after operations, one by one. */
export function applyEach<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  document: Snapshot,
  ...operations: readonly Op[]
): Snapshot {
  return operations.reduce((snapshot, operation) => type.apply(snapshot, operation), document);
}

/** `type.compose`. @throws TypeError if the type has none: laws that compose must not be put to it. */
export function composed<Snapshot, Op>(type: OtType<Snapshot, Op>, first: Op, second: Op): Op {
  if (type.compose === undefined) throw new TypeError("the type has no compose");
  return type.compose(first, second);
}

/** The operation with an index in the chain. @throws RangeError if the chain is shorter. */
export function nth<Op>(operations: readonly Op[], index: number): Op {
  if (index >= operations.length) throw new RangeError(`the law needs ${index + 1} operations in a row`);
  return operations[index] as Op;
}
