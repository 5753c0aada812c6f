/**
 * Code points and UTF-16 code units. Operations count code points; JavaScript strings, CodeMirror and the DOM
 * count code units. Text is always well-formed: a high surrogate is followed by its low one.
 */

import { OtError, OtErrorCode } from "./errors.ts";

const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;
const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

const SURROGATE = /[\ud800-\udfff]/;

/**
 * True if each code unit is a code point. In strings of one byte per unit, which most long ones are, there is nothing to look for;
 * in short ones looking costs more than counting.
 */
const isFlat = (string: string): boolean => string.length > 64 && !SURROGATE.test(string);

/**
 * Number of Unicode code points in a well-formed string. Cost: one pass.
 * @public
 */
export function countPoints(string: string): number {
  let points = string.length;
  if (isFlat(string)) return points;
  for (let unit = 0; unit < string.length; unit++) if (isLowSurrogate(string.charCodeAt(unit))) points--;
  return points;
}

/**
 * Number of Unicode code points in a string, or -1 if it holds half of a surrogate pair. Cost: one pass.
 */
export function countWellFormed(string: string): number {
  const { length } = string;
  let points = length;
  if (isFlat(string)) return points;
  for (let unit = 0; unit < length; unit++) {
    if ((string.charCodeAt(unit) & 0xf800) !== 0xd800) continue;
    if (!isHighSurrogate(string.charCodeAt(unit))) return -1;
    unit++;
    if (!isLowSurrogate(string.charCodeAt(unit))) return -1;
    points--;
  }
  return points;
}

/**
 * Number of Unicode code points in a string. Cost: one pass.
 * @throws OtError `ERR_OPERATION_TEXT` if the string holds half of a surrogate pair.
 */
export function wellFormedPoints(string: string): number {
  const points = countWellFormed(string);
  if (points < 0) throw new OtError(OtErrorCode.OperationText, "text holds half of a surrogate pair");
  return points;
}

/**
 * Offset in UTF-16 code units of the code point with index `point`, in a well-formed string. `point` may be one past
 * the end. Cost: one pass up to the answer.
 * @public
 */
export function unitOfPoint(string: string, point: number): number {
  return unitAfter(string, 0, point);
}

/** The offset `points` code points after the offset `unit`, both offsets in UTF-16 code units. */
export function unitAfter(string: string, unit: number, points: number): number {
  let end = unit;
  for (let passed = 0; passed < points; passed++) end += isHighSurrogate(string.charCodeAt(end)) ? 2 : 1;
  return end;
}

/**
 * True if `unit`, an offset in UTF-16 code units, stands between the two halves of a surrogate pair.
 * @public
 */
export function splitsPair(string: string, unit: number): boolean {
  return (
    unit > 0 &&
    unit < string.length &&
    isLowSurrogate(string.charCodeAt(unit)) &&
    isHighSurrogate(string.charCodeAt(unit - 1))
  );
}
