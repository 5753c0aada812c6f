/**
 * How the kit compares and copies values it knows nothing about: as JSON, with the keys of objects in order.
 */

/** A value that cannot be compared: the subject must say how to read it. @public */
export class UnreadableValue extends TypeError {
  constructor(value: object) {
    super(
      `a ${value.constructor.name} has no toJSON: give the subject a view that turns it into plain values, or every two of them would look the same`,
    );
    this.name = "UnreadableValue";
  }
}

/** JSON text that is equal for equal values: keys sorted, undefined and odd numbers told apart. */
export function canonical(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
  const plain = plainOf(value);
  if (plain !== value) return canonical(plain);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(",")}}`;
}

/** A deep copy, if the value is made of arrays and plain objects only; otherwise the value itself. */
export function copyOf<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) as T;
}

/** Freezes arrays and plain objects to the bottom; what is of a class is left alone. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** The first string in a value, however deep, that holds half of a surrogate pair. */
export function brokenString(value: unknown): string | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(plainOf(value))) {
    const broken = brokenString(key) ?? brokenString(part);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

/** What stands for a value of a class: what its `toJSON` gives. */
function plainOf(value: object): object {
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const plain: unknown = value.toJSON();
    return typeof plain === "object" && plain !== null ? plain : { plain };
  }
  if (!isPlain(value)) throw new UnreadableValue(value);
  return value;
}
