import { compose, joinRun } from "./compose.ts";
import { misfit, OtError, OtErrorCode } from "./errors.ts";
import type { Operation } from "./operation.ts";

/**
 * Composes operations as they come. Edits that touch, such as typing, are joined at once; the rest stands in a binary
 * counter, so that each new operation is composed with one of its own size and no long result is walked for a short one.
 *
 * Law: `value` is everything added, composed one by one, as a value. Cost: `add` amortised O(size × log count); `value` O(total size)
 * after a change, else O(1).
 *
 * @example
 * const composer = new Composer();
 * composer.add(first).add(second);
 * composer.value; // compose(first, second)
 * @public
 */
export class Composer {
  /** In order; each stands for more runs than what follows it. */
  #parts: Part[] = [];

  /** True if nothing was added since the start or `clear`. */
  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /**
   * Adds the operation that comes next.
   * @throws OtError `ERR_LENGTH_MISMATCH` if it does not follow what was added before; nothing has changed then.
   */
  add(operation: Operation): this {
    const parts = this.#parts;
    const last = parts.at(-1);
    if (last === undefined) {
      parts.push({ operation, runs: 1 });
      return this;
    }
    if (last.operation.targetLength !== operation.baseLength)
      throw misfit(operation.baseLength, last.operation.targetLength);
    const joined = joinRun(last.operation, operation);
    if (joined !== undefined) {
      last.operation = joined;
      return this;
    }
    // Only now is the last part complete: composed earlier, it could not be joined to.
    this.#join((before, newest) => before.runs <= newest.runs);
    parts.push({ operation, runs: 1 });
    return this;
  }

  /** Everything added, as one operation; undefined if nothing was. */
  get value(): Operation | undefined {
    this.#join(() => true);
    return this.#parts[0]?.operation;
  }

  /** Forgets everything. */
  clear(): void {
    this.#parts = [];
  }

  /** Joins the two newest parts as long as they are worth it. */
  #join(isWorthIt: (before: Part, newest: Part) => boolean): void {
    const parts = this.#parts;
    for (let before = parts.at(-2); before !== undefined; before = parts.at(-2)) {
      const newest = parts.at(-1) as Part;
      if (!isWorthIt(before, newest)) return;
      parts.pop();
      before.operation = compose(before.operation, newest.operation);
      before.runs += newest.runs;
    }
  }
}

/**
 * All operations as one, in order, composed as a `Composer` does: one by one, the growing result would be walked each time.
 * Cost: O(total size × log count).
 * @throws OtError `ERR_LENGTH_MISMATCH` if they do not follow one another, or if there are none: no operation, no length.
 * @public
 */
export function composeAll(operations: Iterable<Operation>): Operation {
  const composer = new Composer();
  for (const operation of operations) composer.add(operation);
  const { value } = composer;
  if (value === undefined) throw new OtError(OtErrorCode.LengthMismatch, "nothing to compose");
  return value;
}

interface Part {
  operation: Operation;
  /** How many runs of touching edits it is made of. */
  runs: number;
}
