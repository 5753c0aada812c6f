import { once } from "node:events";
import { connect, type Socket as TcpSocket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ask, type Running, run, Socket, tokenFor } from "./running.ts";

let server: Running;
let writer: string;
beforeAll(async () => {
  server = await run({
    isClosed: true,
    limits: { maxDocumentLength: 5_000, userBytes: { perSecond: Infinity, burst: Infinity } },
  });
  const owner = await tokenFor("owner", { "*": "own" });
  writer = await tokenFor("ann", { doc: "write" });
  await ask(server, "POST", "/documents", { token: owner, body: { id: "doc", text: "unharmed" } });
});
afterAll(async () => {
  // Whatever was sent, the document is as it was.
  expect(await (await ask(server, "GET", "/documents/doc/text", { token: writer })).json()).toEqual({
    version: 1,
    text: "unharmed",
  });
  await server.stop();
});

async function outcome(asked: Promise<Response>): Promise<[status: number, code: unknown]> {
  const answer = await asked;
  return [answer.status, ((await answer.json()) as { code: unknown }).code];
}

function put(body: unknown, headers: Record<string, string> = {}, token = writer): Promise<Response> {
  return fetch(`${server.url}/api/v1/documents/doc/text`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/plain", ...headers },
    body: body as BodyInit,
  });
}

/** A bare connection, and everything that comes over it until its end. */
async function raw(to = server): Promise<{ socket: TcpSocket; ended: Promise<string> }> {
  const socket = connect(to.port, "127.0.0.1");
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (data) => (received += data.toString()));
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(received)));
  await once(socket, "connect");
  return { socket, ended };
}

async function trickle(socket: TcpSocket, text: () => string): Promise<void> {
  const timer = setInterval(() => socket.write(text()), 20);
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(timer);
}

async function refusals(code: string, of = server): Promise<number> {
  const line = (await of.metrics.text()).split("\n").find((text) => text.includes(`{code="${code}"}`));
  return Number(line?.split(" ").at(-1) ?? 0);
}

