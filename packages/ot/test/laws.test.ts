import {
  chainArbitrary,
  compositionApplies,
  compositionAssociates,
  convergence,
  forkArbitrary,
  groupingOnTheLeft,
  positionsFollowInserts,
  positionsGroup,
} from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { Composer, composeAll } from "../src/composer.ts";
import { OtErrorCode } from "../src/errors.ts";
import { invert, invertible } from "../src/invert.ts";
import { isNoop, Operation, replaceOperation } from "../src/operation.ts";
import { transformSelection } from "../src/position.ts";
import { Text } from "../src/text.ts";
import { transform, transformPair } from "../src/transform.ts";
import { algebra, stock, stockInvertible, subject } from "./algebra.ts";

/** Stands for an operation that a case should have had. */
const none = Operation.noop(0);
const runs = { numRuns: 5_000 };

function positionIn(document: string) {
  return fc.integer({ min: 0, max: Text.of(document).points });
}

describe("the laws", () => {
  it("tp1-doc: both ways round the square end in one text", () => {
    fc.assert(
      fc.property(forkArbitrary(1), (fork) => convergence(algebra, fork)),
      runs,
    );
  });

  it("tp1-doc: holds for operations that were transformed and composed before", () => {
    fc.assert(
      fc.property(forkArbitrary(3), ({ document, pending, operations: [a = none, b = none, c = none] }) => {
        convergence(algebra, {
          document: algebra.apply(document, a),
          pending: transform(pending, a, "left"),
          operations: [algebra.compose(b, c)],
        });
      }),
      runs,
    );
  });

  it("compose-apply: a composed operation does what its parts do", () => {
    fc.assert(
      fc.property(chainArbitrary(2), (chain) => compositionApplies(algebra, chain)),
      runs,
    );
  });

  it("compose-assoc-value: composition associates as a value", () => {
    fc.assert(
      fc.property(chainArbitrary(3), (chain) => compositionAssociates(algebra, chain)),
      runs,
    );
  });

  it("compose-online: a composer holds what composing one by one gives, whenever it is asked", () => {
    fc.assert(
      fc.property(chainArbitrary(9), fc.array(fc.nat(8)), ({ operations }, askedAt) => {
        const composer = new Composer();
        let composed: Operation | undefined;
        for (const [index, operation] of operations.entries()) {
          composer.add(operation);
          composed = composed === undefined ? operation : algebra.compose(composed, operation);
          if (askedAt.includes(index)) expectSame(composer.value ?? none, composed);
        }
        expectSame(composer.value ?? none, composed ?? none);
      }),
    );
  });

  it("invert-doc: an operation and its inverse leave the text as it was, and twice inverted it is itself", () => {
    fc.assert(
      fc.property(chainArbitrary(1), ({ document, operations: [a = none] }) => {
        const before = Text.of(document);
        const after = apply(before, a);
        const inverse = invert(a, before);
        expect(apply(after, inverse).toString()).toBe(document);
        expectSame(invert(inverse, after), a);
        expect(invertible(a, before)).toEqual(stockInvertible(a, document));
      }),
      runs,
    );
  });

  it("compose-lengths: operations for other lengths are refused, and composed lengths add up", () => {
    const mismatch = expect.objectContaining({ code: OtErrorCode.LengthMismatch });
    fc.assert(
      fc.property(chainArbitrary(2), ({ operations: [a = none, b = none] }) => {
        const both = algebra.compose(a, b);
        expect([both.baseLength, both.targetLength]).toEqual([a.baseLength, b.targetLength]);
        const longer = b.extend(b.baseLength + 1);
        expect(() => algebra.compose(a, longer)).toThrow(mismatch);
        expect(() => new Composer().add(a).add(longer)).toThrow(mismatch);
        expect(() => transform(a, a.extend(a.baseLength + 1), "left")).toThrow(mismatch);
        expect(() => invert(a, Text.of("x".repeat(a.baseLength + 1)))).toThrow(mismatch);
      }),
    );
  });

  it("compose-identity: the empty operation is neutral in composition", () => {
    fc.assert(
      fc.property(chainArbitrary(1), ({ operations: [a = none] }) => {
        expect(algebra.compose(a, Operation.noop(a.targetLength))).toEqual(a);
        expect(algebra.compose(Operation.noop(a.baseLength), a)).toEqual(a);
      }),
    );
  });

  it("group-safe-left: a pending operation moves over a composed history as over its parts", () => {
    fc.assert(
      fc.property(forkArbitrary(2), (fork) => groupingOnTheLeft(algebra, fork)),
      runs,
    );
  });

  it("group-safe-left: any two groupings of a history give the pending operation one value", () => {
    fc.assert(
      fc.property(forkArbitrary(6), fc.array(fc.nat(5)), fc.array(fc.nat(5)), (fork, cutsA, cutsB) => {
        expect(moveGrouped(fork.pending, fork.operations, cutsA)).toEqual(
          moveGrouped(fork.pending, fork.operations, cutsB),
        );
      }),
      runs,
    );
  });

  it("pos-group: left-biased positions move over a composed operation as over its parts", () => {
    const cases = chainArbitrary(2).chain((chain) =>
      fc.tuple(fc.constant(chain), positionIn(chain.document)),
    );
    fc.assert(
      fc.property(cases, ([chain, position]) => positionsGroup(algebra, chain, position)),
      runs,
    );
  });

  it("pos-is-insert: a position goes where a pending insert made there would land", () => {
    const cases = chainArbitrary(1).chain((chain) =>
      fc.tuple(fc.constant(chain), positionIn(chain.document)),
    );
    fc.assert(
      fc.property(cases, ([chain, position]) => positionsFollowInserts(algebra, chain, position, subject)),
      runs,
    );
  });

  it("pos-monotone: positions keep their order and stay in the document", () => {
    const cases = chainArbitrary(1).chain((chain) =>
      fc.tuple(fc.constant(chain), positionIn(chain.document), positionIn(chain.document)),
    );
    fc.assert(
      fc.property(
        cases,
        ([
          {
            operations: [a = none],
          },
          one,
          other,
        ]) => {
          const low = algebra.transformPosition(Math.min(one, other), a);
          const high = algebra.transformPosition(Math.max(one, other), a);
          expect(low).toBeLessThanOrEqual(high);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(a.targetLength);
        },
      ),
      runs,
    );
  });

  it("selection-clamp: moved selections stay inside the document, and never inside a pair", () => {
    const cases = chainArbitrary(1).chain((chain) =>
      fc.tuple(fc.constant(chain), positionIn(chain.document), positionIn(chain.document)),
    );
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom("left" as const, "right" as const),
        ([chain, anchor, head], side) => {
          const [a = none] = chain.operations;
          const moved = transformSelection({ anchor, head }, a, side);
          const after = Text.of(algebra.apply(chain.document, a));
          for (const position of [moved.anchor, moved.head]) {
            expect(position).toBeLessThanOrEqual(after.points);
            expect(after.pointOfUnit(after.unitOfPoint(position))).toBe(position);
          }
        },
      ),
      runs,
    );
  });

  it("normal-form: every result is in normal form, and equal components are an equal value", () => {
    fc.assert(
      fc.property(forkArbitrary(2), ({ pending, operations: [a = none, b = none] }) => {
        for (const result of [
          transform(pending, a, "left"),
          transform(pending, a, "right"),
          algebra.compose(a, b),
        ]) {
          const again = Operation.from(result.toJSON(), result.baseLength);
          expect(again.equals(result)).toBe(true);
          expect(again.toJSON()).toEqual(result.toJSON());
          const kinds = result.toJSON().map((component) => typeof component);
          expect(kinds.some((kind, index) => kind === kinds[index + 1])).toBe(false);
          expect(kinds.at(-1)).not.toBe("number");
        }
      }),
      runs,
    );
  });

  it("unicode-whole: no result cuts a surrogate pair", () => {
    fc.assert(
      fc.property(forkArbitrary(2), ({ document, pending, operations: [a = none, b = none] }) => {
        const [mine, theirs] = transformPair(pending, algebra.compose(a, b));
        for (const component of [...mine, ...theirs, ...algebra.compose(a, b)]) {
          if (typeof component === "string") expect(component.isWellFormed()).toBe(true);
        }
        expect(algebra.apply(algebra.apply(document, pending), theirs).isWellFormed()).toBe(true);
      }),
      runs,
    );
  });

  it("pure: no function changes an argument", () => {
    fc.assert(
      fc.property(forkArbitrary(2), ({ document, pending, operations }) => {
        const [a = none, b = none] = operations.map((operation) => Object.freeze(operation));
        Object.freeze(pending);
        const before = JSON.stringify([pending, a, b]);
        convergence(algebra, { document, pending, operations: [a] });
        compositionApplies(algebra, { document, operations: [a, b] });
        groupingOnTheLeft(algebra, { document, pending, operations: [a, b] });
        expect(JSON.stringify([pending, a, b])).toBe(before);
      }),
    );
  });
});

