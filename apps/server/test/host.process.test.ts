import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, run } from "./running.ts";

// A page that reaches the server by DNS rebinding names its own host, in `Host` as in `Origin`.
const EVIL = { host: "evil.example", origin: "http://evil.example" };
const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

let server: Running;
beforeAll(async () => {
  server = await run({ allowedHosts: ["Write.Example."] });
  await server.documents.documents.create({
    id: "doc",
    text: "private words",
    author: { id: "ann", name: "Ann", color: 1 },
    owner: "",
  });
});
afterAll(() => server.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks with any headers, `Host` among them. */
async function ask(
  path: string,
  headers: Record<string, string>,
  { method = "GET", to = server }: { method?: string; to?: Running } = {},
): Promise<Answer> {
  const asked = request({ host: "127.0.0.1", port: to.port, path, method, headers }).end();
  const answered = once(asked, "response").then(async ([response]) => {
    let text = "";
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode as number, text };
  });
  const upgraded = once(asked, "upgrade").then(([response, socket]) => {
    socket.destroy();
    return { status: response.statusCode as number, text: "" };
  });
  const answer = await Promise.race([answered, upgraded]);
  asked.destroy();
  return answer;
}

const WAYS: readonly [way: string, path: string, more?: Record<string, string>, method?: string][] = [
  ["the list of documents", "/api/v1/documents"],
  ["a text", "/api/v1/documents/doc/text"],
  ["the events of a document", "/api/v1/documents/doc/events"],
  ["the backup", "/api/v1/backup"],
  ["the description of the API", "/api/v1/openapi.json"],
  ["a route that is not there", "/api/v1/nothing"],
  ["a preflight", "/api/v1/documents", { "access-control-request-method": "PUT" }, "OPTIONS"],
  ["the metrics", "/metrics"],
  ["the page", "/"],
  ["the page of a document", "/d/doc"],
  ["a WebSocket", "/sync", UPGRADE],
  ["a connection by requests", "/sync", {}, "POST"],
  ["a poll", "/sync", { "interline-connection": "x", "interline-mode": "poll" }],
  ["a preflight of a connection", "/sync", {}, "OPTIONS"],
];

describe("without a login", () => {
  test.each(WAYS)("%s is not for a host of somebody else", async (_way, path, more = {}, method = "GET") => {
    const { status, text } = await ask(path, { ...EVIL, ...more }, { method });
    expect(status).toBe(403);
    expect(JSON.parse(text)).toEqual({
      code: "ERR_HOST_FORBIDDEN",
      message: expect.stringContaining("--allow-host"),
    });
    expect(text).not.toContain("private");
  });

  test.each([
    ["localhost", "localhost:1"],
    ["an IPv6 address", "[::1]"],
    ["a name that is allowed", "write.example"],
  ])("everything is for %s", async (_what, host) => {
    expect((await ask("/api/v1/documents/doc/text", { host })).text).toContain("private words");
    expect((await ask("/sync", { host, origin: `http://${host}`, ...UPGRADE })).status).toBe(101);
    expect((await ask("/sync", { host }, { method: "POST" })).status).toBe(201);
  });

  test("health is for every host", async () => {
    for (const path of ["/healthz", "/readyz"]) expect((await ask(path, EVIL)).status).toBe(200);
  });

  test("a proxy's word for the host counts for nothing", async () => {
    const said = { ...EVIL, "x-forwarded-host": "localhost", forwarded: "host=localhost" };
    expect((await ask("/api/v1/documents", said)).status).toBe(403);
  });

  test("a person who opens the page reads why, and what to do", async () => {
    const { text } = await ask("/", { ...EVIL, accept: "text/html,*/*" });
    expect(text).toBe(
      'this server does not answer to the host "evil.example": if it should, start it with --allow-host and that name\n',
    );
  });

  test.each([
    ["no host", "GET /api/v1/documents HTTP/1.0\r\n\r\n", 403],
    ["two", "GET /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 403],
    [
      "another in the target",
      "GET http://evil.example/api/v1/documents HTTP/1.1\r\nHost: localhost\r\n\r\n",
      403,
    ],
    ["a good one in both", "GET http://localhost/api/v1/documents HTTP/1.1\r\nHost: localhost\r\n\r\n", 200],
  ])("a request that names %s is answered as it should be", async (_what, text, status) => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(text);
    const [first] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(first.toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test("what is refused is counted and logged, with the host", async () => {
    expect(await server.metrics.text()).toMatch(/interline_refused_total\{code="ERR_HOST_FORBIDDEN"\} [1-9]/);
    const logged = server.logged.map((line) => JSON.parse(line) as { event?: string; host?: string });
    expect(logged).toContainEqual(expect.objectContaining({ event: "host-refused", host: "evil.example" }));
  });
});

test("with a login every host is answered: its name alone gives nothing", async () => {
  const closed = await run({ isClosed: true });
  const { status, text } = await ask("/api/v1/documents", EVIL, { to: closed });
  expect([status, JSON.parse(text)]).toEqual([401, expect.objectContaining({ code: "ERR_TOKEN_MISSING" })]);
  await closed.stop();
});

test("the page of an origin that is not the host is told both, and both are logged", async () => {
  const headers = { host: "127.0.0.1:8080", origin: "https://write.example" };
  for (const path of ["/api/v1/documents", "/sync"]) {
    const { status, text } = await ask(path, headers);
    expect([status, JSON.parse(text)]).toEqual([
      403,
      { code: "ERR_ORIGIN_FORBIDDEN", message: expect.stringMatching(/write\.example.*127\.0\.0\.1:8080/) },
    ]);
  }
  const refused = server.logged
    .map((line) => JSON.parse(line) as { event?: string })
    .filter(({ event }) => event === "origin-refused");
  expect(refused).toHaveLength(2);
  for (const line of refused) expect(line).toMatchObject(headers);
});