describe("bodies", () => {
  test("that are too large are not read to their end, and cost no memory", async () => {
    const before = await refusals("ERR_BODY_TOO_LARGE");
    expect(await outcome(put("x".repeat(17_100_000)))).toEqual([413, "ERR_BODY_TOO_LARGE"]);
    expect(await refusals("ERR_BODY_TOO_LARGE")).toBe(before + 1);
    const chunked = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000_000).fill(120)),
    });
    const endless = fetch(`${server.url}/api/v1/documents/doc/text`, {
      method: "PUT",
      headers: { authorization: `Bearer ${writer}`, "content-type": "text/plain" },
      body: chunked,
      duplex: "half",
    } as RequestInit);
    const ended = await endless.then((answer) => answer.status).catch(() => 413);
    expect(ended).toBe(413);
  });

  test.each<[string, () => Promise<Response>, number, string]>([
    ["a text that is too long", () => put("x".repeat(6_000)), 413, "ERR_DOCUMENT_TOO_LARGE"],
    ["no UTF-8", () => put(Buffer.from([0x61, 0xff])), 400, "ERR_TEXT_ENCODING"],
    [
      "another encoding",
      () => put("x", { "content-type": "text/plain; charset=utf-16" }),
      400,
      "ERR_TEXT_ENCODING",
    ],
    [
      "half a surrogate pair",
      () => put('{"text":"\\ud800"}', { "content-type": "application/json" }),
      422,
      "ERR_OPERATION_TEXT",
    ],
    [
      "JSON that is none",
      () => put('{"text":', { "content-type": "application/json" }),
      400,
      "ERR_BODY_SYNTAX",
    ],
    [
      "JSON that is nested too deep",
      () => put(`{"text":${"[".repeat(64)}${"]".repeat(64)}}`, { "content-type": "application/json" }),
      400,
      "ERR_BODY_TOO_COMPLEX",
    ],
    [
      "JSON that is nested too deep for megabytes, which is read to its end",
      () => put("[".repeat(3_000_000), { "content-type": "application/json" }),
      400,
      "ERR_BODY_TOO_COMPLEX",
    ],
    [
      "JSON of too many values",
      () => put(`{"text":[${"1,".repeat(70_000)}1]}`, { "content-type": "application/json" }),
      400,
      "ERR_BODY_TOO_COMPLEX",
    ],
    [
      "JSON that is long beside its longest text",
      () => put(`{${'"key":"value",'.repeat(80_000)}"text":""}`, { "content-type": "application/json" }),
      400,
      "ERR_BODY_TOO_COMPLEX",
    ],
    [
      "JSON that is no UTF-8",
      () => put(Buffer.from('{"text":"\xff"}', "latin1"), { "content-type": "application/json" }),
      400,
      "ERR_TEXT_ENCODING",
    ],
    ["JSON that is nothing", () => put("", { "content-type": "application/json" }), 400, "ERR_BODY_SYNTAX"],
    [
      "JSON that poisons prototypes",
      () => put('{"text":"x","__proto__":{"x":1}}', { "content-type": "application/json" }),
      400,
      "ERR_BODY_SYNTAX",
    ],
    [
      "fields that nobody knows",
      () => put('{"text":"x","more":1}', { "content-type": "application/json" }),
      400,
      "ERR_REQUEST_SHAPE",
    ],
    [
      "a number for a text",
      () => put('{"text":5}', { "content-type": "application/json" }),
      400,
      "ERR_REQUEST_SHAPE",
    ],
    ["an unknown type", () => put("x", { "content-type": "image/png" }), 415, "ERR_CONTENT_TYPE"],
    [
      "what bursts when unpacked",
      () => put(gzipSync(Buffer.alloc(50_000_000)), { "content-encoding": "gzip" }),
      415,
      "ERR_CONTENT_ENCODING",
    ],
  ])("with %s are refused", async (_name, send, status, code) => {
    const before = await refusals(code);
    expect(await outcome(send())).toEqual([status, code]);
    expect(await refusals(code)).toBe(before + 1);
  });

  test.each([
    ['{"text":"x","__proto__":{"x":1}}', "reserved key"],
    ['{"text":"x","\\u005f_proto__":1}', "reserved key"],
    ['{"text":{"constructor":{"prototype":1}}}', "reserved key"],
    ['{"text":"x"', "not JSON"],
  ])("%s is told what is wrong", async (body, words) => {
    const answer = await put(body, { "content-type": "application/json" });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: "ERR_BODY_SYNTAX", message: expect.stringContaining(words) },
    ]);
  });

  test.each([
    ["a line end", "a\nb"],
    ["a control character", "a\u0000"],
    ["a character that turns text around", "\u202egpj.exe"],
    ["another of those", "\u2066x"],
    ["257 characters", "x".repeat(257)],
    ["129 characters that are two units each", "\u{1f469}".repeat(129)],
    ["half a surrogate pair", "\ud800"],
  ])("with a title of %s are refused", async (_what, title) => {
    const token = await tokenFor("ann", { "*": "own" });
    for (const [method, path] of [
      ["POST", "/documents"],
      ["PATCH", "/documents/doc"],
    ] as const) {
      const [status, code] = await outcome(ask(server, method, path, { token, body: { title } }));
      expect([status, code]).toEqual([400, expect.stringMatching(/^ERR_(TITLE|REQUEST_SHAPE)$/)]);
    }
    const filename = encodeURIComponent(title.toWellFormed().slice(0, 200));
    const made = await ask(server, "POST", `/import?filename=${filename}.txt`, { token, body: "x" });
    const shown = ((await made.json()) as { title: string }).title;
    expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  test("of who may not write are not read at all", async () => {
    const reader = await tokenFor("bob", { doc: "read" });
    expect(await outcome(put("x".repeat(17_100_000), {}, reader))).toEqual([403, "ERR_READ_ONLY"]);
    expect(await outcome(put("x".repeat(17_100_000), {}, "forged"))).toEqual([401, "ERR_TOKEN_INVALID"]);
  });

  test("deep as a well are refused", async () => {
    const deep = `{"version":1,"operation":${"[".repeat(400_000)}${"]".repeat(400_000)}}`;
    const answer = await fetch(`${server.url}/api/v1/documents/doc/operations`, {
      method: "POST",
      headers: { authorization: `Bearer ${writer}`, "content-type": "application/json" },
      body: deep,
    });
    expect(answer.status).toBe(400);
  });
});

