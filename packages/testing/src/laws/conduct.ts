/**
 * How the functions of a type behave, whatever they compute: they change no argument, cut no character, refuse what does
 * not fit, and give normal forms.
 */
import type { OtType } from "../ot-type.ts";
import type { Subject } from "../subject.ts";
import { brokenString, canonical, copyOf, deepFreeze, UnreadableValue } from "../value.ts";
import {
  type Bench,
  type Law,
  LawBroken,
  nth,
  type Situation,
  same,
  viewed,
  viewedOperation,
} from "./law.ts";

/** No function changes an argument, and none minds that its arguments are frozen. Needs one committed operation. @public */
export function nothingChanges<Snapshot, Op>(
  bench: Bench<Snapshot, Op>,
  situation: Situation<Snapshot, Op>,
): void {
  const { type, subject } = bench;
  const { document, pending } = situation;
  const committed = nth(situation.operations, 0);
  const fresh = (): Values<Snapshot, Op> => ({
    document: copyOf(document),
    pending: copyOf(pending),
    committed: copyOf(committed),
    following: copyOf(type.transform(copyOf(committed), copyOf(pending), "right")),
    loose: copyOf(subject.loosen?.(pending, document) ?? pending),
    telling: copyOf(type.makeInvertible?.(copyOf(pending), document) ?? pending),
  });
  const shown = (values: Values<Snapshot, Op>): unknown => ({
    ...values,
    document: viewed(values.document, subject),
  });
  for (const [name, call] of calls(bench)) {
    const values = fresh();
    const before = canonical(shown(values));
    call(values);
    const after = shown(values);
    if (canonical(after) !== before) {
      throw new LawBroken("pure", { [name]: shown(fresh()) }, { [name]: after });
    }
    try {
      call(deepFreeze(fresh()));
    } catch (error) {
      throw new LawBroken("pure", "the same with frozen arguments", `${name} throws ${String(error)}`);
    }
  }
}

/** What the functions are called with. `following` comes after `pending`; `loose` is `pending`, not in normal form; `telling`, made invertible. */
interface Values<Snapshot, Op> {
  readonly document: Snapshot;
  readonly pending: Op;
  readonly committed: Op;
  readonly following: Op;
  readonly loose: Op;
  readonly telling: Op;
}

type Call<Snapshot, Op> = (values: Values<Snapshot, Op>) => unknown;

/** One call of each function that the type has. */
function calls<Snapshot, Op>({ type }: Bench<Snapshot, Op>): [name: string, call: Call<Snapshot, Op>][] {
  const all: [name: keyof OtType<Snapshot, Op>, call: Call<Snapshot, Op>][] = [
    ["apply", ({ document, pending }) => type.apply(document, pending)],
    ["transform", ({ pending, committed }) => type.transform(pending, committed, "left")],
    ["transform", ({ pending, committed }) => type.transform(pending, committed, "right")],
    ["compose", ({ pending, following }) => type.compose?.(pending, following)],
    ["transformPosition", ({ pending }) => type.transformPosition?.(0, pending)],
    ["transformSelection", ({ pending }) => type.transformSelection?.([0, 0], pending)],
    ["normalize", ({ loose }) => type.normalize?.(loose)],
    ["checkOp", ({ pending }) => type.checkOp?.(pending)],
    ["invertWithDoc", ({ document, pending }) => type.invertWithDoc?.(pending, document)],
    ["invert", ({ telling }) => (type.makeInvertible === undefined ? undefined : type.invert?.(telling))],
    ["makeInvertible", ({ document, loose }) => type.makeInvertible?.(loose, document)],
    ["isInvertible", ({ pending }) => type.isInvertible?.(pending)],
    ["stripInvertible", ({ loose }) => type.stripInvertible?.(loose)],
    ["serialize", ({ document }) => type.serialize?.(document)],
  ];
  return all.filter(([name]) => type[name] !== undefined);
}

