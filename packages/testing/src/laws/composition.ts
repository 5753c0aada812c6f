import { opposite, type OtType } from "../ot-type.ts";
import type { Reading } from "../subject.ts";
import { applyEach, composed, type Law, nth, type Situation, same, viewed, viewedOperation } from "./law.ts";

/** A document and operations that follow one another on it. */
type Chain<Snapshot, Op> = Omit<Situation<Snapshot, Op>, "pending">;

/** TP1: both ways round the square end in one document, whichever side is pending. Needs one committed operation. @public */
export function convergence<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, pending, operations }: Situation<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const committed = nth(operations, 0);
  for (const side of ["left", "right"] as const) {
    const overCommitted = type.transform(pending, committed, side);
    const overPending = type.transform(committed, pending, opposite(side));
    same(
      "tp1-doc",
      viewed(applyEach(type, document, committed, overCommitted), reading),
      viewed(applyEach(type, document, pending, overPending), reading),
    );
  }
}

/** A composed operation does what its parts do. Needs a chain of two. @public */
export function compositionApplies<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const [a, b] = [nth(operations, 0), nth(operations, 1)];
  same(
    "compose-apply",
    viewed(applyEach(type, document, a, b), reading),
    viewed(type.apply(document, composed(type, a, b)), reading),
  );
}

/** How a chain is bracketed does not change the composed value. Needs a chain of three. @public */
export function compositionAssociates<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { operations }: Pick<Chain<Snapshot, Op>, "operations">,
  reading?: Reading<Snapshot, Op>,
): void {
  const [left, right] = brackets(type, operations);
  same("compose-assoc-value", viewedOperation(left, reading), viewedOperation(right, reading));
}

/** How a chain is bracketed does not change what the composition does. Needs a chain of three. @public */
export function compositionAssociatesByEffect<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const [left, right] = brackets(type, operations);
  same(
    "compose-assoc-effect",
    viewed(type.apply(document, left), reading),
    viewed(type.apply(document, right), reading),
  );
}

/** The operation that changes nothing is neutral in composition. Needs a chain of one. @public */
export function compositionHasIdentity<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  identity: (snapshot: Snapshot) => Op,
  reading?: Reading<Snapshot, Op>,
): void {
  const a = nth(operations, 0);
  const alone = viewedOperation(a, reading);
  const after = composed(type, a, identity(type.apply(document, a)));
  const before = composed(type, identity(document), a);
  same("compose-identity", alone, viewedOperation(after, reading));
  same("compose-identity", alone, viewedOperation(before, reading));
}

function brackets<Snapshot, Op>(type: OtType<Snapshot, Op>, operations: readonly Op[]): [Op, Op] {
  const [a, b, c] = [nth(operations, 0), nth(operations, 1), nth(operations, 2)];
  return [composed(type, composed(type, a, b), c), composed(type, a, composed(type, b, c))];
}

export const compositionLaws: readonly Law[] = [
  {
    name: "tp1-doc",
    needs: [],
    uses: { pending: true, operations: 1 },
    check: ({ type, subject }, situation) => convergence(type, situation, subject),
  },
  {
    name: "compose-apply",
    needs: [["compose"]],
    uses: { operations: 2 },
    check: ({ type, subject }, situation) => compositionApplies(type, situation, subject),
  },
  {
    name: "compose-assoc-effect",
    needs: [["compose"]],
    uses: { operations: 3 },
    check: ({ type, subject }, situation) => compositionAssociatesByEffect(type, situation, subject),
  },
  {
    name: "compose-assoc-value",
    needs: [["compose"]],
    uses: { operations: 3 },
    check: ({ type, subject }, situation) => compositionAssociates(type, situation, subject),
  },
  {
    name: "compose-identity",
    needs: [["compose"]],
    knows: ["identity"],
    uses: { operations: 1 },
    check: ({ type, subject }, situation) => {
      const identity = (document: typeof situation.document): typeof situation.pending =>
        subject.identity?.(document) ?? situation.pending;
      compositionHasIdentity(type, situation, identity, subject);
    },
  },
];
