import type { Readable } from "node:stream";
import { breathe, SLICE_UNITS } from "@interline/server";
import type { FastifyRequest } from "fastify";
import type { App } from "../server.ts";
import { readInSlices } from "../sliced-body.ts";
import { ApiError } from "./errors.ts";

/** Largest body with a text: the longest document, in UTF-8, and its frame of JSON. */
export const MAX_TEXT_BYTES = 17_000_000;

const MEDIA_TYPES = ["text/plain", "text/markdown"];

/** Has a scope take bodies of text: UTF-8 as it stands, without a byte order mark. */
export function takeText(app: App): void {
  app.addContentTypeParser(MEDIA_TYPES, async (request: FastifyRequest, body: Readable) => {
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers["content-type"] ?? "")?.[1];
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
      throw new ApiError("ERR_TEXT_ENCODING");
    }
    const slices: string[] = [];
    await readInSlices(request, body, (slice) => slices.push(slice));
    const text = slices.join("");
    // Fresh memory for all of it at once is a turn's work by itself.
    if (text.length > SLICE_UNITS) await breathe();
    return text;
  });
}
