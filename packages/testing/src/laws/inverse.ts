import type { OtType } from "../ot-type.ts";
import type { Reading } from "../subject.ts";
import { applyEach, composed, type Law, nth, type Situation, same, viewed, viewedOperation } from "./law.ts";

type Chain<Snapshot, Op> = Pick<Situation<Snapshot, Op>, "document" | "operations">;

/** An operation and then its inverse give the document back. Needs a chain of one. @public */
export function inverseUndoes<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const a = nth(operations, 0);
  const undone = applyEach(type, document, a, inverse(type, a, document));
  same("invert-doc", viewed(document, reading), viewed(undone, reading));
}

/** The inverse of the inverse is the operation. Needs a chain of one. @public */
export function inverseOfInverse<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const a = nth(operations, 0);
  const back = inverse(type, inverse(type, a, document), type.apply(document, a));
  same("invert-involution", viewedOperation(a, reading), viewedOperation(back, reading));
}

/** The inverses of two operations, last one first, undo both when composed. Needs a chain of two. @public */
export function inverseOfComposition<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const [a, b] = [nth(operations, 0), nth(operations, 1)];
  const between = type.apply(document, a);
  const undo = composed(type, inverse(type, b, between), inverse(type, a, document));
  const undone = applyEach(type, between, b, undo);
  same("invert-antihomomorphism", viewed(document, reading), viewed(undone, reading));
}

function inverse<Snapshot, Op>(type: OtType<Snapshot, Op>, operation: Op, document: Snapshot): Op {
  if (type.invertWithDoc !== undefined) return type.invertWithDoc(operation, document);
  if (type.invert === undefined) throw new TypeError("the type has no invert");
  return type.invert(operation);
}

export const inverseLaws: readonly Law[] = [
  {
    name: "invert-doc",
    needs: [["invertWithDoc", "invert"]],
    uses: { operations: 1 },
    check: ({ type, subject }, situation) => inverseUndoes(type, situation, subject),
  },
  {
    name: "invert-involution",
    needs: [["invertWithDoc", "invert"]],
    uses: { operations: 1 },
    check: ({ type, subject }, situation) => inverseOfInverse(type, situation, subject),
  },
  {
    name: "invert-antihomomorphism",
    needs: [["invertWithDoc", "invert"], ["compose"]],
    uses: { operations: 2 },
    check: ({ type, subject }, situation) => inverseOfComposition(type, situation, subject),
  },
];
