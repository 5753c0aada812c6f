import { type Environment, openDocument, type SharedDocument } from "@interline/client";
import { expect, test } from "vitest";
import { startHttpProxy } from "../support/carriers/http-proxy.ts";
import { Site } from "../support/carriers/site.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { waitFor } from "../support/wait-for.ts";

const backoff = { firstMs: 50, maxMs: 200 };

function open(port: number, id: string, environment: Environment = nodeEnvironment()): SharedDocument {
  const user = { id, name: id, color: 1 };
  return openDocument({ url: `ws://127.0.0.1:${port}/sync`, document: "doc", user, environment, backoff });
}

/** A platform where no timer of so many ms or more ever fires. */
function withoutLongTimers(ms: number): Environment {
  const real = nodeEnvironment();
  return {
    ...real,
    setTimeout: (run, afterMs) => real.setTimeout(afterMs < ms ? run : () => {}, afterMs),
  };
}

/** Two write at the same time until both have all of it. */
async function writeTogether(writers: readonly SharedDocument[]): Promise<void> {
  await waitFor("both to be ready", () => writers.every(({ isReady }) => isReady));
  for (let word = 0; word < 20; word++) {
    for (const writer of writers) {
      writer.insert(writer.text.points, `${writer.user.id}${word} `);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await Promise.all(writers.map((writer) => writer.flush()));
  await waitFor("both texts to be equal", () => new Set(writers.map(({ text }) => String(text))).size === 1);
  const words = String(writers[0]?.text).trim().split(" ");
  expect(new Set(words).size).toBe(words.length);
}

const carrierOf = (document: SharedDocument): string => document.diagnostics().carrier;

test("where no WebSocket gets through a document opens over an event stream, and nothing is lost or doubled", async () => {
  await using site = await Site.start();
  await using proxy = await startHttpProxy(site.proxy.port, { isBuffering: false });
  const writers = [open(proxy.port, "ana"), open(site.proxy.port, "bob")];
  await writeTogether(writers);
  expect(writers.map(carrierOf)).toEqual(["event-stream", "websocket"]);
  for (const writer of writers) writer.close();
});

test("where streams are kept back too, over polls", async () => {
  await using site = await Site.start();
  await using proxy = await startHttpProxy(site.proxy.port, { isBuffering: true });
  const writers = [open(proxy.port, "ana"), open(site.proxy.port, "bob")];
  await writeTogether(writers);
  expect(writers.map(carrierOf)).toEqual(["polling", "websocket"]);
  for (const writer of writers) writer.close();
});

test.each([
  ["an event stream", { isBuffering: false }, "event-stream"],
  ["polls", { isBuffering: true }, "polling"],
] as const)(
  "where nobody says that WebSockets do not get through, a document opens over %s all the same, soon",
  async (_, options, carrier) => {
    await using site = await Site.start();
    await using proxy = await startHttpProxy(site.proxy.port, { ...options, isSilent: true });
    // A carrier alone would be waited for 10 s: no timer that long ever fires here.
    const ana = open(proxy.port, "ana", withoutLongTimers(10_000));
    await waitFor("the document", () => ana.isReady);
    expect(carrierOf(ana)).toBe(carrier);
    const bob = open(site.proxy.port, "bob");
    await writeTogether([ana, bob]);
    ana.reconnect();
    ana.insert(0, "again ");
    await ana.flush();
    for (const writer of [ana, bob]) writer.close();
  },
);

test.each([
  ["an event stream", { isBuffering: false }, "event-stream"],
  ["polls", { isBuffering: true }, "polling"],
] as const)(
  "over %s too it is known soon that the server has gone, and what was typed waits",
  async (_, options, carrier) => {
    await using site = await Site.start({ heartbeatMs: 15_000 });
    await using proxy = await startHttpProxy(site.proxy.port, options);
    // The requests alone would be repeated for as long as nothing else is known: until an edit has waited for 10 s.
    const ana = open(proxy.port, "ana", withoutLongTimers(10_000));
    await waitFor("the document", () => ana.isReady);
    expect(carrierOf(ana)).toBe(carrier);
    site.proxy.refuse();
    site.proxy.reset();
    ana.insert(0, "kept");
    await waitFor("the page to know", () => ana.status.state === "offline");
    await site.proxy.accept();
    await ana.flush();
    expect((await site.documents.documents.read("doc")).text.toString()).toBe("kept");
    ana.close();
  },
);

test("once a WebSocket gets through it is taken, while both write", async () => {
  await using site = await Site.start();
  await using proxy = await startHttpProxy(site.proxy.port, { isBuffering: false });
  // A minute passes in a moment; all else is as it is.
  const real = nodeEnvironment();
  const hurried = {
    ...real,
    setTimeout: (run: () => void, ms: number) => real.setTimeout(run, ms >= 60_000 ? 300 : ms),
  };
  const ana = open(proxy.port, "ana", hurried);
  const writers = [ana, open(site.proxy.port, "bob")];
  await writeTogether(writers);
  expect(carrierOf(ana)).toBe("event-stream");
  ana.insert(0, "before ");
  proxy.letUpgradesThrough();
  let count = 0;
  await waitFor("the WebSocket", async () => {
    ana.insert(ana.text.points, `more${count++} `);
    return carrierOf(ana) === "websocket";
  });
  ana.insert(0, "after ");
  await ana.flush();
  await waitFor("both texts to be equal", () => String(writers[0]?.text) === String(writers[1]?.text));
  const words = String(ana.text).trim().split(" ");
  expect(words.slice(0, 2)).toEqual(["after", "before"]);
  expect(words.filter((word) => word.startsWith("more"))).toHaveLength(count);
  for (const writer of writers) writer.close();
});
