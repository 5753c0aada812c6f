import { existsSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import sirv from "sirv";

/** What the HTTP side needs to know. */
export interface HttpOptions {
  /** Folder with the built web app. Read at the start. */
  readonly webRoot: string;
  /** False while the server starts or stops. */
  readonly isReady: () => boolean;
}

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'self'",
    "connect-src 'self' ws: wss:",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

/** A page of a document, `/d/<id>`: served by the web app's one page. */
const DOCUMENT_PATH = /^\/d\/[^/]+\/?$/;
/** Files whose name carries a hash of what is in them. */
const HASHED_FILE = /[\\/]assets[\\/]/;

/** Answers HTTP requests: the web app, its pages, and whether the server is well. */
export function createRequestListener({ webRoot, isReady }: HttpOptions): RequestListener {
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
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const pathname = request.url?.split("?", 1)[0] ?? "/";
    if (pathname === "/healthz") return answer(response, 200, "ok\n");
    if (pathname === "/readyz") {
      return isReady() ? answer(response, 200, "ready\n") : answer(response, 503, "not ready\n");
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return answer(response, 405, "Only GET and HEAD are served here.\n");
    }
    if (serveFile === undefined) {
      return answer(
        response,
        404,
        "The web app is not built here: run `pnpm build`. Documents are served at /sync.\n",
      );
    }
    if (DOCUMENT_PATH.test(pathname)) request.url = "/";
    serveFile(request, response, () => answer(response, 404, "There is nothing here.\n"));
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.end(text);
}
