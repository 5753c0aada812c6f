import type { DocumentServerOptions } from "@interline/server";
import { describe, expect, test } from "vitest";
import { CARRIERS, CarriedClient, sessionOf } from "../support/carriers/carried-client.ts";
import { Site } from "../support/carriers/site.ts";
import { waitFor } from "../support/wait-for.ts";

type Options = Partial<DocumentServerOptions>;

/** The full suite, also through a real nginx. */
const PLACES = CARRIERS.flatMap((carrier) => [
  { carrier, place: "directly", start: (options?: Options) => Site.start(options) },
  { carrier, place: "through nginx", start: (options?: Options) => Site.startBehindNginx(options) },
]);

describe.each(PLACES)("every carrier keeps the same promises: $carrier, $place", ({ carrier, start }) => {
  test("messages come in order, each once, both ways", async () => {
    await using site = await start();
    const client = await CarriedClient.ready(carrier, site.url);
    await client.open(sessionOf("ana"));
    const other = await CarriedClient.ready("websocket", site.url, "bob");
    await other.open(sessionOf("bob"));
    for (let seq = 1; seq <= 200; seq++) {
      other.say("submit", 1, seq, seq - 1, seq - 1, seq === 1 ? ["x"] : [seq - 1, "x"], seq - 1);
      await other.heard("ack", seq);
    }
    const versionsOf = ([name, , from, to]: unknown[]): [number, number] =>
      name === "op" ? [(from as number) - 1, from as number] : [from as number, to as number];
    const told = (): [number, number][] =>
      client.received.filter(([name]) => name === "op" || name === "ops").map(versionsOf);
    await waitFor("all versions", () => told().at(-1)?.[1] === 200);
    for (const [index, [from]] of told().entries()) expect(from).toBe(told()[index - 1]?.[1] ?? 0);
    for (let count = 0; count < 300; count++) client.say("ping");
    await client.heard("pong", 300);
    client.say("submit", 1, 1, 200, 200, ["A"], 0);
    expect((await client.heard("ack"))[0]?.slice(0, 4)).toEqual(["ack", 1, 1, 201]);
  });

  test("a message that breaks the protocol is answered, and ends the connection with its code", async () => {
    await using site = await start();
    const client = await CarriedClient.ready(carrier, site.url);
    client.sayRaw('["nonsense"]');
    await waitFor("the end", () => client.closed !== undefined);
    expect(client.closed?.code).toBe(4400);
    expect(client.received.at(-1)?.slice(0, 2)).toEqual(["error", "ERR_MESSAGE_UNKNOWN"]);
    await waitFor("the server to forget it", () => site.documents.connectionCount === 0);
  });

  test("a message over the limit ends the connection with 1009", async () => {
    await using site = await start({ limits: { maxMessageBytes: 10_000 } });
    const client = await CarriedClient.ready(carrier, site.url);
    client.sayRaw(JSON.stringify(["ping", "x".repeat(10_000)]));
    await waitFor("the end", () => client.closed !== undefined);
    expect(client.closed?.code).toBe(1009);
  });

  test("who says nothing in time is told so", async () => {
    await using site = await start({ limits: { helloTimeoutMs: 50 } });
    const client = new CarriedClient(carrier, site.url);
    await waitFor("the end", () => client.closed !== undefined);
    expect(client.closed?.code).toBe(4408);
    expect(client.received.at(-1)?.slice(0, 2)).toEqual(["error", "ERR_TIMEOUT"]);
  });

  test("the server's end is told to all", async () => {
    await using site = await start();
    const client = await CarriedClient.ready(carrier, site.url);
    await site.documents.close();
    await waitFor("the end", () => client.closed !== undefined);
    expect(client.closed?.code).toBe(1012);
  });

  test("close is known to the server at once", async () => {
    await using site = await start({ heartbeatMs: 60_000 });
    const client = await CarriedClient.ready(carrier, site.url);
    expect(site.documents.connectionCount).toBe(1);
    client.close();
    await waitFor("the server to know", () => site.documents.connectionCount === 0);
  });
});

/** Long enough for a machine that has much else to do. All wait at once. */
test.concurrent.each(PLACES)(
  "a quiet client stays connected, and one that has gone is noticed: $carrier, $place",
  async ({ carrier, start }) => {
    await using site = await start({ heartbeatMs: 1_000 });
    const client = await CarriedClient.ready(carrier, site.url);
    await client.open(sessionOf("ana"));
    const pongs = client.received.length;
    await waitFor(
      "two beats, or the end",
      () => client.received.length >= pongs + 2 || client.closed !== undefined,
    );
    expect(client.closed).toBeUndefined();
    site.proxy.drop();
    await waitFor("the server to notice", () => site.documents.connectionCount === 0);
    site.proxy.reset();
    site.proxy.resume();
  },
);

describe.each(["stream", "poll"] as const)("requests that are cut: %s", (carrier) => {
  test("nothing is lost or doubled, either way", async () => {
    await using site = await Site.start({ heartbeatMs: 5_000 });
    const client = await CarriedClient.ready(carrier, site.url);
    await client.open(sessionOf("ana"));
    const other = await CarriedClient.ready(
      "websocket",
      site.url.replace(/:\d+/, `:${site.proxy.port}`),
      "bob",
    );
    other.close();
    const count = 300;
    let cuts = 0;
    for (let seq = 1; seq <= count; seq++) {
      client.say(
        "submit",
        1,
        seq,
        seq - 1,
        seq - 1,
        [seq === 1 ? "x" : seq - 1, ...(seq === 1 ? [] : ["x"])],
        seq - 1,
      );
      if (seq % 20 === 10) {
        cuts++;
        site.proxy.reset();
      }
      await waitFor(`acknowledgement ${seq}`, () =>
        client.received.some(([name, , acked]) => name === "ack" && acked === seq),
      );
    }
    const acks = client.received.filter(([name]) => name === "ack").map(([, , seq]) => seq);
    expect(acks).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(cuts).toBe(15);
    expect(client.closed).toBeUndefined();
    client.close();
  });
});
