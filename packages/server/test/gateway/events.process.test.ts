import { connect } from "node:net";
import { CarrierHeader } from "@interline/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import { type RunningServer, startServer } from "./clients.ts";

/** Plain requests, as anybody can make them. */
let server: RunningServer;
let url: string;
beforeEach(async () => {
  server = await startServer({ closeTimeoutMs: 20, heartbeatMs: 1_000, limits: { maxMessageBytes: 2_000 } });
  url = server.url.replace("ws:", "http:");
});
afterEach(() => server.stop());

const HELLO = '["hello",1,["ana","Ana",1]]';

async function connected(): Promise<string> {
  const opened = await fetch(url, { method: "POST" });
  expect(opened.status).toBe(201);
  return ((await opened.json()) as { connection: string }).connection;
}

async function post(
  connection: string,
  number: number | string | undefined,
  body: string | Uint8Array,
  more = {},
) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      [CarrierHeader.Connection]: connection,
      ...(number !== undefined && { [CarrierHeader.Message]: String(number) }),
      ...more,
    },
    body: body as string,
  });
  return { status: response.status, ...((await response.json()) as { code?: string; received?: number }) };
}

function poll(connection: string, lastEvent: number | string = 0): Promise<Response> {
  return fetch(url, {
    headers: {
      [CarrierHeader.Connection]: connection,
      [CarrierHeader.LastEvent]: String(lastEvent),
      [CarrierHeader.Mode]: "poll",
    },
  });
}

const eventsOf = async (response: Promise<Response>): Promise<string[]> =>
  [...(await (await response).text()).matchAll(/^data: (.*)$/gm)].map((match) => match[1]!);

describe("messages in requests", () => {
  test("[E1] that are repeated, or overlap, are taken once", async () => {
    const connection = await connected();
    expect(await post(connection, 1, HELLO)).toEqual({ status: 200, received: 1 });
    expect(await post(connection, 1, HELLO)).toEqual({ status: 200, received: 1 });
    expect(await post(connection, 1, `${HELLO}\n["ping"]`)).toEqual({ status: 200, received: 2 });
    expect(await post(connection, 2, '["ping"]\n["ping"]')).toEqual({ status: 200, received: 3 });
    expect(await post(connection, 1, HELLO)).toEqual({ status: 200, received: 3 });
    const events = await eventsOf(poll(connection));
    expect(events.map((event) => (JSON.parse(event) as string[])[0])).toEqual(["welcome", "pong", "pong"]);
  });

  test("[E1] that come before others that are missing are not taken", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    expect(await post(connection, 3, '["ping"]')).toEqual({
      status: 409,
      code: "ERR_MESSAGE_ORDER",
      received: 1,
    });
    expect(await eventsOf(poll(connection))).toHaveLength(1);
  });

  test("that come at the same time are taken in order", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    const answers = await Promise.all([2, 2, 2, 2].map((number) => post(connection, number, '["ping"]')));
    expect(answers).toEqual(answers.map(() => ({ status: 200, received: 2 })));
    expect(await eventsOf(poll(connection))).toHaveLength(2);
  });

  test("[E1] are not taken from a request that breaks off", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const head = [
      "POST /sync HTTP/1.1",
      `Host: ${hostname}`,
      `${CarrierHeader.Connection}: ${connection}`,
      `${CarrierHeader.Message}: 2`,
      "Content-Length: 100",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n["ping"]\n["pi`);
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    expect(await post(connection, 2, '["ping"]')).toEqual({ status: 200, received: 2 });
    expect(await eventsOf(poll(connection))).toHaveLength(2);
  });
});

describe("events", () => {
  test("[E2] come again until they are known to have come", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    const first = await eventsOf(poll(connection));
    expect(await eventsOf(poll(connection))).toEqual(first);
    await post(connection, 2, '["ping"]');
    expect(await eventsOf(poll(connection, 1))).toEqual(['["pong"]']);
    // What was known to have come once is not kept.
    expect((await poll(connection, 0)).status).toBe(410);
    expect((await poll(connection, 9)).status).toBe(410);
    expect(await eventsOf(poll(connection, 1))).toEqual(['["pong"]']);
  });

  test("go to the newest answer only", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    const older = eventsOf(poll(connection, 0).then(() => poll(connection, 1)));
    await waitFor("the older poll", async () => (await post(connection, undefined, "")).status === 200);
    const newer = eventsOf(poll(connection, 1));
    await post(connection, 2, '["ping"]');
    expect((await Promise.all([older, newer])).flat()).toEqual(['["pong"]']);
  });

  test("a poll ends with nothing after a heartbeat, a stream says at once that it is there", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    await eventsOf(poll(connection));
    expect(await eventsOf(poll(connection, 1))).toEqual([]);
    const stream = await fetch(url, {
      headers: { [CarrierHeader.Connection]: connection, [CarrierHeader.LastEvent]: "1" },
    });
    expect(stream.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(stream.headers.get("x-accel-buffering")).toBe("no");
    const part = await stream.body!.getReader().read();
    expect(new TextDecoder().decode(part.value)).toBe("retry: 1000\n: start\n\n");
  });
});

