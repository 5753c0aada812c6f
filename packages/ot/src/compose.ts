import { CodeReader, CodeWriter, DELETE, INSERT, SKIP } from "./codes.ts";
import { misfit } from "./errors.ts";
import { isNoop, Operation } from "./operation.ts";
import { unitAfter } from "./unicode.ts";

/** A run of typing is joined letter by letter anywhere up to so many UTF-16 code units, beyond that only at its end. */
const RUN_UNITS = 256;

/**
 * One operation that does `first`, then `second`.
 *
 * Mirrored: where `second` inserts at a place at which `first` deleted, the insert goes *after* the deleted run (npm
 * `ot-text-unicode` puts it before). Only so is `transform(a, compose(b, c), "left")` the same value as
 * `transform(transform(a, b, "left"), c, "left")`, and committed history may be grouped at will. Part of the protocol
 * version: two sides with different compose rules diverge.
 *
 * Laws: `apply(t, compose(a, b))` = `apply(apply(t, a), b)`; associative as a value; the no-op is neutral.
 * Cost: O(components of both), and where an insert is cut and holds surrogate pairs, its characters; O(1) for two single edits that touch.
 * @throws OtError `ERR_LENGTH_MISMATCH` unless `second` is for the length that `first` makes.
 * @public
 */
export function compose(first: Operation, second: Operation): Operation {
  if (first.targetLength !== second.baseLength) throw misfit(second.baseLength, first.targetLength);
  if (isNoop(second)) return first;
  if (isNoop(first)) return second;
  if (first.codes.length > 0 || second.codes.length > 0) return composeWalk(first, second);
  const from = second.position;
  const start = first.position;
  if (from > start + first.inserted) {
    return composeApart(first.baseLength, first, second, from - start - first.inserted);
  }
  const to = from + second.deleted;
  if (to < start) return composeApart(first.baseLength, second, first, start - to);
  return composeTouching(first, second) ?? composeWalk(first, second);
}

/**
 * The next edit of a run joined to what came before it; undefined if it begins another run. Runs are short: inside a long text every
 * edit touches what is there, and copying that each time would cost more than composing in halves.
 */
export function joinRun(run: Operation, next: Operation): Operation | undefined {
  const isShort = run.text.length <= RUN_UNITS || next.position === run.position + run.inserted;
  return isShort ? composeTouching(run, next) : undefined;
}

/**
 * Two single edits that follow one another and touch, as one single edit, in closed form; undefined for all else.
 * Cost: O(1), but for inserted text that is cut and holds surrogate pairs.
 */
function composeTouching(first: Operation, second: Operation): Operation | undefined {
  if (first.codes.length > 0 || second.codes.length > 0) return undefined;
  if (first.targetLength !== second.baseLength) return undefined;
  const from = second.position;
  const to = from + second.deleted;
  const start = first.position;
  const end = start + first.inserted;
  if (from > end || to < start || (from > start && to > end)) return undefined;
  const { text } = first;
  const kept = Math.max(0, from - start);
  const dropped = Math.max(0, Math.min(end, to) - start);
  const isNarrow = text.length === first.inserted;
  const keptUnits = isNarrow ? kept : unitAfter(text, 0, kept);
  const droppedUnits = isNarrow ? dropped : unitAfter(text, keptUnits, dropped - kept);
  return Operation.single(
    first.baseLength,
    Math.min(start, from),
    first.deleted + Math.max(0, start - from) + Math.max(0, to - end),
    keptUnits === text.length
      ? text + second.text
      : text.slice(0, keptUnits) + second.text + text.slice(droppedUnits),
    first.inserted - (dropped - kept) + second.inserted,
  );
}

/** Two single edits of which `one` comes first in the document, with `gap` code points that are kept between them. */
function composeApart(baseLength: number, one: Operation, other: Operation, gap: number): Operation {
  writer.start(false);
  const { codes } = writer;
  let size = 0;
  if (one.position > 0) codes[size++] = one.position << 2;
  if (one.deleted > 0) codes[size++] = (one.deleted << 2) | DELETE;
  if (one.inserted > 0) codes[size++] = (one.inserted << 2) | INSERT;
  codes[size++] = gap << 2;
  if (other.deleted > 0) codes[size++] = (other.deleted << 2) | DELETE;
  if (other.inserted > 0) codes[size++] = (other.inserted << 2) | INSERT;
  return Operation.several(
    baseLength,
    one.deleted + other.deleted,
    one.text + other.text,
    one.inserted + other.inserted,
    codes.slice(0, size),
    one.text.length === one.inserted && other.text.length === other.inserted
      ? undefined
      : [one.text.length, other.text.length].filter((width) => width > 0),
  );
}

const firstReader: CodeReader = new CodeReader();
const secondReader: CodeReader = new CodeReader();
const writer: CodeWriter = new CodeWriter();

/** Any two operations, in one walk along the text between them. */
function composeWalk(first: Operation, second: Operation): Operation {
  firstReader.read(first);
  secondReader.read(second);
  const source = firstReader;
  writer.start(!(source.isNarrow && secondReader.isNarrow));
  let { deleted } = first;
  let inserted = 0;
  let text = "";
  /** In the first one's inserted text: what is from `kept` to `unit` was read and stays, but is not in `text` yet. */
  let kept = 0;
  let unit = 0;
  let secondUnit = 0;
  for (; secondReader.left > 0; secondReader.next()) {
    const { kind, left, width } = secondReader;
    if (kind === INSERT) {
      passDeletes(source);
      writer.write(INSERT, left, width);
      inserted += left;
      if (unit > kept) text += first.text.slice(kept, unit);
      text += second.text.slice(secondUnit, secondUnit + width);
      kept = unit;
      secondUnit += width;
      continue;
    }
    const isSkip = kind === SKIP;
    for (let rest = left; rest > 0; ) {
      passDeletes(source);
      const length = source.left < rest ? source.left : rest;
      if (length === 0) {
        // What follows the first one's last component is text of the document.
        writer.write(kind, rest, 0);
        if (!isSkip) deleted += rest;
        break;
      }
      if (source.kind === SKIP) {
        writer.write(kind, length, 0);
        if (!isSkip) deleted += length;
      } else {
        const units = unitsOfNext(source, first.text, unit, length);
        if (isSkip) {
          writer.write(INSERT, length, units);
          inserted += length;
        } else {
          if (unit > kept) text += first.text.slice(kept, unit);
          kept = unit + units;
        }
        unit += units;
        source.width -= units;
      }
      rest -= length;
      if (length === source.left) source.next();
      else source.left -= length;
    }
  }
  for (; source.left > 0; source.next()) {
    writer.write(source.kind, source.left, source.width);
    if (source.kind !== INSERT) continue;
    inserted += source.left;
    unit += source.width;
  }
  if (unit > kept) text += first.text.slice(kept, unit);
  return Operation.written(first.baseLength, deleted, text, inserted, writer);
}

function passDeletes(source: CodeReader): void {
  while (source.kind === DELETE) {
    writer.write(DELETE, source.left, 0);
    source.next();
  }
}

/** How many UTF-16 code units the next `length` code points of an insert are, which begins at `unit`. */
function unitsOfNext(source: CodeReader, text: string, unit: number, length: number): number {
  if (length === source.left) return source.width;
  return source.isNarrow ? length : unitAfter(text, unit, length) - unit;
}
