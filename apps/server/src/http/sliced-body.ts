import type { Readable } from "node:stream";
import { breathe, SLICE_UNITS } from "@interline/server";
import type { FastifyRequest } from "fastify";
import { ApiError } from "./api/errors.ts";

/**
 * Reads a body as it comes, and gives it on in slices. Between two of them others are let in, and the sender
 * waits. A body that turns out not to be taken is read to its end all the same, as a sender or a proxy that
 * is cut off would not read why; nothing of it is kept.
 * @throws ApiError `ERR_BODY_TOO_LARGE`, at once; `ERR_TEXT_ENCODING`, or what `take` throws.
 */
export async function readInSlices(
  { headers, routeOptions: { bodyLimit: maxBytes } }: Pick<FastifyRequest, "headers" | "routeOptions">,
  body: Readable,
  take: (slice: string) => void,
): Promise<void> {
  const tooLarge = new ApiError("ERR_BODY_TOO_LARGE", `at most ${maxBytes} bytes are taken here`);
  if (Number(headers["content-length"]) > maxBytes) throw tooLarge;
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let fault: unknown;
  const attempt = (work: () => void): void => {
    try {
      if (fault === undefined) work();
    } catch (error) {
      fault = error;
    }
  };
  let bytes = 0;
  let before = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += SLICE_UNITS) {
      const slice = chunk.subarray(at, at + SLICE_UNITS);
      bytes += slice.length;
      if (bytes > maxBytes) throw tooLarge;
      attempt(() => take(decoded(() => utf8.decode(slice, { stream: true }))));
      if (bytes - before < SLICE_UNITS) continue;
      before = bytes;
      await breathe();
    }
  }
  attempt(() => take(decoded(() => utf8.decode())));
  if (fault !== undefined) throw fault;
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new ApiError("ERR_TEXT_ENCODING");
  }
}
