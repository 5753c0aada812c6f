/**
 * Operations that tell all that their inverse must know, so that it is found without the document: those that a client takes back
 * when a server rejects them.
 */
import { opposite, type OtType } from "../ot-type.ts";
import type { Reading } from "../subject.ts";
import { applyEach, type Law, LawBroken, nth, type Situation, same, viewed, viewedOperation } from "./law.ts";

/**
 * `invert` gives what undoes the operation or throws, also for one that does not tell what it takes; and `isInvertible` tells which.
 * Needs a chain of one.
 * @public
 */
export function inverseOrRefusal<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, operations }: Pick<Situation<Snapshot, Op>, "document" | "operations">,
  reading?: Reading<Snapshot, Op>,
): void {
  const a = nth(operations, 0);
  for (const operation of [a, type.makeInvertible?.(a, document), type.stripInvertible?.(a)]) {
    if (operation === undefined) continue;
    const shown = JSON.stringify(viewedOperation(operation, reading));
    const inverse = inverseOf(type, operation);
    const isPromised = type.isInvertible?.(operation) ?? inverse !== undefined;
    if (isPromised !== (inverse !== undefined)) {
      const [expected, actual] = isPromised ? ["an inverse", "an error"] : ["an error", "an inverse"];
      throw new LawBroken("invert-refuses", `${expected} of ${shown}`, actual);
    }
    if (inverse === undefined) continue;
    const undone = applyEach(type, document, operation, inverse);
    same("invert-refuses", viewed(document, reading), viewed(undone, reading));
  }
}

/**
 * An invertible operation stays invertible when it is transformed over, and composed with, another one; its inverse still undoes it.
 * Without `makeInvertible` it is asked of operations that are invertible by themselves. Needs one committed operation.
 * @public
 */
export function invertibleStays<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  { document, pending, operations }: Situation<Snapshot, Op>,
  reading?: Reading<Snapshot, Op>,
): void {
  const law = "invert-kept";
  const undoes = (operation: Op, before: Snapshot): Op => {
    if (type.isInvertible?.(operation) === false) {
      throw new LawBroken(law, "invertible", { "not invertible": viewedOperation(operation, reading) });
    }
    if (type.invert === undefined) throw new TypeError("the type has no invert");
    const undone = applyEach(type, before, operation, type.invert(operation));
    same(law, viewed(before, reading), viewed(undone, reading));
    return operation;
  };
  const made = (operation: Op): Op | undefined => {
    if (type.makeInvertible === undefined) return tellsAll(type, operation) ? operation : undefined;
    const telling = undoes(type.makeInvertible(operation, document), document);
    same(
      law,
      viewed(type.apply(document, operation), reading),
      viewed(type.apply(document, telling), reading),
    );
    return telling;
  };
  const mine = made(pending);
  const theirs = made(nth(operations, 0));
  if (mine === undefined || theirs === undefined) return;
  for (const side of ["left", "right"] as const) {
    for (const [first, second, over] of [
      [theirs, mine, side],
      [mine, theirs, opposite(side)],
    ] as const) {
      const after = type.apply(document, first);
      const moved = undoes(type.transform(second, first, over), after);
      if (type.normalize !== undefined) undoes(type.normalize(moved), after);
      if (type.compose !== undefined) undoes(type.compose(first, moved), document);
    }
  }
}

function inverseOf<Snapshot, Op>(type: OtType<Snapshot, Op>, operation: Op): Op | undefined {
  try {
    return type.invert?.(operation);
  } catch {
    return undefined;
  }
}

function tellsAll<Snapshot, Op>(type: OtType<Snapshot, Op>, operation: Op): boolean {
  return type.isInvertible?.(operation) ?? inverseOf(type, operation) !== undefined;
}

export const invertibleLaws: readonly Law[] = [
  {
    name: "invert-refuses",
    needs: [["invert"]],
    uses: { operations: 1 },
    check: ({ type, subject }, situation) => inverseOrRefusal(type, situation, subject),
  },
  {
    name: "invert-kept",
    needs: [["invert"]],
    uses: { pending: true, operations: 1 },
    check: ({ type, subject }, situation) => invertibleStays(type, situation, subject),
  },
];
