import { chainArbitrary, forkArbitrary, type JsonComponent, type JsonOperation } from "@interline/testing";
import { hostileOperations } from "@interline/testing/hang";
import * as fc from "fast-check";
import { type as textUnicode } from "ot-text-unicode";
import { describe, expect, it } from "vitest";
import { OtErrorCode, OtTypeErrorCode } from "../src/errors.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { type } from "../src/type.ts";

/** The functions of the npm package, each on copies of its arguments: some change them. */
const stock = Object.fromEntries(
  Object.entries(textUnicode as unknown as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === "function"
      ? [[name, (...given: unknown[]): unknown => value(...structuredClone(given))]]
      : [],
  ),
) as Record<string, (...given: unknown[]) => unknown>;

const none = Operation.noop(0);
const runs = { numRuns: 400 };
/** Which deletes carry their text: all, none, or as it comes. */
const choices = fc.oneof(
  fc.constant([true]),
  fc.constant([false]),
  fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
);

describe("the type, against npm ot-text-unicode on the same operations", () => {
  it("applies, and transforms to the same value, with the text that deletes carry", () => {
    fc.assert(
      fc.property(forkArbitrary(1), choices, choices, (fork, mineTell, theirsTell) => {
        const mine = telling(fork.pending, fork.document, mineTell);
        const theirs = telling(fork.operations[0] ?? none, fork.document, theirsTell);
        expect(type.apply(fork.document, mine)).toBe(stock["apply"]?.(fork.document, mine));
        for (const side of ["left", "right"] as const) {
          expect(type.transform(mine, theirs, side)).toEqual(stock["transform"]?.(mine, theirs, side));
        }
      }),
      runs,
    );
  });

  it("composes to the same effect, deleting the same text", () => {
    fc.assert(
      fc.property(chainArbitrary(2), ({ document, operations: [first = none, second = none] }) => {
        const a = telling(first, document, [true]);
        const b = telling(second, String(type.apply(document, a)), [true]);
        const ours = type.compose(a, b);
        const theirs = stock["compose"]?.(a, b) as JsonOperation;
        expect(type.apply(document, ours)).toBe(stock["apply"]?.(document, theirs));
        expect(deletedText(ours)).toBe(deletedText(theirs));
      }),
      runs,
    );
  });

  it("normalizes, inverts, strips and makes invertible, from any spelling", () => {
    fc.assert(
      fc.property(chainArbitrary(1), choices, fc.array(fc.nat(4)), (chain, tell, cuts) => {
        const { document } = chain;
        const list = loosened(telling(chain.operations[0] ?? none, document, tell), cuts);
        for (const name of ["normalize", "stripInvertible"] as const) {
          expect([name, type[name](list)]).toEqual([name, stock[name]?.(list)]);
        }
        for (const name of ["makeInvertible", "invertWithDoc"] as const) {
          expect([name, type[name](list, document)]).toEqual([name, stock[name]?.(list, document)]);
        }
        const plain = type.normalize(list);
        expect(type.isInvertible(plain)).toBe(stock["isInvertible"]?.(plain));
        expect(type.isNoop(plain)).toBe(stock["isNoop"]?.(plain));
        expect(type.trim([...plain, 3])).toEqual(stock["trim"]?.([...plain, 3]));
        expect(outcome(() => type.invert(plain))).toEqual(outcome(() => stock["invert"]?.(plain)));
      }),
      runs,
    );
  });

  it.each<[JsonOperation, JsonOperation]>([
    [[0], []],
    [[""], []],
    [[{ d: 0 }], []],
    [[{ d: "" }], []],
    [[3, 0], []],
    [[0, "a", 0, { d: 0 }, "b", 0], ["ab"]],
    [
      [1, "", 1, { d: "" }, { d: "x" }, { d: "y" }, 0],
      [2, { d: "xy" }],
    ],
    [[{ d: "é" }, { d: 1 }, "", 1], [{ d: 2 }]],
  ])("normalizes %j to %j, without a change to it", (list, normal) => {
    for (const component of list) Object.freeze(component);
    expect(type.normalize(Object.freeze(list) as JsonOperation)).toEqual(normal);
    expect(stock["normalize"]?.(list)).toEqual(normal);
  });

  it("moves positions and selections", () => {
    fc.assert(
      fc.property(chainArbitrary(1), choices, fc.nat(20), fc.nat(20), (chain, tell, anchor, head) => {
        const list = telling(chain.operations[0] ?? none, chain.document, tell);
        expect(type.transformPosition(head, list)).toBe(stock["transformPosition"]?.(head, list));
        for (const selection of [head, [anchor, head]] as const) {
          expect(type.transformSelection(selection as number, list)).toEqual(
            stock["transformSelection"]?.(selection, list),
          );
        }
      }),
      runs,
    );
  });

  it("takes for an operation exactly what it takes for one: all lists of up to three components", () => {
    const components = [-1, 0, 1, 2, "", "a", { d: -1 }, { d: 0 }, { d: 1 }, { d: "" }, { d: "a" }];
    let lists: JsonOperation[] = [[]];
    for (let length = 0; length <= 3; length++) {
      for (const list of lists) {
        const isTaken = outcome(() => stock["checkOp"]?.(list)) !== "throws";
        const calls = [
          () => type.checkOp(list),
          () => type.apply("aaaaaaaaaa", list),
          () => type.transform(list, ["x"], "left"),
          () => type.transform(["x"], list, "left"),
          () => type.compose(list, ["x"]),
          () => type.compose(["x"], list),
        ];
        expect([list, calls.map((call) => outcome(call) !== "throws")]).toEqual([
          list,
          calls.map(() => isTaken),
        ]);
      }
      lists = lists.flatMap((list) => components.map((component) => [...list, component]));
    }
  });
});