describe("the laws tell right from wrong", () => {
  const smallest = {
    document: "A",
    pending: Operation.from([1, "x"], 1),
    operations: [Operation.from([{ d: 1 }], 1), Operation.from(["z"], 0)],
  };

  it("grouping on the left breaks with the compose of npm ot-text-unicode", () => {
    expect(() => groupingOnTheLeft(stock, smallest)).toThrow("grouping on the left");
    expect(() => groupingOnTheLeft(algebra, smallest)).not.toThrow();
    const outcome = fc.check(
      fc.property(forkArbitrary(2), (fork) => groupingOnTheLeft(stock, fork)),
      { numRuns: 20_000, seed: 1 },
    );
    expect(outcome.failed).toBe(true);
  });

  it("transform gives the value that the package gives, on both sides", () => {
    fc.assert(
      fc.property(forkArbitrary(2), ({ pending, operations: [a = none, b = none] }) => {
        const both = composeAll([a, b]);
        for (const side of ["left", "right"] as const) {
          for (const other of [a, both]) {
            expectSame(transform(pending, other, side), stock.transform(pending, other, side));
            expectSame(transform(other, pending, side), stock.transform(other, pending, side));
          }
        }
      }),
      runs,
    );
  });

  it("our apply and our compose agree in effect with the package", () => {
    fc.assert(
      fc.property(chainArbitrary(2), ({ document, operations: [a = none, b = none] }) => {
        expect(algebra.apply(document, a)).toBe(stock.apply(document, a));
        expect(algebra.apply(document, algebra.compose(a, b))).toBe(
          stock.apply(document, stock.compose(a, b)),
        );
      }),
      runs,
    );
  });

  it("tie-left: two people who type forward at one place never mix their words", () => {
    expect(mixedWords("left")).toBe(0);
    expect(mixedWords("right")).toBeGreaterThan(0);
  });
});

