import { opposite, type OtType, type Side } from "../ot-type.ts";
import type { Reading } from "../subject.ts";
import { applyEach, composed, type Law, nth, type Situation, same, viewed, viewedOperation } from "./law.ts";

/**
 * Grouping on the left: a pending operation moved over a composed history has the same value as moved over its
 * parts one by one. Needs two committed operations. @public
 */
export function groupingOnTheLeft<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  situation: Situation<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  grouping(type, situation, "left", reading);
}

/** The same on the right. No type without tombstones keeps both. @public */
export function groupingOnTheRight<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  situation: Situation<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  grouping(type, situation, "right", reading);
}

/** Grouping on a side by what the moved operation does. Needs two committed operations. @public */
export function groupingByEffect<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  situation: Situation<Snapshot, Op>,
  side: Side,
  reading?: Reading<Snapshot, Op>,
): void {
  const [oneByOne, overComposed] = movedBothWays(type, situation, side);
  const after = applyEach(type, situation.document, ...situation.operations);
  same(
    `group-${side}-effect`,
    viewed(type.apply(after, oneByOne), reading),
    viewed(type.apply(after, overComposed), reading),
  );
}

/**
 * Grouping of moves: a composed history on a side, moved over a pending operation, does what its parts do, each moved in its
 * turn. Needs two committed operations. @public
 */
export function groupingOfMoves<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, pending, operations }: Situation<Snapshot, Op>,
  side: Side,
  reading?: Reading<Snapshot, Op>,
): void {
  const [b, c] = [nth(operations, 0), nth(operations, 1)];
  const movedB = type.transform(b, pending, side);
  const movedC = type.transform(c, type.transform(pending, b, opposite(side)), side);
  const after = type.apply(document, pending);
  same(
    `group-moves-${side}`,
    viewed(applyEach(type, after, movedB, movedC), reading),
    viewed(type.apply(after, type.transform(composed(type, b, c), pending, side)), reading),
  );
}

function grouping<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  situation: Situation<Snapshot, Op>,
  side: Side,
  reading: Reading<Snapshot, Op> | undefined,
): void {
  const [oneByOne, overComposed] = movedBothWays(type, situation, side);
  same(`group-${side}-value`, viewedOperation(oneByOne, reading), viewedOperation(overComposed, reading));
}

function movedBothWays<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { pending, operations }: Situation<Snapshot, Op>,
  side: Side,
): [oneByOne: Op, overComposed: Op] {
  const [b, c] = [nth(operations, 0), nth(operations, 1)];
  return [
    type.transform(type.transform(pending, b, side), c, side),
    type.transform(pending, composed(type, b, c), side),
  ];
}

const common = { needs: [["compose"]], uses: { pending: true, operations: 2 } } as const;

export const groupingLaws: readonly Law[] = (["left", "right"] as const).flatMap((side): Law[] => [
  {
    ...common,
    name: `group-${side}-effect`,
    pendingSide: side,
    check: ({ type, subject }, situation) => groupingByEffect(type, situation, side, subject),
  },
  {
    ...common,
    name: `group-${side}-value`,
    pendingSide: side,
    check: ({ type, subject }, situation) => grouping(type, situation, side, subject),
  },
  {
    ...common,
    name: `group-moves-${side}`,
    // The history that moves is committed: it is on the other side than what is pending.
    pendingSide: opposite(side),
    check: ({ type, subject }, situation) => groupingOfMoves(type, situation, side, subject),
  },
]);
