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

/** The carriers use both: WebSockets and requests. */
function sourcesOf(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { protocol, host } = new URL(address);
  const isSecure = protocol === "https:" || protocol === "wss:";
  return isSecure ? [`https://${host}`, `wss://${host}`] : [`http://${host}`, `ws://${host}`];
}
