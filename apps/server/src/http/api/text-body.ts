import type { App } from "../server.ts";
import { ApiError } from "./errors.ts";

/** Largest body with a text: the longest document, in UTF-8, and its frame of JSON. */
export const MAX_TEXT_BYTES = 17_000_000;

const MEDIA_TYPES = ["text/plain", "text/markdown"];

/** Has a scope take bodies of text: UTF-8 as it stands, without a byte order mark. */
export function takeText(app: App): void {
  app.addContentTypeParser(MEDIA_TYPES, { parseAs: "buffer" }, (request, body, done) => {
    try {
      const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers["content-type"] ?? "")?.[1];
      if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new TypeError(charset);
      done(null, new TextDecoder("utf-8", { fatal: true }).decode(body as Buffer));
    } catch {
      done(new ApiError("ERR_TEXT_ENCODING", "the text is not UTF-8"));
    }
  });
}
