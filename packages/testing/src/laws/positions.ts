import type { OtType } from "../ot-type.ts";
import type { Subject } from "../subject.ts";
import { composed, type Law, LawBroken, nth, type Situation, same } from "./law.ts";

type Chain<Snapshot, Op> = Pick<Situation<Snapshot, Op>, "document" | "operations">;

/** What is needed to find where an insert went. */
type Inserts<Snapshot, Op> = Required<Pick<Subject<Snapshot, Op>, "insertAt" | "insertedAt">>;

/** A left-biased position moves over a composed operation as over its parts. Needs a chain of two. @public */
export function positionsGroup<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { operations }: Pick<Chain<Snapshot, Op>, "operations">,
  position: number,
): void {
  const [a, b] = [nth(operations, 0), nth(operations, 1)];
  same("pos-group", moved(type, moved(type, position, a), b), moved(type, position, composed(type, a, b)));
}

/**
 * A left-biased position goes where a pending insert made there would land. Needs a chain of one, and a way to make
 * an insert at a position and to read one: `plainText` has both for the JSON form. @public
 */
export function positionsFollowInserts<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  position: number,
  inserts: Inserts<Snapshot, Op>,
): void {
  const a = nth(operations, 0);
  const landed = type.transform(inserts.insertAt(position, document), a, "left");
  same("pos-is-insert", inserts.insertedAt(landed), moved(type, position, a));
}

/** Of two positions the one that is not behind the other stays so. Needs a chain of one. @public */
export function positionsKeepOrder<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { operations }: Pick<Chain<Snapshot, Op>, "operations">,
  position: number,
  other: number,
): void {
  const a = nth(operations, 0);
  const ends = [Math.min(position, other), Math.max(position, other)].map((end) => moved(type, end, a));
  same(
    "pos-monotone",
    ends.toSorted((one, two) => one - two),
    ends,
  );
}

/** A position in the document stays in the document. Needs a chain of one. @public */
export function positionsStayInside<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Chain<Snapshot, Op>,
  position: number,
  lastPosition: (snapshot: Snapshot) => number,
): void {
  const a = nth(operations, 0);
  const last = lastPosition(type.apply(document, a));
  const at = moved(type, position, a);
  if (!(at >= 0 && at <= last)) throw new LawBroken("pos-inside", `0 to ${last}`, at);
}

/** Both ends of a selection move as positions do. Needs a chain of one. @public */
export function selectionsFollowPositions<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { operations }: Pick<Chain<Snapshot, Op>, "operations">,
  position: number,
  other: number,
): void {
  const a = nth(operations, 0);
  same(
    "selection-ends",
    [moved(type, position, a), moved(type, other, a)],
    type.transformSelection?.([position, other], a),
  );
}

function moved<Snapshot, Op>(type: OtType<Snapshot, Op>, position: number, operation: Op): number {
  if (type.transformPosition === undefined) throw new TypeError("the type has no transformPosition");
  return type.transformPosition(position, operation);
}

function knowsInserts<Snapshot, Op>(
  subject: Subject<Snapshot, Op>,
): subject is Subject<Snapshot, Op> & Inserts<Snapshot, Op> {
  return subject.insertAt !== undefined && subject.insertedAt !== undefined;
}

export const positionLaws: readonly Law[] = [
  {
    name: "pos-monotone",
    needs: [["transformPosition"]],
    knows: ["lastPosition"],
    uses: { operations: 1, positions: 2 },
    check: ({ type }, situation) => positionsKeepOrder(type, situation, situation.position, situation.other),
  },
  {
    name: "pos-inside",
    needs: [["transformPosition"]],
    knows: ["lastPosition"],
    uses: { operations: 1, positions: 1 },
    check: ({ type, subject }, situation) => {
      const last = (snapshot: typeof situation.document): number => subject.lastPosition?.(snapshot) ?? 0;
      positionsStayInside(type, situation, situation.position, last);
    },
  },
  {
    name: "pos-group",
    needs: [["transformPosition"], ["compose"]],
    knows: ["lastPosition"],
    uses: { operations: 2, positions: 1 },
    check: ({ type }, situation) => positionsGroup(type, situation, situation.position),
  },
  {
    name: "pos-is-insert",
    needs: [["transformPosition"]],
    knows: ["lastPosition", "insertAt", "insertedAt"],
    uses: { operations: 1, positions: 1 },
    check: ({ type, subject }, situation) => {
      if (knowsInserts(subject)) positionsFollowInserts(type, situation, situation.position, subject);
    },
  },
  {
    name: "selection-ends",
    needs: [["transformSelection"], ["transformPosition"]],
    knows: ["lastPosition"],
    uses: { operations: 1, positions: 2 },
    check: ({ type }, situation) =>
      selectionsFollowPositions(type, situation, situation.position, situation.other),
  },
];
