import { replaceOperation } from "@interline/ot";
import { describe, expect, test } from "vitest";
import { withoutHeadCheck } from "../../../tests/support/stories/doctored-logs.ts";
import { Stage } from "../../../tests/support/stories/stage.ts";
import { DOCUMENT, type StoryClient } from "../../../tests/support/stories/story-client.ts";
import { settled } from "../../../tests/support/stories/wire.ts";
import { systemClock } from "../src/clock.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { RawClient, startServer } from "./gateway/clients.ts";
import { closedGate } from "./gate.ts";

/** Letters that are typed once each. */
const LETTERS = Array.from({ length: 300 }, (_, index) => String.fromCodePoint(0x4e00 + index));

/** Types letter after letter, each an operation of its own. */
async function write(client: StoryClient, letters: readonly string[]): Promise<void> {
  for (const letter of letters) {
    client.type(letter, client.replica.text.points);
    await client.exchange();
  }
}

/** The client has sent a letter that is committed, and lost the connection before the answer. */
async function loseAnswer(client: StoryClient, letter: string): Promise<void> {
  client.type(letter);
  await client.lose().deliverUp();
}

/** Names of the frames that are on their way to a client. */
function onTheWay({ wire }: StoryClient): unknown[] {
  return wire!.down.map((frame) => (JSON.parse(frame) as unknown[])[0]);
}

