import type { IncomingMessage } from "node:http";

/** Letters that stand in a path as they are, so that one may be written into a page. */
const SEGMENTS = /^(?:\/[\w~-][\w.~-]*)*$/;
/** Longest base path, in characters. */
const MAX_LENGTH = 200;

export interface BaseOptions {
  /** The path that the site is under: begins and ends with a slash. */
  readonly basePath: string;
  /** True: a proxy is in front, and may say in `X-Forwarded-Prefix` what it took off the path. */
  readonly isProxied: boolean;
}

/** A path with a slash at both ends, as in `/pad/`; undefined if it is none. `/` and nothing are the root. */
export function basePathOf(path: string): string | undefined {
  const inner = path.replace(/^\/|\/$/g, "");
  const base = inner === "" ? "/" : `/${inner}/`;
  return base.length <= MAX_LENGTH && SEGMENTS.test(base.slice(0, -1)) ? base : undefined;
}

/** What a request asks for within the site. A proxy may pass the base path on or take it off: both are understood. */
export function withoutBase(url: string, basePath: string): string {
  return url.startsWith(basePath) ? `/${url.slice(basePath.length)}` : url;
}

/** The base path as whoever asks sees it: what addresses in answers begin with. */
export function seenBase({ headers }: Pick<IncomingMessage, "headers">, options: BaseOptions): string {
  const prefix = options.isProxied ? headers["x-forwarded-prefix"] : undefined;
  return (typeof prefix === "string" ? basePathOf(prefix) : undefined) ?? options.basePath;
}

/** Where the site is for whoever asks, as in `https://write.example/pad`, without a slash at its end. */
export function seenSite(request: IncomingMessage, options: BaseOptions): string {
  const { host = "", "x-forwarded-proto": forwarded } = request.headers;
  const isSecure = options.isProxied && forwarded !== undefined && /^https\b/i.test(String(forwarded));
  return `${isSecure ? "https" : "http"}://${host}${seenBase(request, options).slice(0, -1)}`;
}
