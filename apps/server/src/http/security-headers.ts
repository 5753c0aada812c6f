import { type IncomingMessage, ServerResponse } from "node:http";

/**
 * What a browser is told about the pages of this site. `elsewhere`: other addresses that its page may connect to, such as
 * `https://other.example` or `wss://other.example/sync`, where servers send their clients.
 */
export function securityHeaders(elsewhere: readonly string[]): Readonly<Record<string, string>> {
  const connect = ["'self'", ...new Set(elsewhere.flatMap(sourcesOf))];
  return {
    "content-security-policy": [
      "default-src 'self'",
      `connect-src ${connect.join(" ")}`,
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'self'",
      "form-action 'self'",
      // Nobody lays a page of theirs over this one, and has its buttons pressed.
      "frame-ancestors 'self'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
  };
}

/**
 * What stands in the head of an answer that is written without a response of Node's: its body is read by
 * programs.
 */
export const BARE_HEADERS: readonly string[] = [
  "Cache-Control: no-store",
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options: nosniff",
];

/**
 * Node's response with headers that every answer has, whoever writes it: pages, the API, the carriers, and
 * what Node or the framework answers by itself.
 */
export function responseWith(headers: Readonly<Record<string, string>>): typeof ServerResponse {
  return class extends ServerResponse {
    constructor(request: IncomingMessage) {
      super(request);
      for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    }
  } as typeof ServerResponse;
}

/** The carriers use both: WebSockets and requests. */
function sourcesOf(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { protocol, host } = new URL(address);
  const isSecure = protocol === "https:" || protocol === "wss:";
  return isSecure ? [`https://${host}`, `wss://${host}`] : [`http://${host}`, `ws://${host}`];
}
