import { existsSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import sirv from "sirv";
import { pageOf } from "./page.ts";

/** A page of a document, `/d/<id>`: served by the web app's one page. */
const DOCUMENT_PATH = /^\/d\/[^/]+\/?$/;
/** Files whose name carries a hash of what is in them. */
const HASHED_FILE = /[\\/]assets[\\/]/;

/**
 * Serves the built web app and its pages from a folder, which is read at the start. `baseOf` gives the path that the site is under, for
 * whoever asks; default `/`.
 */
export function webApp(
  webRoot: string,
  baseOf: (request: IncomingMessage) => string = () => "/",
): RequestListener {
  const page = pageOf(webRoot);
  const serveFile = existsSync(webRoot)
    ? sirv(webRoot, {
        etag: true,
        setHeaders: (response, pathname) => {
          const isHashed = HASHED_FILE.test(pathname);
          response.setHeader("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
        },
      })
    : undefined;

  return (request, response) => {
    const pathname = request.url?.split("?", 1)[0] ?? "/";
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return answer(response, 405, "Only GET and HEAD are served here.\n");
    }
    if (page === undefined || serveFile === undefined) {
      return answer(
        response,
        404,
        "The web app is not built here: run `pnpm build`. Documents are served at /sync.\n",
      );
    }
    if (pathname === "/" || pathname === "/index.html" || DOCUMENT_PATH.test(pathname)) {
      return page(request, response, { base: baseOf(request), isMissing: false });
    }
    serveFile(request, response, () => {
      // A person reads the page's own words, and finds the way from there.
      const isPage = request.headers.accept?.includes("text/html") === true;
      if (isPage) page(request, response, { base: baseOf(request), isMissing: true });
      else answer(response, 404, "There is nothing here.\n");
    });
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.end(text);
}
