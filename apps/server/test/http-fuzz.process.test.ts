import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SeededRandom, seededRandom } from "../../../tests/support/seeded-random.ts";
import { ask, type Running, run, tokenFor } from "./running.ts";

/** Requests of one run. */
const REQUESTS = Number(process.env["FUZZ_MESSAGES"] ?? 1_500);

interface Described {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
}

let random: SeededRandom;
let server: Running;
let operations: readonly (readonly [method: string, path: string, responses: readonly string[]])[];
/** Empty: none. */
let tokens: readonly string[];
beforeAll(async () => {
  const unlimited = { perSecond: Infinity, burst: Infinity };
  server = await run({
    isClosed: true,
    limits: { maxDocumentLength: 2_000, userMessages: unlimited, userBytes: unlimited },
  });
  const owner = await tokenFor("owner", { "*": "own" });
  tokens = [owner, owner, owner, await tokenFor("ann", { "*": "read" }), "", "forged", "a b"];
  for (const id of ["a", "b", "safe"]) {
    await ask(server, "POST", "/documents", { token: owner, body: { id, text: "unharmed" } });
  }
  const { paths } = (await (await ask(server, "GET", "/openapi.json")).json()) as Described;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { responses }]) =>
        [method.toUpperCase(), path.replace("/api/v1", ""), Object.keys(responses)] as const,
    ),
  );
});
afterAll(() => server.stop());

const TRICKS = [
  "",
  "__proto__",
  "..",
  "%00",
  "a/b",
  "é😀",
  "x".repeat(300),
  "constructor",
  "-1",
  "1e309",
  "null",
];

function anything(depth: number): unknown {
  switch (random.int(depth > 2 ? 6 : 8)) {
    case 0:
      return random.pick([0, -1, 1.5, 2 ** 53, 1e308, random.int(20)]);
    case 1:
      return random.pick([true, false, null]);
    case 2:
      return random.pick(["\ud800", "\u0000", "y".repeat(3_000), ...TRICKS]);
    case 3:
    case 4:
      return random.pick(["text", "read", "own", "a"]);
    case 5:
      return random.int(5);
    case 6:
      return Array.from({ length: random.int(4) }, () => anything(depth + 1));
    default:
      return object(depth + 1);
  }
}

function object(depth: number): Record<string, unknown> {
  const names = ["id", "title", "text", "version", "operation", "role", "expiresAt", "d", ...TRICKS];
  return Object.fromEntries(
    Array.from({ length: random.int(4) }, () => [random.pick(names), anything(depth)]),
  );
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { d: value };
  return value;
}

/** A body that is nearly right, or anything. */
function body(): unknown {
  if (random.chance(0.4)) return anything(0);
  return random.pick<unknown>([
    { text: "x" },
    { title: "T" },
    { id: random.pick(["c", "d", "a"]), text: "new" },
    { version: random.int(4), operation: [random.int(10), "x"] },
    { version: random.int(4), operation: [{ d: random.int(3) }] },
    { role: random.pick(["read", "own", "king"]), expiresAt: random.int(1e9) },
    "plain text",
    nested(10 + random.int(300)),
    Array.from({ length: 70_000 }, () => 0),
  ]);
}

/** Lists of entity tags, right and wrong ones. */
const TAGS = [
  '"1"',
  "*",
  "x",
  '"99999999999999999999"',
  '"1", "2", W/"3"',
  'W/"1"',
  '"1",,"2"',
  '"',
  '"1" *',
  "*, *",
  '""',
  `"${"1".repeat(2_000)}"`,
  Array.from({ length: 500 }, (_, tag) => `"${tag}"`).join(", "),
  ",".repeat(1_000),
];

function headers(of: SeededRandom): Record<string, string> {
  const all: [string, string][] = [
    ["if-match", of.pick(TAGS)],
    ["if-none-match", of.pick(TAGS)],
    ["accept", of.pick(["text/plain", "image/png", "*/*;q=x", "application/json"])],
    [
      "content-type",
      of.pick(["text/plain", "text/markdown", "application/json", "multipart/form-data", "x", ";"]),
    ],
    ["last-event-id", of.pick(["1.x", "0.", "now", "9".repeat(30)])],
    ["origin", of.pick(["https://friend.example", "null"])],
    ["range", "bytes=0-1"],
  ];
  return Object.fromEntries(all.filter(() => of.chance(0.15)));
}