describe("what is wrong costs its sender something, and nobody else anything", () => {
  test.each([
    ["no number", "", 400, "ERR_MESSAGE_SHAPE"],
    ["number 0", "0", 400, "ERR_MESSAGE_SHAPE"],
    ["a negative number", "-1", 400, "ERR_MESSAGE_SHAPE"],
    ["a number that is none", "1e3", 400, "ERR_MESSAGE_SHAPE"],
    ["a number beyond all", "99999999999999999", 400, "ERR_MESSAGE_SHAPE"],
  ])("messages with %s", async (_, number, status, code) => {
    const connection = await connected();
    expect(await post(connection, number, HELLO)).toEqual({ status, code });
    expect(await post(connection, 1, HELLO)).toEqual({ status: 200, received: 1 });
  });

  test("[E6] compressed messages are not unpacked", async () => {
    const connection = await connected();
    const answer = await post(connection, 1, new Uint8Array([31, 139, 8, 0]), { "content-encoding": "gzip" });
    expect(answer).toEqual({ status: 415, code: "ERR_MESSAGE_SYNTAX" });
    expect((await post(connection, 1, new Uint8Array([0x22, 0xff, 0x22]))).status).toBe(415);
    expect(await post(connection, 1, HELLO)).toEqual({ status: 200, received: 1 });
  });

  test("[E6] too long ones end the connection, and only that", async () => {
    const connection = await connected();
    const other = await connected();
    await post(connection, 1, HELLO);
    await post(other, 1, HELLO);
    expect(await post(connection, 2, "x".repeat(2_001))).toEqual({
      status: 413,
      code: "ERR_MESSAGE_TOO_LARGE",
    });
    expect(await eventsOf(poll(connection))).toEqual([
      expect.stringContaining("welcome"),
      '[1009,"message too large"]',
    ]);
    await waitFor("its end", async () => (await post(connection, undefined, "")).status === 404);
    expect(await post(other, 2, '["ping"]')).toEqual({ status: 200, received: 2 });
  });

  test.each(["", "x", "A".repeat(22), "../../etc/passwd", "__proto__", "constructor"])(
    "connection %j, which is nobody's, is not known",
    async (connection) => {
      expect(await post(connection, 1, HELLO)).toEqual({ status: 404, code: "ERR_CONNECTION_UNKNOWN" });
      expect((await poll(connection)).status).toBe(404);
    },
  );

  test("a connection of somebody with a token is of no use without it", async () => {
    const authorization = "Bearer of-ana";
    const opened = await fetch(url, { method: "POST", headers: { authorization } });
    const { connection } = (await opened.json()) as { connection: string };
    const unknown = { status: 404, code: "ERR_CONNECTION_UNKNOWN" };
    expect(await post(connection, 1, HELLO)).toEqual(unknown);
    expect(await post(connection, 1, HELLO, { authorization: "Bearer of-eve" })).toEqual(unknown);
    expect((await poll(connection)).status).toBe(404);
    const headers = { [CarrierHeader.Connection]: connection };
    expect((await fetch(url, { method: "DELETE", headers })).status).toBe(404);
    expect(await post(connection, 1, HELLO, { authorization })).toEqual({ status: 200, received: 1 });
  });

  test("other methods are answered with those that there are", async () => {
    const response = await fetch(url, { method: "PUT", headers: { [CarrierHeader.Connection]: "x" } });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST, DELETE"]);
  });

  test("foreign pages may do nothing, not even ask, and may read why", async () => {
    const connection = await connected();
    const origin = "https://evil.example";
    const refused = await fetch(url, { method: "POST", headers: { origin } });
    expect(refused.status).toBe(403);
    // This header alone lets the page read the refusal; more of them would let it send requests.
    expect([...refused.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([
      "access-control-allow-origin",
    ]);
    expect(refused.headers.get("access-control-allow-origin")).toBe(origin);
    const asked = await fetch(url, { method: "OPTIONS", headers: { origin } });
    expect([asked.status, asked.headers.get("access-control-allow-methods")]).toEqual([403, null]);
    expect(await post(connection, 1, HELLO, { origin })).toEqual({
      status: 403,
      code: "ERR_ORIGIN_FORBIDDEN",
      message: expect.stringContaining("Host"),
    });
    expect(await post(connection, 1, HELLO)).toEqual({ status: 200, received: 1 });
  });

  test("[E3] a connection whose end nobody comes for is forgotten", async () => {
    const connection = await connected();
    await post(connection, 1, '["nonsense"]');
    expect(server.documents.connectionCount).toBe(1);
    await waitFor("it to be forgotten", () => server.documents.connectionCount === 0);
    expect((await poll(connection)).status).toBe(404);
  });

  test("[E4] one that nobody asks for events is ended as a silent one is", async () => {
    const connection = await connected();
    await post(connection, 1, HELLO);
    await waitFor("it to be forgotten", () => server.documents.connectionCount === 0);
    expect((await poll(connection)).status).toBe(404);
  });
});

test("a page of an allowed site may read the answers", async () => {
  await server.stop();
  server = await startServer({ closeTimeoutMs: 20, allowedOrigins: ["https://friend.example"] });
  url = server.url.replace("ws:", "http:");
  const origin = "https://friend.example";
  const asked = await fetch(url, { method: "OPTIONS", headers: { origin } });
  expect(asked.status).toBe(204);
  expect(asked.headers.get("access-control-allow-origin")).toBe(origin);
  for (const header of Object.values(CarrierHeader)) {
    expect(asked.headers.get("access-control-allow-headers")).toContain(header);
  }
  const opened = await fetch(url, { method: "POST", headers: { origin } });
  expect(opened.headers.get("access-control-allow-origin")).toBe(origin);
});

test("as many connections as one address may have, whatever carries them", async () => {
  await server.stop();
  server = await startServer({ closeTimeoutMs: 20, limits: { maxConnectionsPerAddress: 2 } });
  url = server.url.replace("ws:", "http:");
  await connected();
  await connected();
  expect((await fetch(url, { method: "POST" })).status).toBe(429);
});
