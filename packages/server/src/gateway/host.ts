import type { IncomingMessage } from "node:http";
import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** The host and port of a request: a name or an address, or an IPv6 address in brackets. */
const AUTHORITY = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{0,5})?$/i;
/** The authority of a request target in absolute form, as in `GET http://host/path`. */
const ABSOLUTE_TARGET = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;

/** What is read of a request. */
type Addressed = Pick<IncomingMessage, "url" | "headersDistinct">;

/**
 * True if a request names a host that this server answers to: an IP address, `localhost`, or one of `allowed` (names in lower case, or
 * `*` for every host). Ports do not count: a proxy or a container has others.
 *
 * Keeps out pages that reach the server by DNS rebinding. The browser takes such a page and this server for one site, since both
 * have the page's name, so its `Origin` proves nothing. An address cannot be rebound, nor can `localhost`.
 */
export function isHostAllowed(request: Addressed, allowed: readonly string[]): boolean {
  if (allowed.includes("*")) return true;
  const hosts = request.headersDistinct["host"] ?? [];
  if (hosts.length !== 1) return false;
  // RFC 9112, section 3.2.2, believes an absolute target and ignores Host. Others do it the other way round: both must be allowed.
  const target = ABSOLUTE_TARGET.exec(request.url ?? "")?.[1];
  return [...hosts, ...(target === undefined ? [] : [target])].every((host) => isOurs(host, allowed));
}

function isOurs(authority: string, allowed: readonly string[]): boolean {
  const [, ipv6, name] = AUTHORITY.exec(authority.trim()) ?? [];
  if (ipv6 !== undefined) return isIPv6(ipv6);
  const host = hostName(name ?? "");
  return host !== undefined && (isIPv4(host) || host === "localhost" || allowed.includes(host));
}

/**
 * A host name as `allowedHosts` has it: in lower case, in ASCII, without the dot of a fully qualified name. Undefined if it is no host name, or
 * has a port with it.
 * @public
 */
export function hostName(name: string): string | undefined {
  // `domainToASCII` would read the rest of an address past its host.
  if (!/^[^\s/?#@:\\[\]%]+$/.test(name)) return undefined;
  const ascii = /^[\w.-]+$/.test(name) ? name.toLowerCase() : domainToASCII(name);
  const host = ascii.replace(/\.$/, "");
  return /^[\w-]+(?:\.[\w-]+)*$/.test(host) ? host : undefined;
}
