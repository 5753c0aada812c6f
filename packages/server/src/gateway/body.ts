import type { IncomingMessage } from "node:http";

/** What came in a request, as text; or why it is not taken: too large, compressed or not UTF-8, broken off. */
export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: "large" | "encoded" | "broken" };

/** Reads the body of a request, up to `maxBytes`. What is compressed is not unpacked: a few bytes can hide any number. Never rejects. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    request.resume();
    return { ok: false, fault: "encoded" };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Read to its end, or a proxy would take the answer for an accident. Nothing of it is kept.
      if (bytes <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return { ok: false, fault: "broken" };
  }
  if (bytes > maxBytes) return { ok: false, fault: "large" };
  try {
    return { ok: true, text: utf8.decode(Buffer.concat(chunks)) };
  } catch {
    return { ok: false, fault: "encoded" };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
