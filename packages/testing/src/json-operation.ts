/**
 * Plain-text operations in the form of npm `ot-text-unicode`, and the plainest way to apply them: the model that types
 * are compared with.
 */

/** Skip so many code points, insert a string, or delete so many code points, or just these. @public */
export type JsonComponent = number | string | { d: number | string };

/**
 * A change of a whole text; what follows the last component is kept.
 *
 * @example
 * // "Good morning" becomes "Good evening".
 * [5, { d: 4 }, "even"]
 * @public
 */
export type JsonOperation = JsonComponent[];

/** Adds a component, joined with the one before if that is of its kind. */
export function push(operation: JsonOperation, component: JsonComponent): void {
  const last = operation.at(-1);
  if (component === "" || component === 0 || (typeof component === "object" && component.d === 0)) return;
  if (typeof component === "number" && typeof last === "number")
    operation[operation.length - 1] = last + component;
  else if (typeof component === "string" && typeof last === "string") {
    operation[operation.length - 1] = last + component;
  } else if (typeof component === "object" && typeof last === "object") {
    operation[operation.length - 1] = { d: deleted(last) + deleted(component) };
  } else operation.push(component);
}

/** Takes off the skip at the end, if there is one. */
export function trim(operation: JsonOperation): JsonOperation {
  if (typeof operation.at(-1) === "number") operation.pop();
  return operation;
}

/** How many code points of the document the operation needs. */
export function reach(operation: JsonOperation): number {
  let points = 0;
  for (const component of operation) {
    if (typeof component === "number") points += component;
    else if (typeof component === "object") points += deleted(component);
  }
  return points;
}

/** The text after an operation, code point by code point. */
export function applyJson(text: string, operation: JsonOperation): string {
  const points = Array.from(text);
  let at = 0;
  let result = "";
  for (const component of operation) {
    if (typeof component === "string") result += component;
    else if (typeof component === "object") at += deleted(component);
    else {
      result += points.slice(at, at + component).join("");
      at += component;
    }
  }
  return result + points.slice(at).join("");
}

/** The operation with every delete given by its length: a type may keep the deleted text in it, `{d: "text"}`. */
export function withLengths(operation: JsonOperation): JsonOperation {
  return operation.map((component) =>
    typeof component === "object" ? { d: deleted(component) } : component,
  );
}

/** Every component cut in two where it can be, and a skip at the end. */
export function loosen(operation: JsonOperation): JsonOperation {
  return operation.flatMap((component): JsonComponent[] => {
    if (typeof component === "number") return component > 1 ? [1, component - 1] : [component];
    if (typeof component === "string") {
      const [first = "", ...rest] = Array.from(component);
      return rest.length > 0 ? [first, rest.join("")] : [component];
    }
    const length = deleted(component);
    return length > 1 ? [{ d: 1 }, { d: length - 1 }] : [{ d: length }];
  });
}

function deleted(component: { readonly d: number | string }): number {
  return typeof component.d === "number" ? component.d : Array.from(component.d).length;
}