describe("deletes that carry their text", () => {
  it("keep it through transform exactly where the whole of a delete is told", () => {
    fc.assert(
      fc.property(forkArbitrary(1), choices, (fork, tell) => {
        const { document } = fork;
        const mine = telling(fork.pending, document, tell);
        const theirs = telling(fork.operations[0] ?? none, document, [false]);
        const told = new Set<number>();
        follow(everyPoint(document), mine, told);
        const between = follow(everyPoint(document), theirs, new Set());
        expect(type.transform(mine, theirs, "left")).toEqual(
          toldBy(type.transform(type.stripInvertible(mine), theirs, "left"), between, told, document),
        );
      }),
      runs,
    );
  });

  it("keep it through compose exactly where the whole of a delete is told", () => {
    fc.assert(
      fc.property(chainArbitrary(2), choices, choices, (chain, firstTells, secondTells) => {
        const { document } = chain;
        const a = telling(chain.operations[0] ?? none, document, firstTells);
        const b = telling(chain.operations[1] ?? none, String(type.apply(document, a)), secondTells);
        const told = new Set<number>();
        follow(follow(everyPoint(document), a, told), b, told);
        expect(type.compose(a, b)).toEqual(
          toldBy(
            type.compose(type.stripInvertible(a), type.stripInvertible(b)),
            everyPoint(document),
            told,
            document,
          ),
        );
      }),
      runs,
    );
  });

  it.each([
    [[{ d: "ab" }], [{ d: "cd" }], [{ d: "abcd" }]],
    [[2, { d: "cd" }], [{ d: "ab" }], [{ d: "abcd" }]],
    [[{ d: "ab" }], [{ d: 2 }], [{ d: 4 }]],
    [[{ d: 2 }], [{ d: "cd" }], [{ d: 4 }]],
    [[2, "hi there"], [2, { d: "hi there" }], []],
    [
      [1, "a👻b"],
      [2, { d: 1 }],
      [1, "ab"],
    ],
    [["👻🥰💃"], [1, { d: "🥰" }, 1, { d: "é" }], ["👻💃", { d: "é" }]],
  ])("%j and then %j is %j", (first, second, both) => {
    expect(type.compose(first, second)).toEqual(both);
  });
});

