import type { IncomingMessage } from "node:http";

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": ":80", "https:": ":443" };

/**
 * True if a page of this origin may connect: no origin (not a browser), the origin of the host that is asked, or one of
 * `allowed` (`https://example.org`, or `*` for all). Keeps other sites from using a visitor's way to the server.
 * @public
 */
export function isOriginAllowed(
  { headers }: Pick<IncomingMessage, "headers">,
  allowed: readonly string[],
): boolean {
  const { origin, host = "" } = headers;
  if (origin === undefined || allowed.includes("*") || allowed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const asked = host.toLowerCase();
  return page.host !== "" && (asked === page.host || asked === page.host + DEFAULT_PORTS[page.protocol]);
}
