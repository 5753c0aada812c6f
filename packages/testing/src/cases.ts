import * as fc from "fast-check";
import { type Case, type CaseShape, nth } from "./laws/law.ts";
import type { OtType } from "./ot-type.ts";
import type { Recipe, Subject } from "./subject.ts";
import { canonical, copyOf } from "./value.ts";

/**
 * How one operation of a case comes about. `fresh`: by a recipe. `composed`: two recipes, put together by the type. `moved`: made for
 * the document before, and transformed by the type over the operation that led here.
 */
type Plan<Snapshot, Op> =
  | { readonly kind: "fresh"; readonly recipe: Recipe<Snapshot, Op> }
  | {
      readonly kind: "composed";
      readonly recipe: Recipe<Snapshot, Op>;
      readonly second: Recipe<Snapshot, Op>;
    }
  | { readonly kind: "moved"; readonly recipe: Recipe<Snapshot, Op>; readonly side: "left" | "right" };

/** What a random case is made from. Small parts of it make a small case. */
interface Seeds<Snapshot, Op> {
  readonly document: Snapshot;
  readonly prelude: Recipe<Snapshot, Op>;
  readonly pending: Plan<Snapshot, Op>;
  readonly operations: readonly Plan<Snapshot, Op>[];
  readonly position: number;
  readonly other: number;
}

/** Random cases for a law; `derived` ones hold operations that the type itself made. */
export interface CaseSource<Snapshot, Op> {
  readonly seeds: fc.Arbitrary<Seeds<Snapshot, Op>>;
  /** The case, or undefined if a derived operation does not fit, which other laws tell. */
  build(seeds: Seeds<Snapshot, Op>): Case<Snapshot, Op> | undefined;
}

/** Positions are drawn up to this number and folded into the document. */
const MAX_POSITION = 1000;

/** @internal */
export function randomCases<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  subject: Subject<Snapshot, Op>,
  shape: CaseShape,
  isDerived: boolean,
): CaseSource<Snapshot, Op> {
  const plan = planArbitrary(type, subject, isDerived);
  const position = shape.positions === undefined ? fc.constant(0) : fc.nat(MAX_POSITION);
  return {
    seeds: fc.record({
      document: subject.documents,
      prelude: isDerived ? subject.operations : fc.constant(neutral(subject)),
      pending: shape.pending ? plan : fc.constant({ kind: "fresh" as const, recipe: neutral(subject) }),
      operations: fc.array(plan, { minLength: shape.operations, maxLength: shape.operations }),
      position,
      other: position,
    }),
    build: (seeds) => {
      try {
        return follow(type, subject, shape, seeds, isDerived);
      } catch (error) {
        if (isDerived) return undefined;
        throw error;
      }
    },
  };
}

function planArbitrary<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  subject: Subject<Snapshot, Op>,
  isDerived: boolean,
): fc.Arbitrary<Plan<Snapshot, Op>> {
  const recipe = subject.operations;
  const fresh = fc.record({ kind: fc.constant("fresh" as const), recipe });
  if (!isDerived) return fresh;
  const moved = fc.record({
    kind: fc.constant("moved" as const),
    recipe,
    side: fc.constantFrom("left" as const, "right" as const),
  });
  if (type.compose === undefined) return fc.oneof(fresh, moved);
  return fc.oneof(
    fresh,
    moved,
    fc.record({ kind: fc.constant("composed" as const), recipe, second: recipe }),
  );
}

