import type { IncomingMessage } from "node:http";

/**
 * True if a page of this origin may connect: no origin (not a browser), the origin of the host that is asked, or one of
 * `allowed` (`https://example.org`, or `*` for all). Keeps other sites from using a visitor's way to the server.
 * @public
 */
export function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes("*") || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
