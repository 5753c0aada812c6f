import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { matches, tagsOf } from "./entity-tags.ts";

/** What the built page says of where it is. */
const BASE = '<base href="/"';

/**
 * Answers with the web app's one page. `isMissing`: for an address that leads nowhere, as the page will say.
 */
export type Page = (
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly base: string; readonly isMissing: boolean },
) => void;

/** The page of a folder, which is read now. It finds its files, the API and its documents under `base`. Undefined: there is none. */
export function pageOf(webRoot: string): Page | undefined {
  const file = join(webRoot, "index.html");
  if (!existsSync(file)) return undefined;
  const built = readFileSync(file, "utf8");
  return (request, response, { base, isMissing }) => {
    const html = built.replace(BASE, `<base href="${base}"`);
    const type = "text/html; charset=utf-8";
    const content = { "content-type": type, "content-length": Buffer.byteLength(html) };
    if (isMissing) {
      response.writeHead(404, { ...content, "cache-control": "no-store" });
      response.end(request.method === "HEAD" ? undefined : html);
      return;
    }
    const tag = `"${createHash("sha256").update(html).digest("base64url").slice(0, 22)}"`;
    response.setHeader("etag", tag).setHeader("cache-control", "no-cache");
    if (matches(tagsOf(request.headers["if-none-match"]), tag)) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, content);
    response.end(request.method === "HEAD" ? undefined : html);
  };
}
