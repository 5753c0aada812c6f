import { expect, test } from "vitest";
import { type EventMode, EventSocket } from "../../src/carriers/event-socket.ts";
import { FakeEnvironment } from "../fake-environment.ts";

/** A server whose answers a test writes: the one to each `GET` in turn, then none. */
function open(...answers: readonly string[]) {
  const received: unknown[] = [];
  const asked: (string | null)[] = [];
  const waiting = [...answers];
  const fetch: typeof globalThis.fetch = (_, request) => {
    if (request?.method === "POST") {
      return Promise.resolve(Response.json({ connection: "c", heartbeatMs: 1_000 }, { status: 201 }));
    }
    if (request?.method !== "GET") return Promise.resolve(new Response());
    asked.push(new Headers(request.headers).get("last-event-id"));
    const answer = waiting.shift();
    return answer === undefined ? new Promise(() => {}) : Promise.resolve(new Response(answer));
  };
  const environment = { monotonicNow: () => 0, setTimeout: () => 0, clearTimeout: () => {} };
  const socket = new EventSocket("http://server/sync", "poll", fetch, environment);
  socket.onmessage = ({ data }) => received.push(data);
  const settle = async (): Promise<void> => {
    while (asked.length <= answers.length) await new Promise((resolve) => setImmediate(resolve));
    socket.close();
  };
  return { received, asked, settle };
}

test("an event that comes again is told once, and the next answer is asked for behind it", async () => {
  const { received, asked, settle } = open(
    "id: 1\ndata: one\n\n",
    "id: 1\ndata: one\n\nid: 2\ndata: two\n\n",
    "id: 3\ndata: thr",
    "id: 3\ndata: three\n\n",
  );
  await settle();
  expect(received).toEqual(["one", "two", "three"]);
  expect(asked).toEqual(["0", "1", "2", "2", "3"]);
});

/** All that is due without any time passing. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A server that is there until a test says otherwise: then every request is refused at once. */
async function openTo(mode: EventMode) {
  const environment = new FakeEnvironment();
  const closed: number[] = [];
  let isThere = true;
  const breakOff: (() => void)[] = [];
  const fetch: typeof globalThis.fetch = (_, request) => {
    if (!isThere) return Promise.reject(new TypeError("refused"));
    if (request?.method === "POST") {
      return Promise.resolve(Response.json({ connection: "c", heartbeatMs: 15_000 }, { status: 201 }));
    }
    if (mode === "poll")
      return new Promise((_resolve, reject) => breakOff.push(() => reject(new TypeError("cut"))));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(": start\n\n: beat\n\n"));
        breakOff.push(() => controller.error(new TypeError("cut")));
      },
    });
    return Promise.resolve(new Response(body));
  };
  const socket = new EventSocket("http://server/sync", mode, fetch, environment);
  const opened = new Promise<void>((resolve) => (socket.onopen = () => resolve()));
  socket.onclose = ({ code }) => closed.push(code);
  await opened;
  return {
    closed,
    socket,
    /** The connections break, and the server is there or not from now on. */
    cut: async (isThereThen: boolean): Promise<void> => {
      isThere = isThereThen;
      for (const cut of breakOff.splice(0)) cut();
      await new Promise((resolve) => setImmediate(resolve));
    },
    pass: async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 50) {
        environment.pass(50);
        await settled();
      }
    },
  };
}

test.each(["stream", "poll"] as const)(
  "a server that has gone is given up within two seconds: %s",
  async (mode) => {
    const { closed, cut, pass, socket } = await openTo(mode);
    // However long it was there.
    await pass(14_000);
    await cut(false);
    socket.send("typed");
    await pass(900);
    expect(closed).toEqual([]);
    await pass(1_000);
    expect(closed).toEqual([1006]);
  },
);

test.each(["stream", "poll"] as const)(
  "a break of less than a second is mended unnoticed: %s",
  async (mode) => {
    const { closed, cut, pass } = await openTo(mode);
    for (let time = 0; time < 5; time++) {
      await cut(false);
      await pass(700);
      await cut(true);
      await pass(2_000);
    }
    expect(closed).toEqual([]);
  },
);

test.each([
  ["of the server's words for the host", '{"code":"ERR_HOST_FORBIDDEN","message":"…"}', "ERR_HOST_FORBIDDEN"],
  ["of the server's words for the origin", '{"code":"ERR_ORIGIN_FORBIDDEN"}', "ERR_ORIGIN_FORBIDDEN"],
  ["of another code", '{"code":"ERR_OTHER"}', undefined],
  ["of something on the way", "<h1>Forbidden</h1>", undefined],
])("a refusal %s is told as what it is", async (_what, body, code) => {
  const fetch = (): Promise<Response> => Promise.resolve(new Response(body, { status: 403 }));
  const socket = new EventSocket("http://server/sync", "stream", fetch, new FakeEnvironment());
  const heard: unknown[] = [];
  socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)));
  const closed = new Promise<number>((resolve) => (socket.onclose = (event) => resolve(event.code)));
  // 1006 is tried again, 4401 is not.
  expect(await closed).toBe(code === undefined ? 1006 : 4401);
  expect(heard).toEqual(code === undefined ? [] : [["error", code, ""]]);
});