describe("slow senders", () => {
  // A server of its own: to others a busy machine would look like a slow sender.
  let impatient: Running;
  beforeAll(async () => {
    impatient = await run({ isClosed: true, headersTimeoutMs: 300, requestTimeoutMs: 600 });
  });
  afterAll(() => impatient.stop());

  test("of a head are cut off with 408", async () => {
    const before = await refusals("ERR_TIMEOUT", impatient);
    const { socket, ended } = await raw(impatient);
    socket.write("GET /api/v1/documents HTTP/1.1\r\nHost: x\r\n");
    await trickle(socket, () => "X-More: y\r\n");
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
    expect(await refusals("ERR_TIMEOUT", impatient)).toBe(before + 1);
  });

  test("of a body are cut off with 408", async () => {
    const { socket, ended } = await raw(impatient);
    socket.write(
      `PUT /api/v1/documents/doc/text HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${writer}\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n\r\n`,
    );
    await trickle(socket, () => "x");
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("leave the way free for others meanwhile", async () => {
    const slow = await Promise.all(Array.from({ length: 100 }, () => raw(impatient)));
    for (const { socket } of slow) socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
    expect((await fetch(`${impatient.url}/healthz`)).status).toBe(200);
    for (const { ended } of slow) expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("heads", () => {
  test.each([
    ["no HTTP at all", "\u0016\u0003\u0001 hello\r\n\r\n", 400],
    ["one too long", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, 431],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400],
    [
      "a length and pieces",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
  ])("with %s are answered, and the connection ends", async (_name, text, status) => {
    const { socket, ended } = await raw();
    socket.write(text);
    expect(await ended).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test("with a token in the address let nobody in", async () => {
    const path = `/documents/doc/text?token=${writer}&access_token=${writer}`;
    expect(await outcome(ask(server, "GET", path))).toEqual([401, "ERR_TOKEN_MISSING"]);
  });

  test.each([
    ["/documents/..%2f..%2fetc", 403],
    ["/documents/%00", 403],
    [`/documents/${"x".repeat(300)}`, 400],
    ["/documents/%ff", 400],
  ])("for %s find nothing", async (path, status) => {
    const answer = await ask(server, "GET", path, { token: await tokenFor("ann", { "*": "none" }) });
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { code: status === 403 ? "ERR_FORBIDDEN" : "ERR_ADDRESS", message: expect.any(String) },
    ]);
  });

  test.each([129, 200, 201, 4_000])(
    "with an id of %i characters are wrong, wherever it stands",
    async (length) => {
      const token = await tokenFor("ann", { "*": "own" });
      const id = "x".repeat(length);
      const wrong: Promise<Response>[] = [
        ...["", "/text", "/operations", "/people", "/events", "/export", "/links"].map((rest) =>
          ask(server, "GET", `/documents/${id}${rest}`, { token }),
        ),
        ask(server, "PATCH", `/documents/${id}`, { token, body: { title: "x" } }),
        ask(server, "DELETE", `/documents/${id}`, { token }),
        ask(server, "POST", `/documents/${id}/undelete`, { token }),
        ask(server, "PUT", `/documents/${id}/text`, { token, body: "x" }),
        ask(server, "POST", `/documents/${id}/text`, { token, body: "x" }),
        ask(server, "POST", `/documents/${id}/operations`, { token, body: { version: 0, operation: ["x"] } }),
        ask(server, "POST", `/documents/${id}/links`, { token, body: { role: "read" } }),
        ask(server, "DELETE", `/documents/doc/links/${id}`, { token }),
        ask(server, "POST", "/documents", { token, body: { id } }),
        ask(server, "POST", `/import?id=${id}`, { token, body: "x" }),
        ask(server, "GET", `/documents?after=${id}`, { token }),
      ];
      for (const answer of await Promise.all(wrong)) {
        expect([answer.status, await answer.json()], answer.url).toEqual([
          400,
          { code: expect.stringMatching(/^ERR_(ADDRESS|REQUEST_SHAPE)$/), message: expect.any(String) },
        ]);
      }
    },
  );

  test("with a token that is too long, or none, are told so", async () => {
    const told = async (authorization: string): Promise<unknown> => {
      const headers = { authorization };
      const answer = await ask(server, "GET", "/documents/doc", { headers });
      return [answer.status, await answer.json()];
    };
    expect(await told(`Bearer ${"x".repeat(8_193)}`)).toEqual([
      401,
      { code: "ERR_TOKEN_INVALID", message: "the token has 8193 characters: 8192 are allowed" },
    ]);
    for (const token of ["x", "x".repeat(8_192), "two words", "\u00e9"]) {
      expect(await told(`Bearer ${token}`)).toMatchObject([401, { code: "ERR_TOKEN_INVALID" }]);
    }
    for (const nothing of ["", "Bearer", "Bearer  ", "Basic YTpi"]) {
      expect(await told(nothing)).toMatchObject([401, { code: "ERR_TOKEN_MISSING" }]);
    }
    const client = await Socket.connect(server, "x".repeat(8_193));
    expect(await client.next("error")).toMatchObject([
      "error",
      "ERR_MESSAGE_SHAPE",
      expect.stringContaining("8192"),
    ]);
  });

  test.each(["limit=1e9", "limit=-1", "limit=many", "deleted=maybe"])(
    "that ask for %s are refused",
    async (query) => {
      const token = await tokenFor("ann", { "*": "read" });
      expect(await outcome(ask(server, "GET", `/documents?${query}`, { token }))).toEqual([
        400,
        "ERR_REQUEST_SHAPE",
      ]);
    },
  );
});

describe("methods that a route does not have", () => {
  /** Asks with any method; resolves with the status, the code and what is allowed. */
  async function asked(method: string, path: string, headers = ""): Promise<unknown[]> {
    const { socket, ended } = await raw();
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
    const answer = await ended;
    const of = (pattern: RegExp): string | undefined => pattern.exec(answer)?.[1];
    return [of(/^HTTP\/1\.1 (\d+) /), of(/"code":"(\w+)"/), of(/^allow: (.*)\r$/im)];
  }

  test.each([
    ["PUT", "/api/v1/documents", "GET, HEAD, POST"],
    ["DELETE", "/api/v1/documents?after=x", "GET, HEAD, POST"],
    ["PATCH", "/api/v1/documents/doc/text", "GET, HEAD, POST, PUT"],
    ["POST", "/api/v1/documents/doc", "DELETE, GET, HEAD, PATCH"],
    ["GET", "/api/v1/documents/doc/undelete", "POST"],
    ["HEAD", "/api/v1/import", "POST"],
    ["HEAD", "/api/v1/backup", "GET"],
    ["HEAD", "/api/v1/documents/doc/events", "GET"],
    ["GET", "/api/v1/documents/doc/links/x", "DELETE"],
    ["POST", "/api/v1/openapi.json", "GET, HEAD"],
    ["PROPFIND", "/api/v1/documents/doc", "DELETE, GET, HEAD, PATCH"],
    ["TRACE", "/api/v1/documents", "GET, HEAD, POST"],
    ["POST", "/healthz", "GET, HEAD"],
    ["DELETE", "/metrics", "GET, HEAD"],
  ])("%s %s is told which it has", async (method, path, allow) => {
    const code = method === "HEAD" ? undefined : "ERR_METHOD_NOT_ALLOWED";
    expect(await asked(method, path)).toEqual(["405", code, allow]);
  });

  test("are refused before a body is read", async () => {
    const length = "Content-Type: image/png\r\nContent-Length: 99999999\r\n";
    expect((await asked("PUT", "/api/v1/documents", length))[0]).toBe("405");
  });

  test("of what is no route are not there", async () => {
    for (const path of ["/api/v1", "/api/v1/nowhere", "/api/v1/documents/doc/text/", "/api/v1/Documents"]) {
      expect(await asked("PUT", path), path).toEqual(["404", "ERR_NOT_FOUND", undefined]);
    }
  });
});

describe("upgrades", () => {
  /** Resolves with the status of the answer, or 101. */
  function upgrade(path: string, headers: Record<string, string>): Promise<number> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    return new Promise((resolve) => {
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      socket.on("open", () => {
        resolve(101);
        socket.terminate();
      });
      socket.on("error", () => {});
    });
  }

  test("of pages elsewhere, to other places or of other versions are refused", async () => {
    expect(await upgrade("/sync", {})).toBe(101);
    expect(await upgrade("/sync", { origin: "https://evil.example" })).toBe(403);
    expect(await upgrade("/sync", { "sec-websocket-protocol": "graphql-ws, mqtt" })).toBe(400);
    expect(await refusals("ERR_SUBPROTOCOL")).toBe(1);
    expect(await upgrade("/other", {})).toBe(404);
    expect(await upgrade("/api/v1/documents", {})).toBe(404);
    const { socket, ended } = await raw();
    socket.write(
      "GET /sync HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    expect(await ended).toMatch(/^HTTP\/1\.1 (400|426) /);
  });
});

describe("too many requests", () => {
  test("of one visitor are answered with 429 and when to come back; others go on", async () => {
    const limits = { userMessages: { perSecond: 0.1, burst: 4 }, userBytes: { perSecond: 10, burst: 100 } };
    const strict = await run({ isClosed: true, limits });
    const [ann, bob] = await Promise.all([
      tokenFor("ann", { "*": "read" }),
      tokenFor("bob", { "*": "read" }),
    ]);
    const statuses: number[] = [];
    for (let asked = 0; asked < 7; asked++) {
      statuses.push((await ask(strict, "GET", "/documents", { token: ann })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const over = await ask(strict, "GET", "/documents", { token: ann });
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await over.json()).toMatchObject({ code: "ERR_RATE_LIMITED" });
    expect((await ask(strict, "GET", "/documents", { token: bob })).status).toBe(200);
    // Bytes count too: what is too much is taken, and paid off before the next.
    const cid = await tokenFor("cid", { "*": "write" });
    const big = ask(strict, "POST", "/documents", { token: cid, body: { text: "x".repeat(200) } });
    expect((await big).status).toBe(201);
    expect((await ask(strict, "GET", "/documents", { token: cid })).status).toBe(429);
    await strict.stop();
  });
});
