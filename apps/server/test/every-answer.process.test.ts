import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Running, run } from "./running.ts";

let server: Running;
beforeAll(async () => {
  server = await run();
});
afterAll(() => server.stop());

const WEBSOCKET = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** What is asked, and the status of the answer. */
const REQUESTS: readonly [request: string, status: number, ...headers: string[]][] = [
  ["GET /nothing.js", 404],
  ["POST /", 405],
  ["GET /healthz", 200],
  ["PUT /healthz", 405],
  ["GET /metrics", 200],
  ["GET /api/v1/documents", 200],
  ["OPTIONS /api/v1/documents", 204],
  ["TRACE /api/v1/documents", 405],
  ["GET /api/v1/nothing", 404],
  // What the framework answers, or Node, before any of our code.
  ["GET /%zz", 400],
  ["GET /api/v1/documents/%zz", 400],
  [`GET /api/v1/documents/${"x".repeat(300)}`, 400],
  ["GET /", 417, "Expect: something"],
  ["BREW /", 400],
  ["GET /", 431, `X: ${"y".repeat(20_000)}`],
  ["GET /", 400, "Content-Length: x"],
  // The carriers.
  ["GET /sync", 404],
  ["PUT /sync", 405],
  ["GET /sync", 400, ...WEBSOCKET, "Sec-WebSocket-Protocol: unheard-of"],
  ["GET /sync", 403, ...WEBSOCKET, "Origin: http://evil.example"],
  ["GET /elsewhere", 404, ...WEBSOCKET],
];

/** The head of the first answer. */
async function headOf(request: string, headers: readonly string[]): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: server.port });
  socket.setEncoding("latin1").on("error", () => {});
  socket.write([`${request} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n"));
  let text = "";
  for await (const chunk of socket) {
    text += chunk;
    if (text.includes("\r\n\r\n")) break;
  }
  return text.slice(0, text.indexOf("\r\n\r\n"));
}

test.each(REQUESTS)(
  "%s, answered with %d, says what a browser may do with it",
  async (request, status, ...headers) => {
    const head = await headOf(request, headers);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/^content-security-policy: .*frame-ancestors '(self|none)'/im);
    expect(head).toMatch(/^x-content-type-options: nosniff\r?$/im);
  },
);

test("`OPTIONS` without an origin is answered as any other, in every route of the API", async () => {
  for (const path of ["documents", "documents/x", "documents/x/text", "import"]) {
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method: "OPTIONS" });
    expect([path, answer.status, await answer.text()]).toEqual([path, 204, ""]);
  }
});