function follow<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  subject: Subject<Snapshot, Op>,
  shape: CaseShape,
  seeds: Seeds<Snapshot, Op>,
  isDerived: boolean,
): Case<Snapshot, Op> | undefined {
  const next = (document: Snapshot, operation: Op): Snapshot =>
    subject.model === undefined ? type.apply(document, operation) : subject.model(document, operation);
  let before = seeds.document;
  let led = isDerived ? seeds.prelude(before) : undefined;
  const document = led === undefined ? before : next(before, led);
  const make = (plan: Plan<Snapshot, Op>, here: Snapshot): Op => {
    if (plan.kind === "moved" && led !== undefined) {
      return type.transform(plan.recipe(before), led, plan.side);
    }
    const first = plan.recipe(here);
    if (plan.kind !== "composed" || type.compose === undefined) return first;
    return type.compose(first, plan.second(next(here, first)));
  };
  const fits = (operation: Op, here: Snapshot): boolean => subject.fits?.(operation, here) ?? true;

  const pending = make(seeds.pending, document);
  if (!fits(pending, document)) return undefined;
  const operations: Op[] = [];
  let here = document;
  for (const plan of seeds.operations) {
    const operation = make(plan, here);
    if (!fits(operation, here)) return undefined;
    operations.push(operation);
    before = here;
    led = operation;
    here = next(here, operation);
  }
  const places = (shape.positions === undefined ? 0 : (subject.lastPosition?.(document) ?? 0)) + 1;
  return {
    document,
    pending,
    operations,
    position: seeds.position % places,
    other: seeds.other % places,
  };
}

/** Makes an operation for laws that look at none. */
function neutral<Snapshot, Op>(subject: Subject<Snapshot, Op>): Recipe<Snapshot, Op> {
  return (document) => subject.identity?.(document) as Op;
}

/** How far the small cases go. @public */
export interface SmallLimits {
  /** Documents of up to so many characters. */
  readonly size: number;
  /** Operations of up to so many components. */
  readonly components: number;
}

/**
 * All small cases for a law, smallest documents first. Operations are copied for every case, so that a type which changes
 * its arguments spoils only that.
 * @internal
 */
export function* smallCases<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  subject: Subject<Snapshot, Op>,
  shape: CaseShape,
  { size, components }: SmallLimits,
): Generator<Case<Snapshot, Op>> {
  const { small } = subject;
  if (small === undefined) return;
  const known = new Map<string, readonly Op[]>();
  const operationsOn = (document: Snapshot, role: number): readonly Op[] => {
    const key = `${role} ${canonical(subject.view === undefined ? document : subject.view(document))}`;
    const found = known.get(key) ?? small.operations(document, components, role);
    known.set(key, found);
    return found;
  };
  const next = (document: Snapshot, operation: Op): Snapshot =>
    subject.model === undefined ? type.apply(document, operation) : subject.model(document, operation);

  function* chains(document: Snapshot, role: number, left: number): Generator<readonly Op[]> {
    if (left === 0) return yield [];
    for (const operation of operationsOn(document, role)) {
      if (left === 1) yield [copyOf(operation)];
      else
        for (const rest of chains(next(document, operation), role + 1, left - 1))
          yield [copyOf(operation), ...rest];
    }
  }

  for (const document of small.documents(size)) {
    const last = shape.positions === undefined ? 0 : (subject.lastPosition?.(document) ?? 0);
    const pendings = shape.pending ? operationsOn(document, 0) : [neutral(subject)(document)];
    for (const pending of pendings) {
      for (const operations of chains(document, 1, shape.operations)) {
        for (let position = 0; position <= last; position++) {
          const lastOther = shape.positions === 2 ? last : position;
          for (let other = position; other <= lastOther; other++) {
            yield { document, pending: copyOf(pending), operations, position, other };
          }
        }
      }
    }
  }
}

/** The case as plain values, for a report. */
export function describedCase<Snapshot, Op>(
  subject: Subject<Snapshot, Op>,
  shape: CaseShape,
  situation: Case<Snapshot, Op>,
): CaseDescription {
  const view = (operation: Op): unknown => subject.viewOperation?.(operation) ?? operation;
  return {
    document: subject.view === undefined ? situation.document : subject.view(situation.document),
    ...(shape.pending ? { pending: view(situation.pending) } : {}),
    operations: Array.from({ length: shape.operations }, (_, index) =>
      view(nth(situation.operations, index)),
    ),
    ...(shape.positions === undefined
      ? {}
      : {
          positions: shape.positions === 1 ? [situation.position] : [situation.position, situation.other],
        }),
  };
}

/** A case as plain values. @public */
export interface CaseDescription {
  readonly document: unknown;
  /** Concurrent to `operations`, where the law has such a one. */
  readonly pending?: unknown;
  /** One after the other on the document. */
  readonly operations: readonly unknown[];
  readonly positions?: readonly number[];
}
