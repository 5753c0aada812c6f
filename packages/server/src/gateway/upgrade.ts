import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** True if a request asks to become a WebSocket. Others may ask for HTTP/2 (`h2c`), as curl and Java do, or for TLS. */
export function isWebSocketUpgrade({ headers }: Pick<IncomingMessage, "headers">): boolean {
  return tokensOf(headers.upgrade ?? "").includes("websocket");
}

/**
 * Has a server answer a request whose `Upgrade` is of no interest here as if that were not there, which RFC 9110, section 7.8, allows.
 * Node has given up reading the connection: it gets it back as a new one, which begins with this request. So its body is read, and
 * the connection stays open, as with every other.
 */
export function answerWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    const kept = headerWithoutUpgrade(name, value);
    if (kept !== undefined) lines.push(`${name}: ${kept}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** What is left of a header; undefined: nothing. */
function headerWithoutUpgrade(name: string, value: string): string | undefined {
  switch (name.toLowerCase()) {
    case "upgrade":
    case "http2-settings":
      return undefined;
    case "connection": {
      const kept = tokensOf(value).filter((token) => token !== "upgrade" && token !== "http2-settings");
      return kept.length === 0 ? undefined : kept.join(", ");
    }
    default:
      return value;
  }
}

function tokensOf(value: string): readonly string[] {
  return value.split(",").map((token) => token.trim().toLowerCase());
}
