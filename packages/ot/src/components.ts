import { OtErrorCode } from "./errors.ts";
import { countWellFormed } from "./unicode.ts";

/**
 * One step along the document: a number skips so many code points, a string is inserted, `{d}` deletes so many
 * code points.
 * @public
 */
export type Component = number | string | { readonly d: number };

/** A component, or one that tells the text it deletes: the invertible form of npm `ot-text-unicode`. @public */
export type AnyComponent = number | string | { readonly d: number | string };

/** The longest document that an operation can be made for, in code points: about what a JavaScript string can hold. */
const MAX_LENGTH: number = 2 ** 29 - 1;

/** True if a document can have this length, in code points. */
export function isLength(length: number): boolean {
  return Number.isSafeInteger(length) && length >= 0 && length <= MAX_LENGTH;
}

/** Why a value is no operation. */
export interface Fault {
  readonly ok: false;
  readonly code: OtErrorCode;
  readonly message: string;
}

/**
 * Checks an untrusted list of components. `reach` is how many code points of the document it needs, skips at its end
 * included. Never throws, never counts one by one. Cost: linear in components and characters.
 */
export function checkComponents(
  value: unknown,
  maxComponents: number,
): { readonly ok: true; readonly reach: number } | Fault {
  if (!Array.isArray(value)) return fault(OtErrorCode.OperationInvalid, "an operation is an array");
  if (value.length > maxComponents) {
    return fault(OtErrorCode.OperationTooLarge, `${value.length} components, at most ${maxComponents}`);
  }
  let reach = 0;
  for (const component of value as readonly unknown[]) {
    if (typeof component === "string") {
      if (countWellFormed(component) >= 0) continue;
      return fault(OtErrorCode.OperationText, "inserted text holds half of a surrogate pair");
    }
    const length = typeof component === "number" ? component : deletedLength(component);
    if (length === undefined) {
      return fault(
        OtErrorCode.OperationInvalid,
        "a component is a number, a string or {d: number or string}",
      );
    }
    if (!Number.isSafeInteger(length) || length < 1) {
      return fault(OtErrorCode.OperationNumber, `${length} is no length`);
    }
    reach += length;
    if (reach > Number.MAX_SAFE_INTEGER) return fault(OtErrorCode.OperationNumber, "lengths add up too high");
  }
  return { ok: true, reach };
}

/** How much a delete component deletes, in code points; undefined if it is none. `{d: "text"}` deletes its length. */
export function deletedLength(component: unknown): number | undefined {
  if (typeof component !== "object" || component === null || Array.isArray(component)) return undefined;
  const keys = Object.keys(component);
  if (keys.length !== 1 || keys[0] !== "d") return undefined;
  const { d } = component as { d: unknown };
  if (typeof d === "number") return d;
  if (typeof d !== "string") return undefined;
  const points = countWellFormed(d);
  return points < 0 ? undefined : points;
}

function fault(code: OtErrorCode, message: string): Fault {
  return { ok: false, code, message };
}
