import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { textHash } from "@interline/protocol";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { closedGate } from "../gate.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

describe("two people", () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.stop());

  test("see each other's text and carets", async () => {
    const ann = await RawClient.opened(server.url, "ann");
    const bob = await RawClient.opened(server.url, "bob");
    expect((await bob.next("peers")).joined).toEqual([
      { peer: 1, user: { id: "ann", name: "ann", color: 1 }, quietMs: expect.any(Number), isAway: false },
    ]);
    expect((await ann.next("peers")).joined).toMatchObject([{ peer: 2, user: { id: "bob" } }]);
    ann.say("submit", 1, 1, 0, 0, ["hello"], 0, 5, 5);
    const ops = await bob.next("ops");
    expect(ops).toMatchObject({ from: 0, to: 1, operation: ["hello"] });
    expect(ops.selections).toEqual([{ peer: 1, selection: { anchor: 5, head: 5 } }]);
    const ack = await ann.next("ack");
    expect(ack).toEqual({ type: "ack", channel: 1, seq: 1, version: 1, entryId: ops.entryId });
    bob.say("select", 1, 1, 0, 99);
    expect(await ann.next("selections")).toMatchObject({
      version: 1,
      selections: [{ peer: 2, selection: { anchor: 0, head: 5 } }],
    });
    bob.say("user", ["bob", "Robert", 3]);
    expect((await ann.next("peers")).joined).toMatchObject([{ peer: 2, user: { name: "Robert", color: 3 } }]);
    bob.socket.close();
    const gone = [{ user: { id: "bob", name: "Robert", color: 3 }, goneMs: expect.any(Number) }];
    expect(await ann.next("peers")).toMatchObject({ joined: [], left: [2], gone });
    const cleo = await RawClient.opened(server.url, "cleo");
    expect(await cleo.next("peers")).toMatchObject({ joined: [{ peer: 1 }], left: [], gone });
  });

  test("[P2] are told when somebody's page is hidden and seen again, and so is who comes meanwhile", async () => {
    const ann = await RawClient.opened(server.url, "ann");
    const bob = await RawClient.connect(server.url, "bob");
    bob.say("away", true);
    bob.say("open", 1, "doc", "session-bob", 0, "", 0, false, 0);
    await bob.next("opened");
    expect((await ann.next("peers")).joined).toMatchObject([{ peer: 2, isAway: true }]);
    const cleo = await RawClient.opened(server.url, "cleo");
    expect((await cleo.next("peers")).joined).toMatchObject([{ peer: 1, isAway: false }, { isAway: true }]);
    await ann.next("peers");
    bob.say("away", false);
    expect((await ann.next("peers")).joined).toMatchObject([{ peer: 2, isAway: false }]);
    expect((await cleo.next("peers")).joined).toMatchObject([{ peer: 2, isAway: false }]);
  });

  test("[P1] [P3] hear of each arrival and departure once, and several tabs are one person", async () => {
    const ann = await RawClient.opened(server.url, "ann");
    const tabs = [await RawClient.opened(server.url, "bob")];
    expect((await ann.next("peers")).joined).toMatchObject([{ peer: 2 }]);
    const second = await RawClient.connect(server.url, "bob");
    second.say("open", 1, "doc", "session-bob-2", 0, "", 0, false, 0);
    tabs.push(second);
    expect((await ann.next("peers")).joined).toMatchObject([{ peer: 3, user: { id: "bob" } }]);
    tabs[0]?.socket.close();
    expect(await ann.next("peers")).toMatchObject({ joined: [], left: [2], gone: [] });
    tabs[1]?.socket.terminate();
    expect(await ann.next("peers")).toMatchObject({ joined: [], left: [3], gone: [{ user: { id: "bob" } }] });
    // Whatever else there was to say would have come before the answer to this.
    await RawClient.opened(server.url, "cleo");
    expect((await ann.next("peers")).joined).toMatchObject([{ user: { id: "cleo" } }]);
    expect(ann.received).toEqual([]);
  });

  test("[S3] a session that is opened elsewhere ends here, and what it sends late is let pass", async () => {
    const first = await RawClient.opened(server.url, "ann");
    const second = await RawClient.opened(server.url, "ann");
    expect(await first.next("reopen")).toEqual({ type: "reopen", channel: 1, code: "ERR_FENCED" });
    first.say("submit", 1, 1, 0, 0, ["late"], 0);
    first.say("ping");
    await first.next("pong");
    second.say("submit", 1, 1, 0, 0, ["x"], 0);
    expect(await second.next("ack")).toMatchObject({ version: 1, seq: 1 });
  });

  test("[S1] who comes back is told what became of its operation, and gets the acknowledgement in its place", async () => {
    const ann = await RawClient.opened(server.url, "ann");
    const bob = await RawClient.opened(server.url, "bob");
    ann.say("submit", 1, 1, 0, 0, ["a"], 0);
    await bob.next("ops");
    bob.say("submit", 1, 1, 1, 1, [1, "b"], 0);
    await bob.next("ack");
    ann.socket.terminate();
    const back = await RawClient.connect(server.url, "ann");
    back.say("open", 1, "doc", "session-ann", 0, "", 1, true, 0);
    expect(await back.next("opened")).toMatchObject({ lastSeq: 1, lastVersion: 1, headVersion: 2 });
    expect(await back.next("ack")).toMatchObject({ seq: 1, version: 1 });
    expect(await back.next("ops")).toMatchObject({ from: 1, to: 2, operation: [1, "b"] });
  });

  test("[S10] a client whose text is another at the head is told so; at another version nothing is said", async () => {
    const ann = await RawClient.opened(server.url, "ann");
    const bob = await RawClient.opened(server.url, "bob");
    ann.say("submit", 1, 1, 0, 0, ["hello"], 0);
    await bob.next("ops");
    await ann.next("ack");
    bob.say("check", 1, 0, textHash("nonsense"));
    bob.say("check", 1, 7, textHash("nonsense"));
    bob.say("check", 1, 1, textHash("hello"));
    ann.say("check", 1, 1, textHash("hallo"));
    expect(await ann.next("reopen")).toEqual({ type: "reopen", channel: 1, code: "ERR_TEXT_DIFFERS" });
    bob.say("ping");
    await bob.next("pong");
    expect(bob.received.filter(({ type }) => type === "reopen")).toEqual([]);
    ann.say("open", 1, "doc", "session-ann", 1, "-", 1, false, 1);
    expect(await ann.next("snapshot")).toMatchObject({ reason: "diverged", text: "hello" });
  });

  test("[C7] a copy older than what its session has sent gets the text, and is told why", async () => {
    const ann = await RawClient.opened(server.url, "ann");
    ann.say("submit", 1, 4, 0, 0, ["a"], 0);
    await ann.next("ack");
    const copy = await RawClient.connect(server.url, "ann");
    copy.say("open", 1, "doc", "session-ann", 0, "", 2, false, 0);
    expect(await copy.next("snapshot")).toMatchObject({ reason: "stale", lastSeq: 4, version: 1, text: "a" });
    copy.say("submit", 1, 5, 1, 1, ["b"], 4);
    expect(await copy.next("ack")).toMatchObject({ seq: 5, version: 2 });
  });
});

