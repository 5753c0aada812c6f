import type { Operation } from "@interline/ot";
import type { Entry } from "./document-log.ts";

/** What an operation costs in memory, about: inserted UTF-16 code units, and 8 for every component. @public */
export function weightOf(operation: Operation): number {
  return operation.insertedUnits + 8 * operation.componentCount;
}

/** The first entries, up to and with the one with which they are so heavy or more. */
export function upToWeight(entries: readonly Entry[], maxWeight: number = Infinity): readonly Entry[] {
  let weight = 0;
  for (const [index, { operation }] of entries.entries()) {
    weight += weightOf(operation);
    if (weight >= maxWeight) return entries.slice(0, index + 1);
  }
  return entries;
}
