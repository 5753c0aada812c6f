import type { Readable } from "node:stream";
import { breathe, SLICE_UNITS } from "@interline/server";
import type { FastifyRequest } from "fastify";
import { ApiError } from "./api/errors.ts";

/**
 * Reads a body as it comes, and gives it on in slices. Between two of them others are let in, and the sender waits.
 * @throws ApiError `ERR_BODY_TOO_LARGE`, `ERR_TEXT_ENCODING`, or what `take` throws; the rest of the body is not read then.
 */
export async function readInSlices(
  { headers, routeOptions: { bodyLimit: maxBytes } }: Pick<FastifyRequest, "headers" | "routeOptions">,
  body: Readable,
  take: (slice: string) => void,
): Promise<void> {
  const tooLarge = new ApiError("ERR_BODY_TOO_LARGE", `at most ${maxBytes} bytes are taken here`);
  if (Number(headers["content-length"]) > maxBytes) throw tooLarge;
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let before = 0;
  // Not destroyed on the way out: whoever sent it is to read why it is not taken.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += SLICE_UNITS) {
      const slice = chunk.subarray(at, at + SLICE_UNITS);
      bytes += slice.length;
      if (bytes > maxBytes) throw tooLarge;
      take(decoded(() => utf8.decode(slice, { stream: true })));
      if (bytes - before < SLICE_UNITS) continue;
      before = bytes;
      await breathe();
    }
  }
  take(decoded(() => utf8.decode()));
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new ApiError("ERR_TEXT_ENCODING", "the body is not UTF-8");
  }
}
