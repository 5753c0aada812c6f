import { afterEach, describe, expect, test } from "vitest";
import { ask, type Running, run, type RunningOptions, Socket, tokenFor } from "./running.ts";

let server: Running;
const streams: AbortController[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await server.stop();
});

interface Received {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

/** Reads a stream of events as the standard says (HTML, section 9.2.6), as far as it is used here. */
async function* eventsOf(response: Response): AsyncGenerator<Received> {
  let rest = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(
        block.split("\n").map((line) => {
          const [name = "", ...value] = line.split(": ");
          return [name, value.join(": ")] as const;
        }),
      );
      const [event, data] = [fields.get("event"), fields.get("data")];
      if (event === undefined || data === undefined) continue;
      yield { event, id: fields.get("id"), data: JSON.parse(data) as Record<string, unknown> };
    }
  }
}

async function listen(headers: Record<string, string> = {}, token?: string) {
  const stream = new AbortController();
  streams.push(stream);
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${server.url}/api/v1/documents/doc/events`, {
    headers: { ...headers, ...authorization },
    signal: stream.signal,
  });
  const events = eventsOf(response);
  const next = async (name: string): Promise<Received> => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error(`the stream ended before ${name}`);
      if (value.event === name) return value;
    }
  };
  return { response, next };
}

async function start(options: RunningOptions = {}): Promise<void> {
  server = await run(options);
  await server.documents.documents.create({
    id: "doc",
    text: "Good morning",
    owner: "",
    author: { id: "x", name: "x", color: 1 },
  });
}

describe("events", () => {
  test("tell what is written and who comes, and are seen by nobody", async () => {
    await start();
    const { response, next } = await listen();
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    expect((await next("opened")).data).toEqual({ version: 1 });
    const ann = await Socket.open(server, "doc", undefined, "ann");
    await ann.next("op");
    expect((await next("people")).data).toMatchObject({ joined: [{ user: { id: "ann" } }], left: [] });
    expect(await (await ask(server, "GET", "/documents/doc/people")).json()).toMatchObject({ people: [{}] });
    await ask(server, "PUT", "/documents/doc/text", { body: "Good evening" });
    const { data, id } = await next("operation");
    expect(data).toMatchObject({ from: 1, version: 2, operation: expect.any(Array) });
    expect(id).toBe(`2.${String(data["entryId"])}`);
  });

  test("go on where somebody left off", async () => {
    await start();
    const first = await listen();
    await first.next("opened");
    await ask(server, "POST", "/documents/doc/text", { body: "1" });
    const { id = "" } = await first.next("operation");
    streams[0]?.abort();
    for (const body of ["2", "3"]) await ask(server, "POST", "/documents/doc/text", { body });
    const again = await listen({ "last-event-id": id });
    expect((await again.next("opened")).data).toEqual({ version: 4 });
    expect((await again.next("operation")).data).toMatchObject({
      from: 2,
      version: 4,
      operation: [13, "23"],
    });
  });

  test("go on where somebody left off who had heard of no operation yet", async () => {
    await start();
    const first = await listen();
    const { id = "" } = await first.next("opened");
    expect(id).toMatch(/^1\.[\w-]+$/);
    streams[0]?.abort();
    for (const body of ["1", "2"]) await ask(server, "POST", "/documents/doc/text", { body });
    const again = await listen({ "last-event-id": id });
    // What follows was missed: whoever breaks off here as well has still missed it.
    expect(await again.next("opened")).toMatchObject({ id, data: { version: 3 } });
    expect((await again.next("operation")).data).toMatchObject({
      from: 1,
      version: 3,
      operation: [12, "12"],
    });
  });

  test("begin with how long to wait and with a state, before anything has happened", async () => {
    await start();
    for (const [document, state] of [
      ["doc", /^retry: 1000\nid: 1\.[\w-]+\n\n/],
      ["new", /^retry: 1000\nid: 0\.\n\n/],
    ] as const) {
      if (document === "new") await ask(server, "POST", "/documents", { body: { id: document } });
      const stream = new AbortController();
      streams.push(stream);
      const { body } = await fetch(`${server.url}/api/v1/documents/${document}/events`, stream);
      const { value } = await body!.getReader().read();
      expect(new TextDecoder().decode(value)).toMatch(state);
    }
    // That state is one to resume from.
    await ask(server, "POST", "/documents/new/text", { body: "first" });
    const stream = new AbortController();
    streams.push(stream);
    const headers = { "last-event-id": "0." };
    const answer = await fetch(`${server.url}/api/v1/documents/new/events`, {
      headers,
      signal: stream.signal,
    });
    for await (const { event, data } of eventsOf(answer)) {
      if (event !== "operation") continue;
      expect(data).toMatchObject({ from: 0, version: 1, operation: ["first"] });
      break;
    }
  });

  test("begin with the whole text where what was missed is not to be had", async () => {
    await start();
    const { next } = await listen({ "last-event-id": "1.other" });
    expect(await next("snapshot")).toMatchObject({ data: { version: 1, text: "Good morning" } });
    const ahead = await listen({ "last-event-id": "999999999999999.other" });
    expect(await ahead.next("snapshot")).toMatchObject({ data: { version: 1, text: "Good morning" } });
    for (const id of ["now", "9999999999999999.x", "1", "-1.x"]) {
      expect((await listen({ "last-event-id": id })).response.status).toBe(400);
    }
    expect((await (await listen({ "last-event-id": "" })).next("opened")).id).toMatch(/^1\./);
  });

  test("end with the right to read, and when the token runs out", async () => {
    await start({ isClosed: true });
    const owner = await tokenFor("ann", { doc: "own" });
    const body = { role: "read" };
    const { token, link } = (await (
      await ask(server, "POST", "/documents/doc/links", { token: owner, body })
    ).json()) as { token: string; link: { id: string } };
    const { next } = await listen({}, token);
    expect((await next("access")).data).toEqual({ role: "read" });
    expect((await ask(server, "DELETE", `/documents/doc/links/${link.id}`, { token: owner })).status).toBe(
      204,
    );
    expect((await next("ended")).data).toEqual({ code: "ERR_LINK_REVOKED" });
    await expect(next("anything")).rejects.toThrow("ended");
    expect((await listen({}, token)).response.status).toBe(401);
  });

  test("end when the document is deleted", async () => {
    await start();
    const { next } = await listen();
    await next("opened");
    await ask(server, "DELETE", "/documents/doc");
    expect((await next("ended")).data).toEqual({ code: "ERR_DOCUMENT_DELETED" });
    expect((await listen()).response.status).toBe(410);
  });

  test("end one by one when the server is emptied, to be asked for again", async () => {
    await start();
    const listeners = await Promise.all([1, 2, 3].map(() => listen()));
    for (const { next } of listeners) await next("opened");
    const askedAt = performance.now();
    await server.documents.drain({ perSecond: 10 });
    expect(performance.now() - askedAt).toBeGreaterThan(190);
    for (const { next } of listeners) expect((await next("ended")).data).toEqual({});
  });

  test("are let go when the reader goes", async () => {
    await start();
    const { next } = await listen();
    await next("opened");
    expect(server.documents.stats().connections).toBe(1);
    streams[0]?.abort();
    await expect.poll(() => server.documents.stats().connections).toBe(0);
  });

  test("of somebody who does not read cost a place in the history, not memory", async () => {
    await start({ limits: { maxBufferedBytes: 10_000 } });
    const { response } = await listen();
    const big = "x".repeat(400_000);
    for (let index = 0; index < 40; index++) {
      await ask(server, "PUT", "/documents/doc/text", { body: `${index}${big.slice(index)}` });
    }
    expect(response.status).toBe(200);
    // What the kernel holds of it is not counted here.
    expect(server.documents.stats().bufferedBytes).toBeLessThan(2_000_000);
  });
});
