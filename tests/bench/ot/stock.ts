import type { Operation } from "@interline/ot";
import { type as textUnicode } from "ot-text-unicode";

export type StockOperation = Parameters<typeof textUnicode.compose>[0];

/** An operation as npm ot-text-unicode takes it. */
export const stockForm = (operation: Operation): StockOperation => operation.toJSON() as StockOperation;

/** Composes in halves, as one must with that package. */
export function stockHalves(
  operations: readonly StockOperation[],
  from = 0,
  to = operations.length,
): StockOperation {
  if (to - from <= 1) return operations[from] ?? [];
  const middle = (from + to) >> 1;
  return textUnicode.compose(stockHalves(operations, from, middle), stockHalves(operations, middle, to));
}
