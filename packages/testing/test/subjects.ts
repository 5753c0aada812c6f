import { apply, compose, Operation, Text, transform, transformPosition, type } from "@interline/ot";
import * as fc from "fast-check";
import { type JsonOperation, type OtType, type Subject, textSubject } from "../src/index.ts";

/** The type of @interline/ot, over strings only. */
export const own = {
  ...type,
  name: "interline",
  apply: (document: string, operation: JsonOperation) => String(type.apply(document, operation)),
} satisfies OtType<string, JsonOperation>;

/** The functions of @interline/ot, over its own texts and operations. */
export const ownFunctions = {
  name: "interline functions",
  apply,
  transform,
  compose,
  transformPosition: (position: number, operation: Operation) => transformPosition(position, operation),
} satisfies OtType<Text, Operation>;

export const ownSubject = textSubject<Text, Operation>({
  create: (text) => Text.of(text),
  read: (text) => text.toString(),
  operation: (json, length) => Operation.from(json, length),
  json: (operation) => operation.toJSON(),
});

/** A number that operations add to. */
export const counter = {
  name: "counter",
  apply: (sum: number, operation: number) => sum + operation,
  transform: (operation: number) => operation,
  compose: (a: number, b: number) => a + b,
  invert: (operation: number) => -operation,
} satisfies OtType<number, number>;

export const counterSubject: Subject<number, number> = {
  documents: fc.integer(),
  operations: fc.integer({ min: -100, max: 100 }).map((by) => () => by),
};

/** A list that items are put into, each at its index. */
export interface Put {
  readonly at: number;
  readonly item: string;
}

/** At a tie both inserts give way, or neither: nobody looked at the side. */
export const listWithoutSides = {
  name: "list without sides",
  apply: (list: readonly string[], { at, item }: Put) => list.toSpliced(at, 0, item),
  transform: (put: Put, other: Put) => (other.at <= put.at ? { ...put, at: put.at + 1 } : put),
} satisfies OtType<readonly string[], Put>;

export const listSubject: Subject<readonly string[], Put> = {
  documents: fc.array(fc.constantFrom("a", "b"), { maxLength: 5 }),
  operations: fc.record({ at: fc.nat(9), item: fc.constantFrom("x", "y") }).map(({ at, item }) => (list) => ({
    at: Math.min(at, list.length),
    item,
  })),
};
