import { domString, unsignedLong } from "../form/web-idl.ts";

/** A selection, in UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What `setRangeText` does: text that is replaced, and the selection afterwards, all in UTF-16 code units. */
export interface RangeText extends Range {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

const MODES = ["select", "start", "end", "preserve"];

/**
 * What `setRangeText(...args)` does to a text of this length with this selection (HTML: "textarea/input
 * setRangeText").
 * @throws DOMException IndexSizeError if the start is behind the end; TypeError for what the DOM does not take
 */
export function rangeText(args: readonly unknown[], selection: Range, length: number): RangeText {
  if (args.length === 0 || args.length === 2)
    throw new TypeError(`setRangeText takes 1, 3 or 4 arguments, not ${args.length}.`);
  const insert = domString(args[0]);
  const start = args.length > 1 ? unsignedLong(args[1]) : selection.start;
  const end = args.length > 1 ? unsignedLong(args[2]) : selection.end;
  const mode = args[3] === undefined ? "preserve" : domString(args[3]);
  if (!MODES.includes(mode)) throw new TypeError(`"${mode}" is no selection mode of setRangeText.`);
  if (start > end)
    throw new DOMException(`The start (${start}) is behind the end (${end}).`, "IndexSizeError");
  const from = Math.min(start, length);
  const to = Math.min(end, length);
  return { from, to, insert, ...selectionAfter(mode, from, to, from + insert.length, selection) };
}

function selectionAfter(mode: string, from: number, to: number, newTo: number, selection: Range): Range {
  if (mode === "select") return { start: from, end: newTo };
  if (mode === "start") return { start: from, end: from };
  if (mode === "end") return { start: newTo, end: newTo };
  const moved = (at: number, inside: number): number => (at > to ? at + newTo - to : at > from ? inside : at);
  return { start: moved(selection.start, from), end: moved(selection.end, newTo) };
}
