import { CodeReader, CodeWriter, DELETE, INSERT, SKIP } from "./codes.ts";
import { Operation } from "./operation.ts";
import { countPoints } from "./unicode.ts";

/**
 * The most that a component takes without its text, in bytes: the delete of a long text in JSON, with a
 * comma.
 */
const COMPONENT_BYTES = 17;
/** The most that a UTF-16 code unit of a text takes, in bytes: a control character in JSON. */
const UNIT_BYTES = 6;

/**
 * Cuts an operation in two, `[first, rest]`, so that `first` takes at most `maxBytes` (64 or more) between
 * the brackets of its JSON in UTF-8, and has at most `maxComponents` (2 or more).
 * `rest` is undefined if the whole fits. A large paste travels so in several messages. No character is cut.
 *
 * Law (test `split.test.ts`): `first` and then `rest` have the effect of the whole. Cost: O(1) if the whole
 * fits by far, else O(components + text of `first`).
 * @public
 */
export function splitOperation(
  operation: Operation,
  maxBytes: number,
  maxComponents: number,
): [first: Operation, rest: Operation | undefined] {
  const { baseLength, text, inserted, deleted, componentCount } = operation;
  const isFew = componentCount <= maxComponents;
  if (isFew && componentCount * COMPONENT_BYTES + text.length * UNIT_BYTES <= maxBytes) {
    return [operation, undefined];
  }
  const first = new CodeWriter();
  const rest = new CodeWriter();
  first.start(true);
  rest.start(true);
  const reader = new CodeReader();
  reader.read(operation);
  let bytes = maxBytes;
  let components = 0;
  let unit = 0;
  let points = 0;
  let gone = 0;
  let passed = 0;
  let isCut = false;
  for (; reader.left > 0; reader.next()) {
    const { kind, left, width } = reader;
    bytes -= COMPONENT_BYTES;
    const fits = !isCut && bytes >= 0 && components++ < maxComponents;
    let taken = left;
    let units = kind === INSERT ? width : 0;
    if (!fits) taken = units = 0;
    else if (kind === INSERT) {
      const start = unit;
      [unit, bytes] = withinBytes(text, start, start + width, bytes);
      units = unit - start;
      if (units < width) taken = countPoints(text.slice(start, unit));
    }
    if (taken > 0) first.write(kind, taken, units);
    if (kind === INSERT) points += taken;
    if (kind === DELETE) gone += taken;
    else passed += taken;
    if (taken === left) continue;
    if (!isCut) rest.write(SKIP, passed, 0);
    isCut = true;
    rest.write(kind, left - taken, width - units);
  }
  if (!isCut) return [operation, undefined];
  const head = Operation.written(baseLength, gone, text.slice(0, unit), points, first);
  const tail = [deleted - gone, text.slice(unit), inserted - points, rest] as const;
  return [head, Operation.written(head.targetLength, ...tail)];
}

/**
 * How far a text may be taken, from and to offsets in UTF-16 code units, so that it takes at most so many
 * bytes in JSON; with what is left of them.
 */
function withinBytes(text: string, start: number, end: number, bytes: number): [unit: number, left: number] {
  let left = bytes;
  let unit = start;
  while (unit < end) {
    const code = text.charCodeAt(unit);
    const isPair = (code & 0xfc00) === 0xd800;
    left -= isPair ? 4 : bytesOf(code);
    if (left < 0) return [unit, 0];
    unit += isPair ? 2 : 1;
  }
  return [unit, left];
}

/**
 * What a code unit that is a character takes in JSON, in bytes: control characters, quotes and backslashes
 * are escaped.
 */
function bytesOf(code: number): number {
  if (code >= 0x80) return code < 0x800 ? 2 : 3;
  if (code < 0x20) return (code >= 8 && code <= 10) || code === 12 || code === 13 ? 2 : 6;
  return code === 0x22 || code === 0x5c ? 2 : 1;
}
