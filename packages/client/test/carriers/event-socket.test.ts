import { expect, test } from "vitest";
import { EventSocket } from "../../src/carriers/event-socket.ts";

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
  const environment = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} };
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
