import { Operation } from "@interline/ot";
import { expect } from "vitest";

/** In tests an operation may be written as the list of its components: `toEqual([3, "x"])`. Lengths are not compared then. */
expect.addEqualityTesters([
  (actual: unknown, expected: unknown): boolean | undefined => {
    if (!(actual instanceof Operation) || !Array.isArray(expected)) return undefined;
    return JSON.stringify(actual) === JSON.stringify(expected);
  },
]);
