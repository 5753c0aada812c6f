import { CodeReader, CodeWriter, DELETE, INSERT, SKIP } from "./codes.ts";
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

const reader: CodeReader = new CodeReader();
const otherReader: CodeReader = new CodeReader();
const writer: CodeWriter = new CodeWriter();

/** Any two operations, in one walk along the document. Inserted text goes over as it is. */
function transformWalk(operation: Operation, other: Operation, side: Side): Operation {
  reader.read(operation);
  otherReader.read(other);
  writer.start(!reader.isNarrow);
  let deleted = 0;
  for (; otherReader.left > 0 && reader.left > 0; otherReader.next()) {
    let rest = otherReader.left;
    if (otherReader.kind === INSERT) {
      if (side === "left" && reader.kind === INSERT) {
        writer.write(INSERT, reader.left, reader.width);
        reader.next();
      }
      writer.write(SKIP, rest, 0);
      continue;
    }
    const isKept = otherReader.kind === SKIP;
    while (rest > 0 && reader.left > 0) {
      const { kind, left } = reader;
      if (kind === INSERT) {
        writer.write(INSERT, left, reader.width);
        reader.next();
        continue;
      }
      const length = left < rest ? left : rest;
      if (isKept) {
        writer.write(kind, length, 0);
        if (kind === DELETE) deleted += length;
      }
      rest -= length;
      if (length === left) reader.next();
      else reader.left = left - length;
    }
  }
  for (; reader.left > 0; reader.next()) {
    writer.write(reader.kind, reader.left, reader.width);
    if (reader.kind === DELETE) deleted += reader.left;
  }
  return Operation.written(other.targetLength, deleted, operation.text, operation.inserted, writer);
}