describe("what the type refuses, with a code", () => {
  const notInvertible = expect.objectContaining({ name: "OtError", code: OtTypeErrorCode.NotInvertible });

  it("the inverse of a delete that does not tell its text", () => {
    for (const list of [[{ d: 2 }], [1, { d: 2 }, "x"], ["x", { d: "ab" }, 1, { d: 1 }]]) {
      expect(() => type.invert(list)).toThrow(notInvertible);
      expect(type.isInvertible(list)).toBe(false);
    }
    expect(type.invert([2, { d: "ab" }, "x", 1, { d: "c" }])).toEqual([2, "ab", { d: "x" }, 1, "c"]);
  });

  it("a document that is none", () => {
    const invalid = expect.objectContaining({ code: OtTypeErrorCode.DocumentInvalid });
    for (const value of [123, null, {}, ["text"], true]) {
      expect(() => type.create(value as never)).toThrow(invalid);
      expect(() => type.create(value as never)).toThrow(/must be a string/);
      for (const name of ["makeInvertible", "invertWithDoc"] as const) {
        expect(() => type[name]([], value as never)).toThrow(invalid);
      }
      expect(() => type.apply(value as never, [])).toThrow(invalid);
      expect(() => type.serialize(value as never)).toThrow(invalid);
      expect(() => type.deserialize(value as never)).toThrow(invalid);
    }
    expect(() => type.create("\ud83d")).toThrow(expect.objectContaining({ code: OtErrorCode.OperationText }));
    expect([type.create(), type.create(""), type.create("oh hi")]).toEqual(["", "", "oh hi"]);
  });

  it("a side, and a selection, that is none", () => {
    for (const side of ["middle", "", undefined, true]) {
      expect(() => type.transform(["x"], ["y"], side as never)).toThrow(
        expect.objectContaining({ code: OtTypeErrorCode.SideInvalid }),
      );
    }
    for (const selection of [null, undefined, {}, "1"]) {
      expect(() => type.transformSelection(selection as never, ["x"])).toThrow(
        expect.objectContaining({ code: OtErrorCode.PositionInvalid }),
      );
    }
  });

  it.each<[what: string, call: () => unknown, code: string]>([
    ["a delete past the end", () => type.apply("abc", [1, { d: 3 }]), OtErrorCode.LengthMismatch],
    ["to make it invertible", () => type.makeInvertible([{ d: 4 }], "abc"), OtErrorCode.LengthMismatch],
    ["to invert it", () => type.invertWithDoc([3, { d: 1 }], "abc"), OtErrorCode.LengthMismatch],
    ["half a skip", () => type.checkOp([1.5, "x"]), OtErrorCode.OperationNumber],
    [
      "a skip that no text is long enough for",
      () => type.transform([2 ** 29, "x"], [], "left"),
      OtErrorCode.LengthMismatch,
    ],
    ["half a character in an insert", () => type.normalize(["\ud83d"]), OtErrorCode.OperationText],
    ["half a character in a delete", () => type.normalize([{ d: "\ude00" }]), OtErrorCode.OperationInvalid],
    ["half a character in a document", () => type.apply("a\ud83d", ["x"]), OtErrorCode.OperationText],
    ["null", () => type.normalize([null as never]), OtErrorCode.OperationInvalid],
    ["true", () => type.checkOp([true]), OtErrorCode.OperationInvalid],
    ["a delete with other keys", () => type.checkOp([{ d: 1, x: 1 }]), OtErrorCode.OperationInvalid],
    ["an empty component", () => type.checkOp([1, "", { d: 1 }]), OtTypeErrorCode.OperationNotNormal],
    ["two skips in a row", () => type.apply("abc", [1, 1, "x"]), OtTypeErrorCode.OperationNotNormal],
    ["a skip at the end", () => type.compose(["x"], ["y", 1]), OtTypeErrorCode.OperationNotNormal],
  ])("%s", (_what, call, code) => {
    expect(call).toThrow(expect.objectContaining({ name: "OtError", code }));
  });

  it("nothing else that the README says it takes another way", () => {
    expect(type.transform(["a", "b"], ["x"], "left")).toEqual(["ab"]);
    expect(type.makeInvertible([{ d: "xyz" }], "abc")).toEqual([{ d: "abc" }]);
    expect([[3], [""], []].map((list) => type.isNoop(list))).toEqual([true, true, true]);
    const list = Object.freeze(["x", 3]);
    expect(type.trim(list)).toEqual(["x"]);
  });

  it("whatever is no operation, in every function", () => {
    const calls: Record<string, (operation: never) => unknown> = {
      apply: (operation) => type.apply("A", operation),
      "transform, left": (operation) => type.transform(operation, ["x"], "left"),
      "transform, over": (operation) => type.transform(["x"], operation, "left"),
      "compose, first": (operation) => type.compose(operation, ["x"]),
      "compose, second": (operation) => type.compose(["x"], operation),
      makeInvertible: (operation) => type.makeInvertible(operation, "A"),
      invertWithDoc: (operation) => type.invertWithDoc(operation, "A"),
      transformPosition: (operation) => type.transformPosition(1, operation),
      transformSelection: (operation) => type.transformSelection([0, 1], operation),
      transformPresence: (operation) => type.transformPresence(1, operation, true),
      normalize: (operation) => type.normalize(operation),
      trim: (operation) => type.trim(operation),
      checkOp: (operation) => type.checkOp(operation),
      isNoop: (operation) => type.isNoop(operation),
      isInvertible: (operation) => type.isInvertible(operation),
      stripInvertible: (operation) => type.stripInvertible(operation),
      invert: (operation) => type.invert(operation),
    };
    for (const [name, call] of Object.entries(calls)) {
      for (const operation of hostileOperations) {
        const error = errorOf(() => call(operation as never));
        if (error !== undefined)
          expect([name, operation, error]).toMatchObject([name, operation, { name: "OtError" }]);
      }
    }
  });
});