test(`[I8] ${REQUESTS} random requests are all answered as described, and harm nobody`, {
  timeout: 300_000,
}, async () => {
  random = seededRandom();
  const outcomes = new Map<number, number>();
  for (let sent = 0; sent < REQUESTS; sent++) {
    const [method, path, responses] = random.pick(operations);
    const id = random.chance(0.8) ? random.pick(["a", "b", "c"]) : random.pick(TRICKS);
    const query = random.chance(0.3)
      ? `?${random.pick(["after", "limit", "version", "format", "deleted", "filename", "id"])}=${encodeURIComponent(random.pick([...TRICKS, "1", "md", "true"]))}`
      : "";
    const asked = path.replace("{id}", encodeURIComponent(id)).replace("{link}", "x") + query;
    const stop = new AbortController();
    const options = {
      token: random.pick(tokens) || undefined,
      ...(method === "GET" || random.chance(0.1) ? {} : { body: body() }),
      headers: headers(random),
      signal: stop.signal,
    };
    const what = `${method} ${asked} ${JSON.stringify(options).slice(0, 300)}`;
    const answer = await ask(server, method, asked, options);
    const { status } = answer;
    outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
    expect(status, what).toBeLessThan(500);
    const isDescribed = responses.includes(String(status)) || (status >= 400 && responses.includes("4XX"));
    // A path of tricks may be that of another route, or of none.
    if (TRICKS.includes(id)) expect(status, what).toBeLessThan(500);
    else expect(isDescribed, `${status} to ${what}`).toBe(true);
    if (status >= 400)
      expect(await answer.json(), what).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
    stop.abort();
  }
  // Not every request was refused, nor for one reason.
  expect(outcomes.get(200) ?? 0, JSON.stringify([...outcomes])).toBeGreaterThan(REQUESTS / 20);
  for (const status of [201, 400, 401, 403]) expect(outcomes.get(status) ?? 0).toBeGreaterThan(0);
  const { text } = await server.documents.documents.read("safe");
  expect(text.toString()).toBe("unharmed");
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

/** What comes on a bare socket: heads that no client of ours writes. */
function rawRequest(of: SeededRandom): string {
  const path = of.pick([
    "/api/v1/documents",
    "/api/v1/documents/a/text",
    "/sync",
    "/",
    "/healthz",
    "*",
    "//x/y",
  ]);
  const target = of.chance(0.1) ? `http://evil.example${path}` : path;
  const method = of.pick(["GET", "GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "PATCH", "BREW"]);
  const lines = [`${method} ${target} HTTP/${of.pick(["1.1", "1.1", "1.1", "1.0", "0.9", "2.0"])}`];
  const maybe = (chance: number, name: string, values: readonly string[]): void => {
    if (of.chance(chance)) lines.push(`${name}: ${of.pick(values)}`);
  };
  maybe(0.9, "Host", HOSTS);
  maybe(0.1, "Host", HOSTS);
  maybe(0.3, "Connection", [
    "close",
    "Upgrade",
    "upgrade, keep-alive",
    "HTTP2-Settings, Upgrade",
    "x".repeat(300),
  ]);
  maybe(0.3, "Upgrade", ["h2c", "websocket", "WebSocket, h2c", "", "x", "websocket\t"]);
  maybe(0.2, "Sec-WebSocket-Key", ["dGhlIHNhbXBsZSBub25jZQ==", "short", ""]);
  maybe(0.2, "Sec-WebSocket-Version", ["13", "8", "-1", "99999999999"]);
  maybe(0.2, "Sec-WebSocket-Protocol", ["x", ",", "interline.deflate, x", "é"]);
  maybe(0.2, "Content-Length", ["0", "3", "-1", "99999999999999999999", "5000000000", "3, 3", "0x3"]);
  maybe(0.1, "Transfer-Encoding", ["chunked", "gzip, chunked", "identity", "chunked, chunked"]);
  maybe(0.1, "Content-Encoding", ["gzip", "br", "x"]);
  maybe(0.1, "Expect", ["100-continue", "x"]);
  maybe(0.2, "Origin", ["http://evil.example", "null", "http://", "x"]);
  maybe(0.2, "X-Forwarded-For", ["1.2.3.4", "x".repeat(500), ",,,", "::ffff:1.2.3.4"]);
  maybe(0.1, "Forwarded", ['for="[::1]";proto=https', "x"]);
  maybe(0.05, "X", ["y".repeat(20_000)]);
  return `${lines.join("\r\n")}\r\n\r\n${of.pick(["", "{}", "3\r\nabc\r\n0\r\n\r\n", "ffffffffffffffff\r\n"])}`;
}

const HOSTS = [
  "127.0.0.1",
  "evil.example",
  "",
  "a b",
  "127.0.0.1:99999",
  "[::1",
  "[::1]:80",
  "@",
  "x".repeat(300),
  "é",
];

/** The statuses of the answers that come before the socket ends. */
async function rawStatuses(port: number, request: string): Promise<number[]> {
  const socket = connect({ host: "127.0.0.1", port });
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    socket.on("error", () => {});
  });
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
    // What follows may never end: a stream, a socket, or what it waits for more of.
    if (text.includes("\r\n\r\n")) socket.end();
  });
  socket.write(request);
  // A head that claims a body which never comes is ended by us.
  socket.end();
  await ended;
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status = ""]) => Number(status));
}

test(`[I8] ${REQUESTS / 5} heads that claim anything are answered, or the connection ends, and harm nobody`, {
  timeout: 300_000,
}, async () => {
  random = seededRandom();
  const outcomes = new Map<number, number>();
  for (let sent = 0; sent < REQUESTS / 5; sent++) {
    const asked = rawRequest(random);
    for (const status of await rawStatuses(server.port, asked)) {
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
      expect(status < 500 || status === 501 || status === 505, `${status} to ${asked.slice(0, 600)}`).toBe(
        true,
      );
      // A closed server gives nothing away to a host that it does not know, nor to anybody without a token.
      if (asked.startsWith("GET /api")) expect([200, 204], asked.slice(0, 600)).not.toContain(status);
    }
  }
  for (const status of [400, 401])
    expect(outcomes.get(status) ?? 0, JSON.stringify([...outcomes])).toBeGreaterThan(0);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const { text } = await server.documents.documents.read("safe");
  expect(text.toString()).toBe("unharmed");
});
