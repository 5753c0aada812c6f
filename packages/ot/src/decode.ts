import { checkComponents, type Fault, isLength } from "./components.ts";
import { OtErrorCode } from "./errors.ts";
import { Operation } from "./operation.ts";

/** @public */
export interface OperationLimits {
  /** Most components that are accepted. */
  readonly maxComponents: number;
}

/** @public */
export type DecodedOperation = { readonly ok: true; readonly operation: Operation } | Fault;

/**
 * The one door for operations from outside: checks an untrusted value and returns it as an operation for documents of
 * `baseLength` code points. Where that length is not known yet, `undefined` stands for the shortest document that it fits;
 * `Operation.extend` gives it the true length later. The invertible form of a delete, `{d: "text"}`, is read as its length.
 *
 * Never throws, never counts one by one, keeps nothing of the value. Cost: linear in its components and characters.
 * @public
 */
export function decodeOperation(
  value: unknown,
  baseLength: number | undefined,
  limits: OperationLimits,
): DecodedOperation {
  const checked = checkComponents(value, limits.maxComponents);
  if (!checked.ok) return checked;
  const { reach } = checked;
  const length = baseLength ?? reach;
  if (!isLength(length) || reach > length) {
    const message = `the operation reaches ${reach}, the document has ${length} code points`;
    return { ok: false, code: OtErrorCode.LengthMismatch, message };
  }
  return { ok: true, operation: Operation.ofChecked(value as [], length) };
}
