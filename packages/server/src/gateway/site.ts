import type { IncomingMessage } from "node:http";
import type { Refusal } from "../access/gatekeeper.ts";
import type { Logger } from "../logger.ts";
import { hostName, isHostAllowed } from "./host.ts";
import { isOriginAllowed } from "./origin.ts";

/** What is shown of a header, in characters. */
const SHOWN = 100;

export interface SiteOptions {
  /** Names that the server answers to, beside `localhost` and IP addresses; `*` for all. */
  readonly allowedHosts: readonly string[];
  /** Origins of other sites whose pages may ask; `*` for all. */
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
}

/** The names by which this server is asked, and the sites whose pages may ask it. What it refuses is logged. */
export class Site {
  readonly #hosts: readonly string[];
  readonly #origins: readonly string[];
  readonly #logger: Logger;

  /** @throws RangeError if something among the names is none. */
  constructor({ allowedHosts, allowedOrigins, logger }: SiteOptions) {
    this.#hosts = allowedHosts.map((name) => {
      const host = name === "*" ? name : hostName(name);
      if (host === undefined) throw new RangeError(`${name} is not a host name`);
      return host;
    });
    this.#origins = allowedOrigins;
    this.#logger = logger;
  }

  /** Why a request is not answered under the host that it names, if it is not. */
  hostRefusal(request: IncomingMessage): Refusal | undefined {
    if (isHostAllowed(request, this.#hosts)) return undefined;
    const host = shown(request.headers.host);
    this.#logger.warn(
      { event: "host-refused", host },
      "not a host of this server: allow it with --allow-host",
    );
    const message = `this server does not answer to the host ${JSON.stringify(host)}: if it should, start it with --allow-host and that name`;
    return { code: "ERR_HOST_FORBIDDEN", message };
  }

  /** Why a page may not ask, if it may not. */
  originRefusal(request: IncomingMessage): Refusal | undefined {
    if (isOriginAllowed(request, this.#origins)) return undefined;
    const host = shown(request.headers.host);
    const origin = shown(request.headers.origin);
    this.#logger.warn(
      { event: "origin-refused", origin, host },
      "the origin of a page is neither the host of the request nor allowed: a proxy must pass Host on unchanged",
    );
    const message = `pages of ${origin} may not ask, since the request came for the host ${JSON.stringify(host)}: a proxy must pass Host on unchanged, or start the server with --allow-origin`;
    return { code: "ERR_ORIGIN_FORBIDDEN", message };
  }
}

function shown(header: string | undefined): string {
  return header === undefined ? "" : header.slice(0, SHOWN);
}