/** Moves `pending` over `operations`, composed between the given cuts. */
function moveGrouped(
  pending: Operation,
  operations: readonly Operation[],
  cuts: readonly number[],
): Operation {
  const bounds = [...new Set([0, ...cuts, operations.length])].toSorted((a, b) => a - b);
  let moved = pending;
  for (let index = 0; index + 1 < bounds.length; index++) {
    moved = transform(moved, composeAll(operations.slice(bounds[index], bounds[index + 1])), "left");
  }
  return moved;
}

interface Writer {
  readonly letter: string;
  version: number;
  inFlight: Operation | undefined;
  buffer: Operation;
  shown: string;
  typed: number;
}

/** Two people type a word of four letters each at one place, one operation in flight: how many of 300 schedules mix them? */
function mixedWords(pending: "left" | "right"): number {
  const committed = pending === "left" ? "right" : "left";
  const random = fc.sample(fc.array(fc.nat(5), { minLength: 400, maxLength: 400 }), {
    numRuns: 300,
    seed: 7,
  });
  let mixed = 0;
  for (const choices of random) {
    const log: { operation: Operation; author: Writer }[] = [];
    const writers: Writer[] = ["a", "b"].map((letter) => ({
      letter,
      version: 0,
      inFlight: undefined,
      buffer: none,
      shown: "",
      typed: 0,
    }));
    for (const choice of choices) {
      const writer = writers[choice & 1]!;
      if (choice >> 1 === 0 && writer.typed < 4) {
        const at = writer.shown.lastIndexOf(writer.letter) + 1;
        const edit = replaceOperation(at, at, writer.letter, writer.shown.length);
        writer.buffer = algebra.compose(writer.buffer, edit);
        writer.shown = algebra.apply(writer.shown, edit);
        writer.typed++;
      } else if (choice >> 1 === 1 && writer.inFlight === undefined) {
        if (!isNoop(writer.buffer)) {
          writer.inFlight = writer.buffer;
          writer.buffer = Operation.noop(writer.shown.length);
          const missed = log.slice(writer.version);
          const operation = missed.reduce(
            (op, entry) => transform(op, entry.operation, pending),
            writer.inFlight,
          );
          log.push({ operation, author: writer });
        }
      } else if (choice >> 1 === 2 && writer.version < log.length) {
        const entry = log[writer.version++]!;
        if (entry.author === writer) writer.inFlight = undefined;
        else {
          let overInFlight = entry.operation;
          if (writer.inFlight !== undefined) {
            overInFlight = transform(entry.operation, writer.inFlight, committed);
            writer.inFlight = transform(writer.inFlight, entry.operation, pending);
          }
          const remote = transform(overInFlight, writer.buffer, committed);
          writer.buffer = transform(writer.buffer, overInFlight, pending);
          writer.shown = algebra.apply(writer.shown, remote);
        }
      }
    }
    expect(writers[0]!.shown).toBe(writers[1]!.shown);
    if (/ab+a|ba+b/.test(writers[0]!.shown)) mixed++;
  }
  return mixed;
}

/** As `toEqual`, which takes a thousand times as long when both are the same. */
function expectSame(actual: Operation, expected: Operation): void {
  if (!actual.equals(expected)) expect(actual).toEqual(expected);
}
