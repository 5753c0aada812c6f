import { describe, expect, test } from "vitest";
import { CARRIERS, CarriedClient, type Carrier, sessionOf } from "../../support/carriers/carried-client.ts";
import { startHttpProxy } from "../../support/carriers/http-proxy.ts";
import { Site, UPGRADES } from "../../support/carriers/site.ts";
import { waitFor } from "../../support/wait-for.ts";

/** One writes and another reads, over a carrier; returns the versions that the reader was told of. */
async function write(url: string, carrier: Carrier, count: number): Promise<void> {
  const document = carrier.replaceAll(" ", "-");
  const reader = await CarriedClient.ready(carrier, url, "bob");
  await reader.open(sessionOf("bob"), document);
  const writer = await CarriedClient.ready(carrier, url, "ana");
  await writer.open(sessionOf("ana"), document);
  for (let seq = 1; seq <= count; seq++) {
    writer.say("submit", 1, seq, seq - 1, seq - 1, seq === 1 ? ["x"] : [seq - 1, "x"], seq - 1);
    await waitFor(`acknowledgement ${seq}`, () => writer.received.at(-1)?.[2] === seq);
  }
  await waitFor("the reader to have all", () => reader.versions.at(-1) === count);
  expect(writer.received.filter(([name]) => name === "ack").map(([, , seq]) => seq)).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
  expect(reader.versions).toEqual([...new Set(reader.versions)].toSorted((a, b) => a - b));
  reader.close();
  writer.close();
}

describe("through a real nginx", () => {
  test.each(CARRIERS)("%s, as the manual sets it up", async (carrier) => {
    await using nginx = await Site.startBehindNginx({ heartbeatMs: 500 });
    await write(nginx.url, carrier, 50);
    await waitFor("all to be gone", () => nginx.documents.connectionCount === 0);
  });

  test("that lets no WebSocket through: the others get through", async () => {
    await using nginx = await Site.startBehindNginx({ heartbeatMs: 500 }, ["proxy_set_header Host $host;"]);
    const blocked = new CarriedClient("websocket", nginx.url);
    await waitFor("it to be refused", () => blocked.closed !== undefined);
    expect(blocked.isOpen).toBe(false);
    await write(nginx.url, "stream", 20);
    await write(nginx.url, "poll", 20);
  });

  test.each(CARRIERS)("with buffering on: %s", async (carrier) => {
    const buffering =
      "proxy_buffering on; proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;";
    await using nginx = await Site.startBehindNginx({ heartbeatMs: 500 }, [...UPGRADES, buffering]);
    await write(nginx.url, carrier, 20);
  });

  test.each(CARRIERS)("that ends what is quiet for a second: %s loses nothing", async (carrier) => {
    await using nginx = await Site.startBehindNginx({ heartbeatMs: 3_000 }, [
      ...UPGRADES,
      "proxy_read_timeout 1s; proxy_send_timeout 1s;",
    ]);
    const client = await CarriedClient.ready(carrier, nginx.url, "ana");
    await client.open(sessionOf("ana"));
    const other = await CarriedClient.ready("poll", nginx.url, "bob");
    await other.open(sessionOf("bob"));
    // A WebSocket is cut, which its client hears of and comes back; the others go on by themselves.
    const isCut = carrier.startsWith("websocket");
    const start = performance.now();
    await waitFor("nginx to end it", () =>
      isCut ? client.closed !== undefined : performance.now() - start > 2_500,
    );
    other.say("submit", 1, 1, 0, 0, ["x"], 0);
    if (!isCut) await waitFor("the operation", () => client.versions.at(-1) === 1);
    client.close();
    other.close();
  });
});

test("[E5] through a proxy that keeps answers back until their end: a stream gives up, a poll gets through", async () => {
  await using site = await Site.start({ heartbeatMs: 15_000 });
  await using proxy = await startHttpProxy(site.proxy.port, { isBuffering: true });
  const url = `http://127.0.0.1:${proxy.port}/sync`;
  const held = new CarriedClient("stream", url);
  await waitFor("it to give up", () => held.closed !== undefined);
  expect([held.isOpen, held.closed?.code]).toEqual([false, 1006]);
  await write(url, "poll", 20);
});
