import { CodeWriter, codesOf, DELETE, INSERT, SKIP } from "./codes.ts";
import { misfit } from "./errors.ts";
import { isNoop, Operation, type Side } from "./operation.ts";

/**
 * `operation` moved over a concurrent `other`: made for the same document as `other`, it now follows it. At a tie between
 * two inserts the `left` one goes first.
 *
 * ```
 *        other
 *     •────────▶•
 *     │         │
 *  op │         │ transform(op, other, side)
 *     ▼         ▼
 *     •────────▶•
 * ```
 *
 * Laws (test `laws.test.ts`): both ways round the square give one text (TP1, with opposite sides). On the left a composed `other` gives
 * the same value as its parts one by one; on the right it does not, so never keep a committed operation that was moved
 * over a composed one. The value is that of npm `ot-text-unicode`, after which the walk is made.
 * Cost: O(components of both), no matter how much text they insert; O(1) for two single edits.
 * @throws OtError `ERR_LENGTH_MISMATCH` if the two are for documents of different lengths.
 * @public
 */
export function transform(operation: Operation, other: Operation, side: Side): Operation {
  if (operation.baseLength !== other.baseLength) {
    throw misfit(other.baseLength, operation.baseLength);
  }
  if (isNoop(other)) return operation;
  if (isNoop(operation)) return Operation.noop(other.targetLength);
  if (operation.codes.length === 0 && other.codes.length === 0) {
    const single = transformSingle(operation, other, side);
    if (single !== undefined) return single;
  }
  return transformWalk(operation, other, side);
}

/**
 * Both sides of the square at once: `[pending moved over committed, committed moved over pending]`, pending = left.
 * @throws OtError `ERR_LENGTH_MISMATCH` as `transform` does.
 * @public
 */
export function transformPair(pending: Operation, committed: Operation): [Operation, Operation] {
  return [transform(pending, committed, "left"), transform(committed, pending, "right")];
}

/** Two single edits in closed form; undefined if the first is cut in two by the second. */
function transformSingle(operation: Operation, other: Operation, side: Side): Operation | undefined {
  const { position, deleted, text, inserted } = operation;
  // In the document that both are for: this one deletes `position` to `end` and inserts there, the other `from` to `to`.
  const end = position + deleted;
  const from = other.position;
  const to = from + other.deleted;
  const length = other.targetLength;
  const before = Math.max(0, Math.min(end, from) - position);
  if (end > to) {
    const after = end - Math.max(position, to);
    if (before === 0) {
      const start = Math.max(position, to) - other.deleted + other.inserted;
      return Operation.single(length, start, after, text, inserted);
    }
    if (other.inserted > 0) return undefined;
    return Operation.single(length, position, before + after, text, inserted);
  }
  if (end === to && side === "right" && inserted > 0 && other.inserted > 0) {
    // Behind the other's insert; what this one deletes stands before it.
    if (before > 0) return undefined;
    return Operation.single(length, from + other.inserted, 0, text, inserted);
  }
  return Operation.single(length, Math.min(position, from), before, text, inserted);
}

const writer: CodeWriter = new CodeWriter();

/**
 * Any two operations, in one walk along the document. Inserted text goes over as it is. The walk holds its place in local
 * variables: in the fields of two readers it takes about half as long again.
 */
function transformWalk(operation: Operation, other: Operation, side: Side): Operation {
  const { text, inserted, widths } = operation;
  const codes = codesOf(operation);
  const otherCodes = codesOf(other);
  // What follows the other's last component is kept.
  const end = other.baseLength << 2;
  let next = 1;
  let otherCode = otherCodes[0] ?? end;
  let otherKind = otherCode & 3;
  let otherLeft = otherCode >> 2;
  let insert = 0;
  let deleted = 0;
  writer.start(text.length !== inserted);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] as number;
    const kind = code & 3;
    let left = code >> 2;
    if (kind === INSERT) {
      if (side === "right") {
        while (otherKind === INSERT) {
          writer.write(SKIP, otherLeft, 0);
          otherCode = otherCodes[next++] ?? end;
          otherKind = otherCode & 3;
          otherLeft = otherCode >> 2;
        }
      }
      writer.write(INSERT, left, widths?.[insert++] ?? text.length);
      continue;
    }
    while (left > 0) {
      if (otherKind === INSERT) writer.write(SKIP, otherLeft, 0);
      else {
        const length = left < otherLeft ? left : otherLeft;
        if (otherKind === SKIP) {
          writer.write(kind, length, 0);
          if (kind === DELETE) deleted += length;
        }
        left -= length;
        otherLeft -= length;
        if (otherLeft > 0) break;
      }
      otherCode = otherCodes[next++] ?? end;
      otherKind = otherCode & 3;
      otherLeft = otherCode >> 2;
    }
  }
  return Operation.written(other.targetLength, deleted, text, inserted, writer);
}
