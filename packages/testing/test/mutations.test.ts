import { type as textUnicode } from "ot-text-unicode";
import { describe, expect, it } from "vitest";
import {
  checkType,
  type JsonComponent,
  type JsonOperation,
  type LawName,
  type OtType,
  plainText,
} from "../src/index.ts";
import { own } from "./subjects.ts";

const stock = textUnicode as OtType<string, JsonOperation>;
const last = <T>(items: readonly T[]): T | undefined => items.at(-1);

/** Counts UTF-16 code units where code points are meant. */
function applyByUnits(text: string, operation: JsonOperation): string {
  let [at, result] = [0, ""];
  for (const component of operation) {
    if (typeof component === "string") result += component;
    else if (typeof component === "object") at += Number(component.d);
    else {
      result += text.slice(at, at + component);
      at += component;
    }
  }
  return result + text.slice(at);
}

/** Takes of every touching insert and delete the insert first. */
function insertsFirst(operation: JsonOperation): JsonOperation {
  const sorted: JsonComponent[] = [];
  for (const component of operation) {
    const before = last(sorted);
    if (typeof component === "string" && typeof before === "object") sorted.splice(-1, 0, component);
    else sorted.push(component);
  }
  return sorted;
}

/** A delete that tells its text from the end to the start. */
function turned({ d }: { readonly d: number | string }): JsonComponent {
  return { d: typeof d === "string" ? Array.from(d).toReversed().join("") : d };
}

const MUTATIONS: readonly [what: string, mutation: Partial<OtType<string, JsonOperation>>, red: LawName[]][] =
  [
    [
      "the sides flipped in transform",
      { transform: (a, b, side) => own.transform(a, b, side === "left" ? "right" : "left") },
      ["group-left-effect", "group-left-value", "group-moves-right", "pos-is-insert"],
    ],
    ["a transform that looks at no side", { transform: (a, b) => own.transform(a, b, "left") }, ["tp1-doc"]],
    [
      "the compose of npm ot-text-unicode",
      { compose: (a, b) => stock.compose?.(a, b) ?? [] },
      ["group-left-effect", "group-left-value", "group-moves-right", "pos-group"],
    ],
    [
      "a compose that loses the end",
      { compose: (a, b) => own.compose(a, b).slice(0, 3) },
      ["compose-apply", "compose-assoc-effect", "compose-identity"],
    ],
    [
      "a compose that goes by size",
      { compose: (a, b) => (a.length > b.length ? (stock.compose?.(a, b) ?? []) : own.compose(a, b)) },
      ["compose-assoc-value"],
    ],
    [
      "a compose that changes its argument",
      {
        compose: (a, b) => {
          const result = own.compose(a, b);
          b.splice(0, 1);
          return result;
        },
      },
      ["pure"],
    ],
    [
      "a transform that writes to its argument what is there already",
      {
        transform: (a, b, side) => {
          if (b.length > 0) b[0] = b[0]!;
          return own.transform(a, b, side);
        },
      },
      ["pure"],
    ],
    ["an apply that splits pairs", { apply: applyByUnits }, ["apply-model", "unicode-whole"]],
    [
      "a position that goes behind an insert made there",
      { transformPosition: (position, a) => own.transformPosition(position, a, "right") },
      ["pos-is-insert"],
    ],
    [
      "a position that does not move",
      { transformPosition: (position) => position },
      ["pos-inside", "pos-is-insert"],
    ],
    [
      "positions that change places",
      { transformPosition: (position, a) => 100 - own.transformPosition(position, a) },
      ["pos-monotone"],
    ],
    [
      "a selection that is turned round",
      { transformSelection: ([anchor, head], a) => own.transformSelection([head, anchor], a) },
      ["selection-ends"],
    ],
    [
      "an inverse that brings nothing back",
      { invertWithDoc: (a, text) => own.invertWithDoc(a, text).filter((part) => typeof part !== "string") },
      ["invert-doc", "invert-involution", "invert-antihomomorphism"],
    ],
    [
      "an inverse with its own order of what touches",
      { invertWithDoc: (a, text) => insertsFirst(own.invertWithDoc(a, text)) },
      ["invert-involution"],
    ],
    [
      "an invert that takes a delete without its text for nothing",
      {
        invert: (a) =>
          a.map((part) => {
            if (typeof part === "number") return part;
            return typeof part === "string" ? { d: part } : part.d;
          }),
      },
      ["invert-refuses"],
    ],
    ["an isInvertible that promises too much", { isInvertible: () => true }, ["invert-refuses"]],
    [
      "an isInvertible that promises nothing",
      { isInvertible: () => false },
      ["invert-refuses", "invert-kept"],
    ],
    [
      "a transform that drops the text of deletes",
      { transform: (a, b, side) => own.stripInvertible(own.transform(a, b, side)) },
      ["invert-kept"],
    ],
    [
      "a compose that drops the text of deletes",
      { compose: (a, b) => own.stripInvertible(own.compose(a, b)) },
      ["invert-kept"],
    ],
    [
      "a normalize that drops the text of deletes",
      { normalize: (a) => own.stripInvertible(a) },
      ["invert-kept"],
    ],
    [
      "a compose that tells the wrong text of deletes",
      {
        compose: (a, b) => own.compose(a, b).map((part) => (typeof part === "object" ? turned(part) : part)),
      },
      ["invert-kept"],
    ],
    ["a makeInvertible that makes nothing so", { makeInvertible: (a) => a }, ["invert-kept"]],
    ["a normalize that does nothing", { normalize: (a) => a }, ["normal-form"]],
    [
      "a checkOp that refuses what the type makes",
      {
        checkOp: (a) => {
          if (a.length > 2) throw new Error("too long");
        },
      },
      ["check-accepts"],
    ],
    [
      "a document that is stored without its line feeds",
      { serialize: (text) => Array.from(text.replaceAll("\n", "")) },
      ["snapshot-round-trip"],
    ],
  ];

describe("the kit tells right from wrong", () => {
  it("is green for a sound type with every function", () => {
    const { broken, results } = checkType(own, { seed: 1 });
    expect(broken).toEqual([]);
    expect(results.filter(({ status }) => status === "not applicable")).toEqual([]);
  });

  it.each(MUTATIONS)("is red for %s", (_what, mutation, red) => {
    expect(checkType({ ...own, ...mutation }, { only: red, seed: 1 }).broken).toEqual(red);
  });

  it("has a mutation for every law that is asked", () => {
    const red = new Set(MUTATIONS.flatMap(([, , laws]) => laws));
    const asked = checkType(own, { runs: 0 }).results.filter(({ isAsked }) => isAsked);
    expect(asked.map(({ law }) => law).filter((law) => !red.has(law))).toEqual([]);
  });

  it("tells of an apply that takes what does not fit, and asks for it only when strict", () => {
    const lenient = { ...own, apply: plainText.model };
    const only: LawName[] = ["lengths-refused"];
    expect(checkType(lenient, { only }).results[0]).toMatchObject({ status: "broken", isAsked: false });
    expect(checkType(lenient, { only, isStrict: true }).broken).toEqual(only);
  });
});