/** The components of an operation; the deletes carry their text or not, as `tell` says in turn. */
function telling(operation: Operation, document: string, tell: readonly boolean[]): JsonOperation {
  const text = Text.of(document);
  let [at, index] = [0, 0];
  return operation.toJSON().map((component) => {
    if (typeof component === "string") return component;
    const length = typeof component === "number" ? component : component.d;
    at += length;
    if (typeof component === "number") return component;
    return { d: tell[index++ % tell.length] ? text.slice(at - length, at) : length };
  });
}

/** The same with components cut in two and empty ones put between. */
function loosened(list: JsonOperation, cuts: readonly number[]): JsonOperation {
  const empty: JsonComponent[] = [0, "", { d: 0 }, { d: "" }];
  return list.flatMap((component, index) => {
    const at = cuts[index];
    if (at === undefined) return [component];
    const blank = structuredClone(empty[at % 4] ?? 0);
    const points = typeof component === "string" ? Array.from(component) : [];
    if (points.length > 1) return [points.slice(0, 1).join(""), blank, points.slice(1).join("")];
    if (typeof component === "number" && component > 1) return [1, blank, component - 1];
    return [blank, component];
  });
}

function deletedText(list: JsonOperation): string {
  return list.map((component) => (typeof component === "object" ? component.d : "")).join("");
}

const everyPoint = (document: string): (number | undefined)[] => Array.from(document, (_, index) => index);

/** The plainest walk: a text as the origin of each of its code points, after a list. Origins of what is deleted and told go to `told`. */
function follow(
  origins: readonly (number | undefined)[],
  list: JsonOperation,
  told: Set<number>,
): (number | undefined)[] {
  const after: (number | undefined)[] = [];
  let at = 0;
  for (const component of list) {
    if (typeof component === "string") {
      after.push(...Array.from(component, () => undefined));
      continue;
    }
    const isKept = typeof component === "number";
    const length = isKept
      ? component
      : typeof component.d === "number"
        ? component.d
        : Array.from(component.d).length;
    const passed = origins.slice(at, at + length);
    at += length;
    if (isKept) after.push(...passed);
    else if (typeof component.d === "string") {
      for (const origin of passed) if (origin !== undefined) told.add(origin);
    }
  }
  return [...after, ...origins.slice(at)];
}

/** A list of lengths with the text of each delete all of whose code points are told. */
function toldBy(
  list: JsonOperation,
  origins: readonly (number | undefined)[],
  told: ReadonlySet<number>,
  document: string,
): JsonOperation {
  const points = Array.from(document);
  let at = 0;
  return list.map((component) => {
    if (typeof component === "string") return component;
    const length = typeof component === "number" ? component : Number(component.d);
    const passed = origins.slice(at, at + length);
    at += length;
    if (typeof component === "number") return component;
    const isTold = passed.every((origin) => origin !== undefined && told.has(origin));
    return isTold ? { d: passed.map((origin) => points[origin ?? 0]).join("") } : component;
  });
}

function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch {
    return "throws";
  }
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}
