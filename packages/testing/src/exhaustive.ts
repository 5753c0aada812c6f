import { type JsonComponent, type JsonOperation, reach } from "./json-operation.ts";

/**
 * Every operation in normal form on a document of `length` code points with at most `maxComponents` components, each insert being
 * one `letter`; fewest components first. Of two components there are 2, 6, 11 and 17 for lengths 0 to 3.
 * @public
 */
export function everyOperation(length: number, maxComponents: number, letter: string): JsonOperation[] {
  const found: JsonOperation[] = [];
  extend([], length);
  return found.toSorted((a, b) => a.length - b.length);

  function extend(operation: JsonOperation, rest: number): void {
    const last = operation.at(-1);
    if (typeof last !== "number") found.push(operation);
    if (operation.length === maxComponents) return;
    const next: JsonComponent[] = [];
    if (typeof last !== "string") next.push(letter);
    for (let amount = 1; amount <= rest; amount++) {
      if (typeof last !== "number") next.push(amount);
      if (typeof last !== "object") next.push({ d: amount });
    }
    for (const component of next) extend([...operation, component], rest - reach([component]));
  }
}