describe("a connection", () => {
  test("[P5] that has died without a word is ended by heartbeat, and its person is gone", async () => {
    const server = await startServer({ heartbeatMs: 40 });
    // A wire that can go dead: it stays up, but nothing passes any more.
    let isDead = false;
    const wire = createServer((near) => {
      const far = connect(Number(new URL(server.url).port));
      near.on("data", (data) => isDead || far.write(data));
      far.on("data", (data) => isDead || near.write(data));
      for (const end of [near, far]) end.on("error", () => {});
      far.on("close", () => near.destroy());
      near.on("close", () => far.destroy());
    }).listen(0, "127.0.0.1");
    await once(wire, "listening");
    const ann = await RawClient.opened(server.url, "ann");
    const ghost = await RawClient.opened(
      `ws://127.0.0.1:${(wire.address() as AddressInfo).port}/sync`,
      "ghost",
    );
    expect((await ann.next("peers")).joined).toHaveLength(1);
    isDead = true;
    expect(await ann.next("peers")).toMatchObject({ left: [2], gone: [{ user: { id: "ghost" } }] });
    await ghost.end();
    // The living one answers pings, and hears something now and then itself.
    await ann.next("pong");
    expect(ann.closed).toBeUndefined();
    await server.stop();
    wire.close();
  });

  test("is refused to a page of another site, unless it is allowed", async () => {
    const server = await startServer({ allowedOrigins: ["https://friend.example"] });
    const isAccepted = async (origin: string): Promise<boolean> => {
      const client = new RawClient(server.url, { origin });
      const outcome = await Promise.race([
        new Promise<true>((resolve) => client.socket.once("open", () => resolve(true))),
        client.end().then(() => false),
      ]);
      client.socket.terminate();
      return outcome;
    };
    expect(await isAccepted("https://evil.example")).toBe(false);
    expect(await isAccepted("null")).toBe(false);
    expect(await isAccepted("https://friend.example")).toBe(true);
    expect(await isAccepted(`http://${new URL(server.url).host}`)).toBe(true);
    await server.stop();
  });

  test("on another path is refused", async () => {
    const server = await startServer();
    expect((await new RawClient(server.url.replace("/sync", "/other")).end()).code).toBe(1006);
    await server.stop();
  });
});

describe("stopping", () => {
  test("[I3] commits and acknowledges what was submitted, then tells clients to come back", async () => {
    const log = new MemoryLog();
    const commit = log.commit.bind(log);
    const begun = closedGate();
    const held = closedGate();
    log.commit = async (...arguments_) => {
      begun.open();
      await held.passed;
      return commit(...arguments_);
    };
    const server = await startServer({ log });
    const ann = await RawClient.opened(server.url, "ann");
    ann.say("submit", 1, 1, 0, 0, ["kept"], 0);
    await begun.passed;
    const stopped = server.stop();
    held.open();
    expect(await ann.next("ack")).toMatchObject({ seq: 1, version: 1 });
    expect(await ann.end()).toEqual({ code: 1012, reason: "restart" });
    await stopped;
    await server.documents.close();
    expect(await log.loadCheckpoint("doc")).toMatchObject({ version: 1, text: "kept" });
  });
});
