import { type TextAlgebra, type TextSubject, textSubject } from "@interline/testing";
import { type as textUnicode } from "ot-text-unicode";
import { apply } from "../src/apply.ts";
import type { Component } from "../src/components.ts";
import { compose } from "../src/compose.ts";
import { Operation } from "../src/operation.ts";
import { transformPosition } from "../src/position.ts";
import { Text } from "../src/text.ts";
import { transform } from "../src/transform.ts";

type StockOperation = Parameters<typeof textUnicode.compose>[0];

/** An operation as the npm package takes it. */
const stockForm = (operation: Operation): StockOperation => operation.toJSON() as StockOperation;

/** Our functions. */
export const algebra: TextAlgebra = {
  apply: (document, operation) => apply(Text.of(document), operation).toString(),
  compose,
  transform,
  transformPosition: (position, operation) => transformPosition(position, operation, "left"),
};

/** The npm package: the laws must tell its compose from ours. */
export const stock: TextAlgebra = {
  apply: (document, operation) => textUnicode.apply(document, stockForm(operation)),
  compose: (a, b) =>
    Operation.from(textUnicode.compose(stockForm(a), stockForm(b)) as Component[], a.baseLength),
  transform: (a, b, side) =>
    Operation.from(textUnicode.transform(stockForm(a), stockForm(b), side) as Component[], b.targetLength),
  transformPosition: (position, operation) => textUnicode.transformPosition(position, stockForm(operation)),
};

/** The invertible form that the npm package makes; its typings leave the function out. */
export function stockInvertible(operation: Operation, document: string): unknown {
  const { makeInvertible } = textUnicode as unknown as {
    makeInvertible: (operation: StockOperation, document: string) => unknown;
  };
  return makeInvertible(stockForm(operation), document);
}

/** Strings, with operations in their own form. */
export const subject: TextSubject<string, Operation> = textSubject({
  create: (text) => text,
  read: (text) => text,
  operation: (json, length) => Operation.from(json, length),
  json: (operation) => operation.toJSON(),
});