/** No document and no operation that comes out holds half of a surrogate pair. Needs one committed operation. @public */
export function charactersStayWhole<Snapshot, Op>(
  { type, subject }: Bench<Snapshot, Op>,
  { document, pending, operations }: Situation<Snapshot, Op>,
): void {
  const committed = nth(operations, 0);
  const outcomes: unknown[] = [viewed(type.apply(document, pending), subject)];
  for (const side of ["left", "right"] as const) {
    const moved = type.transform(pending, committed, side);
    outcomes.push(
      viewedOperation(moved, subject),
      viewed(type.apply(type.apply(document, committed), moved), subject),
    );
    if (type.compose !== undefined) {
      outcomes.push(viewedOperation(type.compose(committed, moved), subject));
    }
  }
  for (const outcome of outcomes) {
    if (brokenString(outcome) !== undefined)
      throw new LawBroken("unicode-whole", "whole characters", outcome);
  }
}

/** What normalize, transform and compose give is left alone by normalize. Needs one committed operation. @public */
export function resultsAreNormal<Snapshot, Op>(
  { type, subject }: Bench<Snapshot, Op>,
  { document, pending, operations }: Situation<Snapshot, Op>,
): void {
  const committed = nth(operations, 0);
  const normal = (operation: Op): Op => type.normalize?.(copyOf(operation)) ?? operation;
  const expectNormal = (operation: Op): void =>
    same("normal-form", viewedOperation(normal(operation), subject), viewedOperation(operation, subject));
  const moved = type.transform(pending, committed, "left");
  expectNormal(normal(pending));
  expectNormal(moved);
  if (type.compose !== undefined) expectNormal(type.compose(committed, moved));
  if (subject.loosen === undefined) return;
  const tidied = normal(subject.loosen(pending, document));
  same("normal-form", viewedOperation(normal(pending), subject), viewedOperation(tidied, subject));
}

/** `apply` refuses operations that reach past the end of the document. @public */
export function misfitsAreRefused<Snapshot, Op>(
  { type, subject }: Bench<Snapshot, Op>,
  { document }: Pick<Situation<Snapshot, Op>, "document">,
): void {
  for (const operation of subject.misfits?.(document) ?? []) {
    let result: Snapshot;
    try {
      result = type.apply(document, operation);
    } catch {
      continue;
    }
    throw new LawBroken(
      "lengths-refused",
      `an error for ${JSON.stringify(viewedOperation(operation, subject))}`,
      viewed(result, subject),
    );
  }
}

/** `checkOp` accepts every operation that the type makes. Needs one committed operation. @public */
export function ownOperationsAreAccepted<Snapshot, Op>(
  { type, subject }: Bench<Snapshot, Op>,
  { pending, operations }: Situation<Snapshot, Op>,
): void {
  const committed = nth(operations, 0);
  const moved = type.transform(pending, committed, "right");
  const made = [pending, moved];
  if (type.compose !== undefined) made.push(type.compose(committed, moved));
  for (const operation of made) {
    try {
      type.checkOp?.(operation);
    } catch (error) {
      if (error instanceof UnreadableValue) throw error;
      const shown = JSON.stringify(viewedOperation(operation, subject));
      throw new LawBroken("check-accepts", shown, `${shown} is refused: ${String(error)}`);
    }
  }
}

const pair = { pending: true, operations: 1 } as const;
const knowsModel: readonly (keyof Subject<unknown, unknown>)[] = ["model"];

export const conductLaws: readonly Law[] = [
  {
    name: "apply-model",
    needs: [],
    knows: knowsModel,
    uses: { operations: 1 },
    check: ({ type, subject }, { document, operations }) => {
      const a = nth(operations, 0);
      if (subject.model === undefined) return;
      same(
        "apply-model",
        viewed(subject.model(document, a), subject),
        viewed(type.apply(document, a), subject),
      );
    },
  },
  { name: "pure", needs: [], uses: pair, check: nothingChanges },
  { name: "unicode-whole", needs: [], uses: pair, check: charactersStayWhole },
  { name: "normal-form", needs: [["normalize"]], uses: pair, check: resultsAreNormal },
  { name: "check-accepts", needs: [["checkOp"]], uses: pair, check: ownOperationsAreAccepted },
  {
    name: "snapshot-round-trip",
    needs: [["serialize"], ["deserialize"]],
    uses: { operations: 0 },
    check: ({ type, subject }, { document }) => {
      const back = type.deserialize?.(type.serialize?.(document)) ?? document;
      same("snapshot-round-trip", viewed(document, subject), viewed(back, subject));
    },
  },
  {
    name: "lengths-refused",
    needs: [],
    knows: ["misfits"],
    uses: { operations: 0 },
    isAdvice: true,
    check: misfitsAreRefused,
  },
];
