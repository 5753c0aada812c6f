import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, run } from "./running.ts";

let server: Running;
beforeAll(async () => {
  server = await run();
});
afterAll(() => server.stop());

/** What curl --http2 and Java's client add to their first request. */
const H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

/** A bare connection that takes one answer after another. */
class Raw {
  readonly socket: Socket;
  #received = "";

  constructor() {
    this.socket = connect(server.port, "127.0.0.1");
    this.socket.on("data", (data) => {
      this.#received += data.toString();
    });
  }

  /** Sends pieces, each on its own, and resolves with the next answer: its status and body. */
  async ask(...pieces: string[]): Promise<[status: number, body: string]> {
    for (const piece of pieces) await new Promise((resolve) => this.socket.write(piece, resolve));
    for (;;) {
      const answer = /^HTTP\/1\.1 (\d+) [\s\S]*?\r\ncontent-length: (\d+)[\s\S]*?\r\n\r\n/i.exec(
        this.#received,
      );
      const end = answer === null ? Infinity : answer[0].length + Number(answer[2]);
      if (answer !== null && this.#received.length >= end) {
        const body = this.#received.slice(answer[0].length, end);
        this.#received = this.#received.slice(end);
        return [Number(answer[1]), body];
      }
      await once(this.socket, "data");
    }
  }
}

function post(text: string, more: string): [head: string, body: string] {
  const head = [
    "POST /api/v1/documents/doc/text HTTP/1.1",
    "Host: localhost",
    "Content-Type: text/plain",
    `Content-Length: ${text.length}`,
    more,
  ];
  return [`${head.join("\r\n")}\r\n`, text];
}

describe("a request to upgrade to what is not spoken here", () => {
  test.each([
    ["HTTP/2", H2C],
    ["TLS", "Connection: upgrade\r\nUpgrade: TLS/1.0\r\n"],
    ["several things", "Connection: keep-alive, Upgrade\r\nUpgrade: h2c, TLS/1.3, IRC/6.9\r\n"],
    ["nothing that has a name", "Connection: Upgrade\r\nUpgrade: \r\n"],
  ])("(%s) is answered as if it did not ask", async (_what, headers) => {
    const raw = new Raw();
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
    expect(await raw.ask(get("/healthz"))).toEqual([200, "ok\n"]);
    // On the same connection once more, with it and without.
    const [status, body] = await raw.ask(get("/api/v1/documents"));
    expect([status, JSON.parse(body)]).toEqual([200, { documents: expect.any(Array), next: null }]);
    expect(await raw.ask("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")).toEqual([200, "ready\n"]);
    raw.socket.destroy();
  });

  test("has its body read, together with its head or after it", async () => {
    await server.documents.documents.create({
      id: "doc",
      author: { id: "ann", name: "Ann", color: 1 },
      owner: "",
    });
    const raw = new Raw();
    const [head, body] = post("at once, ", H2C);
    expect(await raw.ask(head + body)).toEqual([200, '{"version":1}']);
    const later = post("later, ", H2C);
    expect(await raw.ask(later[0], later[1].slice(0, 3), later[1].slice(3))).toEqual([200, '{"version":2}']);
    const [first, second] = [post("and two ", H2C), post("in a row", "")];
    expect(await raw.ask(first.join("") + second.join(""))).toEqual([200, '{"version":3}']);
    expect(await raw.ask()).toEqual([200, '{"version":4}']);
    const { text } = await server.documents.documents.read("doc");
    expect(text.toString()).toBe("at once, later, and two in a row");
    raw.socket.destroy();
  });

  test("is held to the same rules as any other", async () => {
    const raw = new Raw();
    const evil = `GET /api/v1/documents HTTP/1.1\r\nHost: evil.example\r\n${H2C}\r\n`;
    expect((await raw.ask(evil))[0]).toBe(403);
    const origin = `GET /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n${H2C}\r\n`;
    expect((await raw.ask(origin))[0]).toBe(403);
    raw.socket.destroy();
  });

  test("that is a WebSocket somewhere else is told that there is none", async () => {
    const raw = new Raw();
    const upgrade = "Connection: Upgrade\r\nUpgrade: WebSocket\r\n";
    raw.socket.write(`GET /elsewhere HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`);
    const [data] = (await once(raw.socket, "data")) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 404 /);
    raw.socket.destroy();
  });
});
