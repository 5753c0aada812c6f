import { Readable } from "node:stream";
import { breathe, type DocumentServer, type DocumentText, SLICE_UNITS, slicesOf } from "@interline/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./api/errors.ts";

type Text = DocumentText["text"];

export const JSON_TYPE = "application/json; charset=utf-8";

/**
 * Holds one of the places that an address has for long answers, until this one was sent or broke off. @throws
 * ApiError `ERR_TOO_MANY_READS`
 */
export function holdRead(
  server: Pick<DocumentServer, "holdRead">,
  { address }: FastifyRequest,
  { raw }: FastifyReply,
): void {
  const free = server.holdRead(address);
  if (free === undefined) {
    throw new ApiError("ERR_TOO_MANY_READS");
  }
  raw.once("close", free);
}

/** An answer that is made slice by slice, as fast as it is taken. Between two slices others are let in. */
export function sliced(slices: Iterable<string>): Readable {
  async function* spaced(): AsyncGenerator<string> {
    for (const slice of slices) {
      yield slice;
      await breathe();
    }
  }
  return Readable.from(spaced(), { highWaterMark: 1 });
}

/** A text as it is: as a whole if it is short. */
export function plain(text: Text): string | Readable {
  return text.units <= SLICE_UNITS ? text.toString() : sliced(slicesOf(text));
}

/** The JSON of a value, in slices: long strings and long lists are never written at once. */
export function* jsonSlices(value: unknown): Generator<string> {
  let slice = "";
  for (const piece of piecesOf(value)) {
    slice += piece;
    if (slice.length < SLICE_UNITS) continue;
    yield slice;
    slice = "";
  }
  if (slice !== "") yield slice;
}

/** A string that is not all there is: `slices` one after another. */
export class LongString {
  readonly slices: Iterable<string>;

  constructor(slices: Iterable<string>) {
    this.slices = slices;
  }
}

function* piecesOf(value: unknown): Generator<string> {
  if (typeof value === "string" && value.length > SLICE_UNITS) yield* quoted(cut(value));
  else if (value instanceof LongString) yield* quoted(value.slices);
  else if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) {
      yield index === 0 ? "[" : ",";
      yield* piecesOf(part);
    }
    yield value.length === 0 ? "[]" : "]";
  } else if (typeof value === "object" && value !== null) {
    let before = "{";
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* piecesOf(part);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  } else yield JSON.stringify(value);
}

function* quoted(slices: Iterable<string>): Generator<string> {
  yield '"';
  for (const slice of slices) yield JSON.stringify(slice).slice(1, -1);
  yield '"';
}

/** Never inside a pair: half of one would be written as an escape. */
function* cut(string: string): Generator<string> {
  for (let start = 0; start < string.length; ) {
    let end = Math.min(string.length, start + SLICE_UNITS);
    if (end < string.length && (string.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
    yield string.slice(start, end);
    start = end;
  }
}