describe("where other servers fall", () => {
  test("[pitfall 1] lost ack, op resent, also after history was trimmed: it is there once", async () => {
    const stage = new Stage();
    const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
    await loseAnswer(ann, "a");
    ann.type("b");
    await bob.exchange();
    await write(bob, LETTERS.slice(0, 5));
    await stage.trim();
    stage.crash();
    stage.boot();
    expect(await stage.heal()).toEqual([]);
    expect(ann.snapshots).toEqual(["trimmed"]);
  });

  test("[pitfall 2] the identity of a client outlives its connection: what was in flight is found again", async () => {
    for (const isSame of [true, false]) {
      const stage = new Stage();
      const ann = await stage.connected("ann");
      await loseAnswer(ann, "a");
      if (!isSame) ann.tamperUp = (frame) => [frame.replace("session-ann", "connection-2")];
      const faults = await stage.heal();
      if (isSame) expect(faults).toEqual([]);
      else expect(faults).toContain("doubled a");
    }
  });

  test("[pitfall 3] nothing is composed into what the server may have: it was sent as it stands in the log", async () => {
    const stage = new Stage();
    const ann = await stage.connected("ann");
    await loseAnswer(ann, "a");
    ann.type("b", 1);
    ann.remove("a");
    expect(await stage.heal()).toEqual([]);
    const entries = (await stage.log.readEntries(DOCUMENT, 0, 9)) ?? [];
    expect(entries.map(({ operation }) => operation.toJSON())).toEqual([["a"], [{ d: 1 }, "b"]]);
  });

  test("[pitfall 4] equal edits of one person are two edits, and one of another person is a third", async () => {
    const server = await startServer();
    const [ann, bob] = [await RawClient.opened(server.url, "ann"), await RawClient.opened(server.url, "bob")];
    ann.say("submit", 1, 1, 0, 0, ["x"], 0);
    await ann.next("ack");
    ann.say("submit", 1, 2, 0, 0, ["x"], 1);
    await ann.next("ack");
    bob.say("submit", 1, 1, 0, 0, ["x"], 0);
    expect(await bob.next("ack")).toMatchObject({ version: 3 });
    const reader = await RawClient.opened(server.url, "reader");
    expect(await reader.next("ops")).toMatchObject({ to: 3, operation: ["xxx"] });
    for (const client of [ann, bob, reader]) client.socket.close();
    await server.stop();
  });

  test("[pitfall 6] what is committed between an open's look at the log and its answer is not missed", async () => {
    const log = new MemoryLog();
    const stage = new Stage(log);
    const ann = await stage.connected("ann");
    await write(ann, ["a"]);
    const held = closedGate();
    const openSession = log.openSession.bind(log);
    log.openSession = async (document, request) => {
      const answer = await openSession(document, request);
      await held.passed;
      return answer;
    };
    const bob = await stage.connected("bob");
    await write(ann, ["b", "c"]);
    held.open();
    await settled();
    await bob.exchange();
    expect([bob.text, bob.replica.version]).toEqual(["abc", 3]);
    await write(ann, ["d"]);
    await bob.exchange();
    expect(bob.text).toBe("abcd");
  });

  test("[pitfall 7] a server that was paused while another wrote appends nothing to a head that has gone", async () => {
    for (const isCompared of [true, false]) {
      const stage = new Stage(isCompared ? new MemoryLog() : withoutHeadCheck(new MemoryLog()));
      const ann = await stage.connected("ann");
      const paused = stage.program;
      paused.store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      stage.boot();
      const bob = await stage.connected("bob");
      await write(bob, ["b", "c"]);
      await paused.store.flow();
      await stage.pass(100);
      ann.lose();
      expect(await stage.heal()).toEqual(isCompared ? [] : ["the log does not replay"]);
    }
  });

  test("[pitfall 8] of a write that was half done nothing is taken back and nothing is missing", async () => {
    const log = new MemoryLog();
    log.saveCheckpoint = () => Promise.reject(new Error("the disk is full"));
    const stage = new Stage(log);
    const ann = await stage.connected("ann");
    await write(ann, ["a", "b"]);
    const { store } = stage.program;
    store.isHolding = true;
    ann.type("c", 2);
    await ann.exchange();
    const commit = store.take();
    await commit.execute();
    commit.lose();
    await settled();
    // The answer is lost: the entry is found in the log, not taken back and not made again.
    ann.lose();
    await stage.pass(20_000);
    stage.crash();
    stage.boot();
    expect(await stage.heal()).toEqual([]);
    expect([ann.text, (await log.readHead(DOCUMENT)).version]).toEqual(["abc", 3]);
  });

  test.each([
    ["that fails", "fails"],
    ["whose head always moves first", "conflicts"],
  ])(
    "[pitfall 9] a log %s is asked a bounded number of times, and other documents go on",
    async (_what, kind) => {
      const log = new MemoryLog();
      const commit = log.commit.bind(log);
      let attempts = 0;
      let foreign = 0;
      log.commit = async (document, batch) => {
        if (document !== "bad") return commit(document, batch);
        attempts++;
        if (kind === "fails") throw new Error("poison");
        const { version, entryId, length } = await log.readHead(document);
        const request = { version, lastSeq: foreign, inFlight: false, settled: foreign, time: 1 };
        await log.openSession(document, { session: "foreign", fence: "f", ...request });
        foreign++;
        const [like] = batch.entries;
        const entry = {
          ...like!,
          session: "foreign",
          seq: foreign,
          fence: "f",
          entryId: `foreign${foreign}`,
        };
        const operation = replaceOperation(length, length, "x", length);
        const entries = [{ ...entry, operation, length: length + 1 }];
        await commit(document, { expected: { version, entryId }, entries, time: 1 });
        return commit(document, batch);
      };
      // Its pauses grow: here they pass sooner.
      const clock = {
        ...systemClock,
        setTimeout: (ring: () => void, ms: number) => systemClock.setTimeout(ring, ms / 20),
      };
      const server = await startServer({ log, clock });
      const [ann, bob] = [
        await RawClient.opened(server.url, "ann", "bad"),
        await RawClient.opened(server.url, "bob", "good"),
      ];
      ann.say("submit", 1, 1, 0, 0, ["a"], 0);
      bob.say("submit", 1, 1, 0, 0, ["b"], 0);
      await bob.next("ack");
      expect(await ann.next("reopen")).toMatchObject({ code: "ERR_STORE_UNAVAILABLE" });
      // The first at once, then with pauses that grow: many servers that write one document need some.
      expect(attempts).toBeLessThan(70);
      log.commit = commit;
      ann.say("open", 2, "bad", "session-ann", 0, "", 1, true, 0);
      expect(await ann.next("opened")).toMatchObject({ channel: 2, lastSeq: 0 });
      for (const client of [ann, bob]) client.socket.close();
      await server.stop();
    },
  );

  test("[pitfall 10] who opens while a document is being saved and unloaded gets it whole, and its writes stay", async () => {
    const log = new MemoryLog();
    const stage = new Stage(log);
    const ann = await stage.connected("ann");
    await write(ann, ["a", "b"]);
    const held = closedGate();
    const save = log.saveCheckpoint.bind(log);
    log.saveCheckpoint = async (document, checkpoint) => {
      await held.passed;
      return save(document, checkpoint);
    };
    await ann.lose().hangUp();
    await stage.pass(11_000);
    await ann.connect(stage.program.server);
    expect(ann.replica.isLive).toBe(false);
    held.open();
    await settled();
    await ann.exchange();
    await write(ann, ["c"]);
    await ann.lose().hangUp();
    await stage.pass(11_000);
    expect(await log.loadCheckpoint(DOCUMENT)).toMatchObject({ version: 3, text: "abc" });
    expect(await stage.heal()).toEqual([]);
  });

  test("[pitfall 11] a client that sends rubbish and breaks off does not end the server", async () => {
    const server = await startServer();
    const bob = await RawClient.opened(server.url, "bob");
    for (const rubbish of ["[", "\u0000", '["submit"', '{"a":{"b":[]}}', "null"]) {
      const mallory = await RawClient.opened(server.url, "mallory");
      mallory.socket.send(rubbish);
      mallory.socket.terminate();
      await mallory.end();
    }
    bob.say("submit", 1, 1, 0, 0, ["b"], 0);
    expect(await bob.next("ack")).toMatchObject({ version: 1 });
    bob.socket.close();
    await server.stop();
  });

  test("[pitfall 12] the late end of an old connection does not end the newer one of the same client", async () => {
    const stage = new Stage();
    const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
    const old = ann.lose();
    await ann.connect(stage.program.server);
    await old.hangUp();
    await write(ann, ["a"]);
    await bob.exchange();
    expect([ann.isAtRest, bob.text]).toEqual([true, "a"]);
    await write(bob, ["b"]);
    await ann.exchange();
    expect(ann.text).toBe("ab");
  });

  test("[pitfall 13] for a reader that takes nothing, nothing gathers; then it gets all in one message", async () => {
    const stage = new Stage();
    const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
    const wire = bob.wire!;
    wire.isBusy = true;
    await write(ann, LETTERS);
    expect(onTheWay(bob)).toEqual([]);
    await wire.drain();
    expect(onTheWay(bob)).toEqual(["ops"]);
    await bob.exchange();
    expect(bob.text).toBe(LETTERS.join(""));
  });

  test("[pitfall 14] positions are those of characters, whatever they take in UTF-16", async () => {
    const stage = new Stage();
    const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
    await write(ann, ["😀", "e", "\u0301", "漢"]);
    await bob.exchange();
    ann.type("x", 1);
    bob.type("y", 3);
    bob.remove("😀");
    expect(await stage.heal()).toEqual([]);
    expect(ann.text).toBe("xe\u0301y漢");
  });

  test("[pitfall 15] who was away for long gets all of it in one message, and keeps what was typed meanwhile", async () => {
    for (const isTrimmed of [false, true]) {
      const stage = new Stage();
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      await write(bob, ["b"]);
      await ann.exchange();
      ann.lose();
      ann.type("a");
      await write(bob, LETTERS);
      if (isTrimmed) await stage.trim();
      stage.crash();
      stage.boot();
      await bob.connect(stage.program.server);
      await ann.hearFate(stage.program.server);
      const brought = onTheWay(ann).filter((name) => name === "ops");
      expect([ann.snapshots, brought]).toEqual(isTrimmed ? [["trimmed"], []] : [[], ["ops"]]);
      expect(await stage.heal()).toEqual([]);
      expect(ann.text).toHaveLength(LETTERS.length + 2);
    }
  });
});
