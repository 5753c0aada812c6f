import type { Readable } from "node:stream";
import { JsonBounds, type JsonLimits, randomToken, SLICE_UNITS, Unescaper } from "@interline/server";
import type { FastifyRequest } from "fastify";
import { ApiError } from "./api/errors.ts";
import { parseBody } from "./api/json-body.ts";
import type { App } from "./server.ts";
import { readInSlices } from "./sliced-body.ts";

/** What is not in long strings, at most, in UTF-16 code units: it is parsed at once. */
const MAX_SKELETON_UNITS = 1_048_576;

/** Has a scope take JSON, however long, without holding up others. */
export function takeJson(app: App, limits: JsonLimits): void {
  app.addContentTypeParser("application/json", async (request: FastifyRequest, body: Readable) => {
    const json = new SlicedJson(limits);
    await readInSlices(request, body, (slice) => json.take(slice));
    return json.filled(parseBody(json.skeleton));
  });
}

/**
 * A JSON text that comes in slices. How deep it is nested and how many values it has is known before anything
 * is parsed, and long strings, which texts of documents are, are unescaped as they come: in what is parsed at
 * the end a mark stands for each.
 */
export class SlicedJson {
  readonly #bounds: JsonBounds;
  readonly #parts: string[] = [];
  #units = 0;
  /** Long strings, by the number in their mark. */
  readonly #strings: string[] = [];
  /** Nobody can know it, so nobody can write it. */
  readonly #mark = randomToken();
  #string: StringReader | undefined;

  constructor(limits: JsonLimits) {
    this.#bounds = new JsonBounds(limits);
  }

  /** @throws ApiError `ERR_BODY_TOO_COMPLEX`, `ERR_BODY_SYNTAX` */
  take(slice: string): void {
    if (!this.#bounds.take(slice)) throw tooComplex("it has too many values, or is nested too deep");
    let at = 0;
    while (at < slice.length) {
      if (this.#string === undefined) {
        const quote = slice.indexOf('"', at);
        this.#keep(slice.slice(at, quote < 0 ? undefined : quote + 1));
        if (quote < 0) return;
        this.#string = new StringReader();
        at = quote + 1;
        continue;
      }
      const end = this.#string.take(slice, at);
      if (end < 0) return;
      const { long, raw } = this.#string;
      this.#keep(long === undefined ? `${raw}"` : `${this.#mark}${this.#strings.push(long) - 1}"`);
      this.#string = undefined;
      at = end + 1;
    }
  }

  /** All of it, with marks in place of long strings. */
  get skeleton(): string {
    // A string without an end is for the parser to refuse.
    return this.#parts.join("") + (this.#string?.raw ?? "");
  }

  #keep(part: string): void {
    this.#parts.push(part);
    this.#units += part.length;
    if (this.#units > MAX_SKELETON_UNITS) throw tooComplex("there is too much beside its longest strings");
  }

  /** What the skeleton says, with long strings where their marks stand. */
  filled(value: unknown): unknown {
    return this.#strings.length === 0 ? value : this.#filled(value);
  }

  #filled(value: unknown): unknown {
    if (typeof value === "string") {
      return value.startsWith(this.#mark) ? this.#strings[Number(value.slice(this.#mark.length))] : value;
    }
    if (typeof value !== "object" || value === null) return value;
    for (const [key, part] of Object.entries(value))
      (value as Record<string, unknown>)[key] = this.#filled(part);
    return value;
  }
}

/** Reads one string up to its quote. One that gets long is unescaped as it comes. */
class StringReader {
  /** What is not unescaped yet. */
  raw = "";
  readonly #unescaper = new Unescaper();
  readonly #pieces: string[] = [];
  #isEscaped = false;

  /** The string, if it was a long one. */
  get long(): string | undefined {
    return this.#pieces.length === 0 ? undefined : this.#pieces.join("");
  }

  /** Index of the quote that ends it; -1: it goes on. */
  take(slice: string, from: number): number {
    let at = from;
    for (; at < slice.length; at++) {
      const unit = slice.charCodeAt(at);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (unit === 0x5c) this.#isEscaped = true;
      else if (unit === 0x22) break;
    }
    const isAtEnd = at < slice.length;
    this.raw += slice.slice(from, at);
    if (this.raw.length >= SLICE_UNITS || (isAtEnd && this.#pieces.length > 0)) this.#unescape();
    return isAtEnd ? at : -1;
  }

  #unescape(): void {
    try {
      this.#pieces.push(this.#unescaper.take(this.raw));
      this.raw = "";
    } catch (cause) {
      throw new ApiError("ERR_BODY_SYNTAX", undefined, { cause });
    }
  }
}

function tooComplex(why: string): ApiError {
  return new ApiError("ERR_BODY_TOO_COMPLEX", `the body cannot be taken: ${why}`);
}
