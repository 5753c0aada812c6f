import { OtError, OtErrorCode } from "./errors.ts";
import { type Operation, OperationBuilder } from "./operation.ts";
import { countPoints } from "./unicode.ts";

/** A component that knows the text it deletes: the invertible form of npm `ot-text-unicode`. @public */
export type InvertibleComponent = number | string | { readonly d: string };

/** What an inverse needs of the text that an operation was applied to: `Text` is one. Counts code points. @public */
export interface InvertedText {
  readonly points: number;
  slice(from: number, to: number): string;
}

/**
 * The operation that takes another one back. `before` is the text that it was applied to.
 *
 * Laws: `apply(apply(t, a), invert(a, t))` = `t`; inverted twice it is the same value. It does *not* hold
 * that `compose(a, invert(a, t))` is the no-op as a value: what was deleted is inserted again. Cost:
 * O(components × log n + deleted).
 * @throws OtError `ERR_LENGTH_MISMATCH` if the text is not of the operation's base length.
 * @public
 */
export function invert(operation: Operation, before: InvertedText): Operation {
  const builder = new OperationBuilder(operation.targetLength);
  for (const component of invertible(operation, before)) {
    if (typeof component === "number") builder.skip(component);
    else if (typeof component === "string") builder.delete(countPoints(component));
    else builder.insert(component.d);
  }
  return builder.build();
}

/**
 * The components of an operation with the text that they delete: the invertible form of npm `ot-text-unicode`.
 *
 * @example invertible(Operation.from([1, { d: 2 }], 3), Text.of("abc")) // [1, { d: "bc" }]
 * @throws OtError `ERR_LENGTH_MISMATCH` if the text is not of the operation's base length.
 * @public
 */
export function invertible(operation: Operation, before: InvertedText): InvertibleComponent[] {
  if (before.points !== operation.baseLength) {
    throw new OtError(
      OtErrorCode.LengthMismatch,
      `the operation is for ${operation.baseLength} code points, the text has ${before.points}`,
    );
  }
  const components: InvertibleComponent[] = [];
  let point = 0;
  for (const component of operation) {
    if (typeof component === "object") {
      components.push({ d: before.slice(point, point + component.d) });
      point += component.d;
    } else {
      components.push(component);
      if (typeof component === "number") point += component;
    }
  }
  return components;
}
