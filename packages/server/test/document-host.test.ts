import { decodeOperation } from "@interline/ot";
import { decodeServerMessage, type ClientMessageOf, type ServerMessage } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import { DocumentHost, type DocumentHostOptions } from "../src/document-host.ts";
import type { Frame } from "../src/frame.ts";
import { DEFAULT_SERVER_LIMITS } from "../src/limits.ts";
import type { Channel, ChannelOwner } from "../src/live-document.ts";
import type { LogNews } from "../src/log/document-log.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { closedGate } from "./gate.ts";
import { ManualClock, settle } from "./manual-clock.ts";

/** One channel without a connection. */
class Owner implements ChannelOwner {
  readonly channel = 1;
  readonly user;
  readonly session: string;
  isBusy = false;
  isGone = false;
  hasEnded = false;
  handle: Channel | undefined;
  messages: ServerMessage[] = [];

  constructor(id: string) {
    this.user = { id, name: id, color: 1 };
    this.session = `s-${id}`;
  }
  opened(channel: Channel): void {
    this.handle = channel;
  }
  ended(): void {
    this.hasEnded = true;
  }
  send(frame: Frame): void {
    const decoded = decodeServerMessage(frame.text);
    if (!decoded.ok) throw new Error(decoded.reason);
    this.messages.push(decoded.message);
  }
  take(): ServerMessage[] {
    return this.messages.splice(0);
  }
  submit(seq: number, version: number, length: number, operation: unknown): boolean | undefined {
    return this.handle?.submit({
      type: "submit",
      channel: 1,
      seq,
      version,
      length,
      operation: decodeOperation(operation, length, { maxComponents: 100 }),
      settled: 0,
      selection: undefined,
    });
  }
}

function hostOf(options: Partial<DocumentHostOptions> = {}) {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const host = new DocumentHost({ log, clock, ...options });
  const open = async (id: string, more: Partial<ClientMessageOf<"open">> = {}): Promise<Owner> => {
    const owner = new Owner(id);
    await host.open(
      {
        type: "open",
        channel: 1,
        document: "d",
        session: owner.session,
        version: 0,
        entryId: "",
        lastSeq: 0,
        inFlight: false,
        settled: 0,
        ...more,
      },
      owner,
    );
    return owner;
  };
  return { host, log, clock, open };
}

/** From now on the log commits at once, and answers when the gate is opened. */
function answersHeld(log: MemoryLog): ReturnType<typeof closedGate> {
  const commit = log.commit.bind(log);
  const held = closedGate();
  log.commit = async (document, batch) => {
    const answer = await commit(document, batch);
    await held.passed;
    return answer;
  };
  return held;
}

/** Writes single characters through one channel. */
async function write(owner: Owner, from: number, to: number): Promise<void> {
  for (let version = from; version < to; version++) {
    owner.submit(version + 1, version, version, version === 0 ? ["x"] : [version, "x"]);
    await settle();
  }
}

describe("a document on its host", () => {
  test("what comes until the log's turn goes into one batch", async () => {
    const { log, open } = hostOf();
    const turns: (() => void)[] = [];
    const batches: number[] = [];
    const commit = log.commit.bind(log);
    log.commit = (document, batch) => {
      batches.push(batch.entries.length);
      return commit(document, batch);
    };
    Object.assign(log, { turn: () => new Promise<void>((resolve) => turns.push(resolve)) });
    const [ann, bea] = [await open("ann"), await open("bea")];
    ann.submit(1, 0, 0, ["a"]);
    await settle();
    bea.submit(1, 0, 0, ["b"]);
    await settle();
    expect(batches).toEqual([]);
    turns.shift()?.();
    await settle();
    expect(batches).toEqual([2]);
    expect([ann, bea].map((owner) => owner.take().filter(({ type }) => type === "ack").length)).toEqual([
      1, 1,
    ]);
  });

  test("who wrote hears before all others, whenever they came", async () => {
    const { open } = hostOf();
    const heard: string[] = [];
    const people = [await open("ann"), await open("bea"), await open("cyd")];
    for (const person of people) {
      person.send = (frame) => {
        heard.push(`${person.user.id} ${(JSON.parse(frame.text) as string[])[0]}`);
      };
    }
    people[1]?.submit(1, 0, 0, ["x"]);
    await settle();
    expect(heard.filter((message) => !message.endsWith("peers"))).toEqual(["bea ack", "ann op", "cyd op"]);
  });

  test("[S5] a commit that was done but not answered is acknowledged once, and not done twice", async () => {
    const { log, clock, open } = hostOf();
    const commit = log.commit.bind(log);
    let failures = 0;
    log.commit = async (document, batch) => {
      const answer = await commit(document, batch);
      if (failures++ === 0) throw new Error("answer lost");
      return answer;
    };
    const ann = await open("ann");
    ann.take();
    ann.submit(1, 0, 0, ["a"]);
    await clock.pass(100);
    expect(ann.take()).toMatchObject([{ type: "ack", seq: 1, version: 1 }]);
    expect((await log.readHead("d")).version).toBe(1);
    expect(ann.submit(2, 1, 1, ["b"])).toBe(true);
    await clock.pass(100);
    expect(ann.take()).toMatchObject([{ type: "ack", seq: 2, version: 2 }]);
  });

  test("[S8] a log that is lost while a document is read opens nothing, and can be opened again", async () => {
    let tell: ((news: LogNews) => void) | undefined;
    let isLost = true;
    let closed = 0;
    const log = Object.assign(new MemoryLog(), {
      watch: async (_: string, listener: (news: LogNews) => void) => void (tell = listener),
      presence: {
        async join() {
          if (isLost) tell?.({ type: "replaced" });
          // What was lost is put back meanwhile, and the document ends.
          await settle();
          return { put() {}, remove() {}, tell() {}, close: async () => void closed++ };
        },
      },
    });
    const { host, open } = hostOf({ log });
    await expect(open("ann")).rejects.toMatchObject({ code: "ERR_STORE_FAILED" });
    expect([closed, [...host.live()].length]).toEqual([1, 0]);
    isLost = false;
    expect((await open("ann")).take()).toMatchObject([{ type: "opened" }]);
  });

  test("a log that stays away ends the channels, who may try again later", async () => {
    const { log, clock, open } = hostOf();
    const commit = log.commit.bind(log);
    log.commit = () => Promise.reject(new Error("disk"));
    const ann = await open("ann");
    ann.take();
    ann.submit(1, 0, 0, ["a"]);
    await clock.pass(10_000);
    expect(ann.take()).toEqual([{ type: "reopen", channel: 1, code: "ERR_STORE_UNAVAILABLE" }]);
    expect(ann.hasEnded).toBe(true);
    log.commit = commit;
    const again = await open("ann", { lastSeq: 1, inFlight: true });
    expect(again.take()).toMatchObject([{ type: "opened", lastSeq: 0 }]);
    again.submit(2, 0, 0, ["a"]);
    await clock.pass(100);
    expect(again.take()).toMatchObject([{ type: "ack", seq: 2, version: 1 }]);
  });

  test("[S3] an open waits for the batch under way, and then knows what became of it", async () => {
    const { log, open } = hostOf();
    const commit = log.commit.bind(log);
    const held = closedGate();
    log.commit = async (document, batch) => {
      await held.passed;
      return commit(document, batch);
    };
    const first = await open("ann");
    first.submit(1, 0, 0, ["a"]);
    await settle();
    const opening = open("ann", { lastSeq: 1, inFlight: true });
    await settle();
    expect(first.hasEnded).toBe(true);
    held.open();
    const second = await opening;
    expect(second.take()).toMatchObject([
      { type: "opened", lastSeq: 1, lastVersion: 1, headVersion: 1 },
      { type: "ack", seq: 1, version: 1 },
    ]);
    expect(first.messages.filter(({ type }) => type === "ack")).toEqual([]);
  });

  test("[S3] an operation that waits behind a batch is not committed once its session is opened again", async () => {
    const { log, open } = hostOf();
    const commit = log.commit.bind(log);
    const held = closedGate();
    log.commit = async (document, batch) => {
      await held.passed;
      return commit(document, batch);
    };
    const bob = await open("bob");
    const first = await open("ann");
    bob.submit(1, 0, 0, ["b"]);
    first.submit(1, 0, 0, ["a"]);
    await settle();
    const second = await open("ann", { lastSeq: 1, inFlight: true });
    expect(second.messages[0]).toMatchObject({ type: "opened", lastSeq: 0 });
    held.open();
    await settle();
    const entries = await log.readEntries("d", 0, 9);
    expect(entries?.map(({ session }) => session)).toEqual(["s-bob"]);
  });

  test("leaves the memory when nobody has it open, with a checkpoint, and comes back from there", async () => {
    const { log, clock, open } = hostOf({ idleMs: 1000 });
    const reads: number[] = [];
    const readEntries = log.readEntries.bind(log);
    log.readEntries = (document, after, to) => {
      reads.push(after);
      return readEntries(document, after, to);
    };
    const ann = await open("ann");
    await write(ann, 0, 5);
    ann.handle?.close();
    await clock.pass(999);
    expect(await log.loadCheckpoint("d")).toBeUndefined();
    await clock.pass(1);
    expect(await log.loadCheckpoint("d")).toMatchObject({ version: 5, text: "xxxxx" });
    reads.length = 0;
    const bob = await open("bob");
    expect(bob.take()).toMatchObject([
      { type: "opened" },
      { type: "ops", from: 0, to: 5, operation: ["xxxxx"] },
    ]);
    expect(reads).toEqual([]);
  });

  describe("when the log lost its end", () => {
    /** The log goes back to where it was: what one would find on a replica that lacks the last writes. */
    async function loseAfter(log: MemoryLog, version: number): Promise<void> {
      const replica = new MemoryLog();
      for (const { session } of (await log.readEntries("d", 0, 1)) ?? []) {
        const request = { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, fence: "f", time: 1 };
        await replica.openSession("d", request);
      }
      for (const entry of (await log.readEntries("d", 0, version)) ?? []) {
        const expected = await replica.readHead("d");
        const again = { ...entry, fence: "f", settled: 0, length: entry.operation.targetLength };
        await replica.commit("d", { expected, entries: [again], time: 1 });
      }
      for (const name of ["readHead", "readEntries", "commit", "openSession", "saveCheckpoint"] as const) {
        Object.assign(log, { [name]: replica[name].bind(replica) });
      }
    }

    test("[S8] what was committed on the log as it was is not acknowledged once it is known to be another", async () => {
      let tell: ((news: LogNews) => void) | undefined;
      const log = Object.assign(new MemoryLog(), {
        watch: async (_: string, listener: (news: LogNews) => void) => void (tell = listener),
      });
      const { open } = hostOf({ log });
      const ann = await open("ann");
      await write(ann, 0, 2);
      ann.take();
      const held = answersHeld(log);
      ann.submit(3, 2, 2, [2, "x"]);
      await settle();
      expect(await log.readHead("d")).toMatchObject({ version: 3 });
      await loseAfter(log, 2);
      tell?.({ type: "replaced" });
      held.open();
      await settle();
      expect(ann.take()).toMatchObject([{ type: "reopen", code: "ERR_DIVERGED" }]);
      const { version, entryId } = await log.readHead("d");
      const again = await open("ann", { version, entryId, lastSeq: 3, inFlight: true });
      expect(again.take()).toMatchObject([{ type: "opened", lastSeq: 2 }]);
    });

    test("[S8] a document leaves the memory when the log has what only it knew", async () => {
      const { log, clock, open } = hostOf({ idleMs: 1000 });
      const ann = await open("ann");
      await write(ann, 0, 5);
      ann.handle?.close();
      await loseAfter(log, 3);
      expect(await log.readHead("d")).toMatchObject({ version: 3 });
      await clock.pass(1000);
      expect(await log.readHead("d")).toMatchObject({ version: 5, length: 5 });
    });

    test("[S8] it stays until the log can be asked, and longer if the log cannot be written then", async () => {
      const { host, log, clock, open } = hostOf({ idleMs: 1000 });
      const ann = await open("ann");
      await write(ann, 0, 5);
      ann.handle?.close();
      await loseAfter(log, 3);
      const readHead = log.readHead.bind(log);
      const commit = log.commit.bind(log);
      log.readHead = () => Promise.reject(new Error("nobody there"));
      await clock.pass(60_000);
      expect([...host.live()].length).toBe(1);
      log.readHead = readHead;
      log.commit = () => Promise.reject(new Error("read only"));
      await clock.pass(60_000);
      expect(await log.readHead("d")).toMatchObject({ version: 3 });
      log.commit = commit;
      await clock.pass(5_000);
      expect(await log.readHead("d")).toMatchObject({ version: 5, length: 5 });
      await clock.pass(5_000);
      expect([...host.live()]).toEqual([]);
    });

    test("[S8] a program that ends waits for it a while", async () => {
      const { host, log, clock, open } = hostOf();
      const ann = await open("ann");
      await write(ann, 0, 5);
      ann.handle?.close();
      await loseAfter(log, 3);
      const readHead = log.readHead.bind(log);
      log.readHead = () => Promise.reject(new Error("nobody there"));
      const ended: string[] = [];
      void host.close().then(() => ended.push("host"));
      await clock.pass(3_000);
      log.readHead = readHead;
      expect(ended).toEqual([]);
      await clock.pass(1_000);
      expect(ended).toEqual(["host"]);
      expect(await log.readHead("d")).toMatchObject({ version: 5, length: 5 });
    });

    test("a program that ends does not wait for ever", async () => {
      const { host, log, clock, open } = hostOf();
      (await open("ann")).handle?.close();
      log.readHead = () => Promise.reject(new Error("nobody there"));
      const ended: string[] = [];
      void host.close().then(() => ended.push("host"));
      await clock.pass(5_000);
      expect(ended).toEqual(["host"]);
    });
  });

  test("[P3] who comes back on another connection is not gone meanwhile, unless the log cannot be read", async () => {
    const { log, clock, open } = hostOf();
    const bob = await open("bob");
    const ann = await open("ann");
    await clock.pass(30);
    bob.take();
    const openSession = log.openSession.bind(log);
    const held = closedGate();
    log.openSession = async (...request) => {
      await held.passed;
      return openSession(...request);
    };
    const back = open("ann");
    await clock.pass(1_000);
    expect(ann.hasEnded).toBe(true);
    expect(bob.take()).toEqual([]);
    held.open();
    expect((await back).take()).toMatchObject([
      { type: "opened", peer: 3 },
      { type: "peers", left: [] },
    ]);
    await clock.pass(30);
    expect(bob.take()).toMatchObject([{ type: "peers", joined: [{ peer: 3 }], left: [2], gone: [] }]);

    log.openSession = () => Promise.reject(new Error("the disk is on fire"));
    await expect(open("ann")).rejects.toThrow("on fire");
    await clock.pass(30);
    expect(bob.take()).toMatchObject([{ type: "peers", left: [3], gone: [{ user: { id: "ann" } }] }]);
  });

  test("[P4] who went is remembered while the document is in memory, and no longer", async () => {
    const { clock, open } = hostOf({ idleMs: 1000 });
    (await open("ann")).handle?.close();
    await clock.pass(900);
    const bob = await open("bob");
    expect(bob.take()).toMatchObject([
      { type: "opened" },
      { type: "peers", joined: [], left: [], gone: [{ user: { id: "ann" }, goneMs: 900 }] },
    ]);
    bob.handle?.close();
    await clock.pass(1000);
    expect((await open("cleo")).take()).toMatchObject([{ type: "opened" }]);
  });

  test("opens that come while it is loaded or unloaded wait, and none is lost", async () => {
    const { log, clock, open } = hostOf({ idleMs: 10 });
    const save = log.saveCheckpoint.bind(log);
    const held = closedGate();
    log.saveCheckpoint = async (document, checkpoint) => {
      await held.passed;
      return save(document, checkpoint);
    };
    const [ann, bob] = await Promise.all([open("ann"), open("bob")]);
    await write(ann, 0, 2);
    ann.handle?.close();
    bob.handle?.close();
    await clock.pass(10);
    const late = open("late");
    await settle();
    held.open();
    const owner = await late;
    expect(owner.take()).toMatchObject([
      { type: "opened", headVersion: 2 },
      { type: "ops", to: 2 },
    ]);
    owner.submit(1, 2, 2, ["y"]);
    await settle();
    expect(owner.take()).toMatchObject([{ type: "ack", version: 3 }]);
  });

  test("[S1] a client below what was trimmed gets the text, one at the checkpoint gets operations", async () => {
    const { log, clock, open } = hostOf({ idleMs: 10, history: { maxEntries: 2, maxWeight: 1000 } });
    const ann = await open("ann");
    await write(ann, 0, 4);
    const entries = (await log.readEntries("d", 0, 4)) ?? [];
    ann.handle?.close();
    await clock.pass(10);
    const again = await open("ann", { lastSeq: 4, version: 4, entryId: entries[3]!.entryId });
    await write(again, 4, 8);
    await log.trim("d", Number.POSITIVE_INFINITY);
    const low = await open("low", { version: 2, entryId: entries[1]!.entryId });
    expect(low.take()).toMatchObject([
      { type: "snapshot", reason: "trimmed", version: 8, text: "xxxxxxxx" },
      {},
    ]);
    const atIt = await open("at", { version: 4, entryId: entries[3]!.entryId });
    expect(atIt.take()).toMatchObject([{ type: "opened" }, { type: "ops", from: 4, to: 8 }, {}]);
    const other = await open("other", { version: 4, entryId: "another" });
    expect(other.take()).toMatchObject([{ type: "snapshot", reason: "diverged" }, {}]);
  });

  test("[S2] who is far behind is not told what is in the log before its commit is answered", async () => {
    const { log, open } = hostOf({ history: { maxEntries: 2, maxWeight: 1000 } });
    const ann = await open("ann");
    const low = await open("low");
    await write(ann, 0, 1);
    low.take();
    low.isBusy = true;
    await write(ann, 1, 6);
    const held = answersHeld(log);
    ann.submit(7, 6, 6, [6, "x"]);
    await settle();
    expect((await log.readHead("d")).version).toBe(7);
    low.isBusy = false;
    low.handle?.drained();
    await settle();
    expect(low.take()).toMatchObject([{ type: "ops", from: 1, to: 6, operation: [1, "xxxxx"] }]);
    held.open();
    await settle();
    expect(low.take()).toMatchObject([{ type: "ops", from: 6, to: 7 }]);
  });

  test("opens from its newest checkpoint and the few entries since, however long its history", async () => {
    const { log, clock, open } = hostOf({ checkpointWeight: 900 });
    const ann = await open("ann");
    await write(ann, 0, 2_000);
    // The program ends without a word.
    const read = log.readEntries.bind(log);
    let entries = 0;
    log.readEntries = async (...range) => {
      const found = await read(...range);
      entries += found?.length ?? 0;
      return found;
    };
    const next = new DocumentHost({ log, clock });
    const message = { type: "open", channel: 1, document: "d", session: "s-bob" } as const;
    const bob = new Owner("bob");
    const nothing = { version: 0, entryId: "", lastSeq: 0, inFlight: false, settled: 0 };
    await next.open({ ...message, ...nothing }, bob);
    expect(bob.take()[1]).toMatchObject({ type: "ops", to: 2_000, operation: ["x".repeat(2_000)] });
    expect(entries).toBeLessThanOrEqual(100);
  });

  test("[S9] keeps as much history as it is told to, and answers who is further behind with the text and the fate", async () => {
    const limits = { ...DEFAULT_SERVER_LIMITS, maxHistoryEntries: 3 };
    const { log, clock, open } = hostOf({
      limits,
      idleMs: 10,
      checkpointWeight: 30,
      history: { maxEntries: 2, maxWeight: 1000 },
    });
    const ann = await open("ann");
    await write(ann, 0, 10);
    const [first] = (await log.readEntries("d", 9, 10)) ?? [];
    expect(first?.version).toBe(10);
    expect(await log.readEntries("d", 0, 10)).toBeUndefined();
    ann.handle?.close();
    await clock.pass(10);
    const back = await open("ann", { version: 9, entryId: "?", lastSeq: 10, inFlight: true, settled: 9 });
    expect(back.take()[0]).toMatchObject({ type: "snapshot", reason: "diverged" });
    const low = await open("low", { version: 2, entryId: "e", lastSeq: 1, inFlight: true });
    expect(low.take()[0]).toMatchObject({ type: "snapshot", reason: "trimmed", lastSeq: 0, version: 10 });
    const lost = (await open("ann", { version: 1, entryId: "e", lastSeq: 10, inFlight: true })).take()[0];
    expect(lost).toMatchObject({ type: "snapshot", reason: "trimmed", lastSeq: 10, version: 10 });
  });

  test("[C8] forgets the oldest sessions when there are too many, and does not guess about what they had in flight", async () => {
    const limits = { ...DEFAULT_SERVER_LIMITS, maxSessions: 2 };
    const { open } = hostOf({ limits, checkpointWeight: 1 });
    const people = ["ann", "bob", "cid", "dan"];
    for (const [index, id] of people.entries()) {
      const owner = await open(id);
      owner.submit(1, index, index, index === 0 ? ["x"] : [index, "x"]);
      await settle();
      owner.handle?.close();
    }
    const ann = await open("ann", { lastSeq: 1, inFlight: true });
    expect(ann.take()[0]).toMatchObject({ type: "snapshot", reason: "fate-unknown", text: "xxxx" });
    const dan = await open("dan", { lastSeq: 1, inFlight: true });
    expect(dan.take()[0]).toMatchObject({ type: "opened", lastSeq: 1, lastVersion: 4 });
  });

  test("[C8] a session whose fate cannot be known gets the text and must begin again", async () => {
    const { log, open } = hostOf();
    const ann = await open("ann");
    await write(ann, 0, 3);
    await log.openSession("d", {
      session: "s-lost",
      version: 3,
      lastSeq: 1,
      inFlight: false,
      settled: 1,
      fence: "x",
      time: 0,
    });
    const lost = await open("lost", { version: 1, entryId: "e", lastSeq: 2, inFlight: true, settled: 1 });
    expect(lost.take()).toMatchObject([
      { type: "snapshot", reason: "fate-unknown", version: 3, text: "xxx" },
    ]);
    expect(lost.hasEnded).toBe(true);
    expect(lost.handle).toBeUndefined();
  });

  test("[I9] a reader that was busy for longer than the history in memory is brought up from the log", async () => {
    const { open } = hostOf({ history: { maxEntries: 4, maxWeight: 1000 } });
    const ann = await open("ann");
    await write(ann, 0, 1);
    const slow = await open("slow");
    slow.take();
    slow.isBusy = true;
    await write(ann, 1, 30);
    expect(slow.take()).toEqual([]);
    slow.isBusy = false;
    slow.handle?.drained();
    await settle();
    expect(slow.take()).toMatchObject([{ type: "ops", from: 1, to: 30, operation: [1, "x".repeat(29)] }]);
  });

  test("[S4] an operation on a base older than the history in memory ends its channel, which may open again", async () => {
    const { open } = hostOf({ history: { maxEntries: 4, maxWeight: 1000 } });
    const ann = await open("ann");
    const bob = await open("bob");
    await write(ann, 0, 10);
    bob.take();
    bob.submit(1, 0, 0, ["y"]);
    expect(bob.take()).toEqual([{ type: "reopen", channel: 1, code: "ERR_BASE_TRIMMED" }]);
  });

  test("[S4] entries that came by another way are seen before a base is called too new", async () => {
    const { log, open, clock } = hostOf();
    const other = new DocumentHost({ log, clock });
    const bob = await open("bob");
    const ann = new Owner("ann");
    const message = { document: "d", session: "s-ann", version: 0, entryId: "", lastSeq: 0 } as const;
    await other.open({ type: "open", channel: 1, inFlight: false, settled: 0, ...message }, ann);
    await write(ann, 0, 3);
    bob.take();
    bob.submit(1, 3, 3, [3, "!"]);
    await clock.pass(100);
    expect(bob.take()).toMatchObject([
      { type: "ops", from: 0, to: 3, operation: ["xxx"] },
      { type: "ack", version: 4 },
    ]);
  });

  test("[I9] [P1] however much comes from one author, the last of a tick is looked at and told", async () => {
    const { open, clock } = hostOf();
    const ann = await open("ann");
    await write(ann, 0, 5);
    const bob = await open("bob");
    await clock.pass(30);
    bob.take();
    for (let at = 0; at <= 4; at++) {
      const selection = { anchor: at, head: at };
      ann.handle?.select({ type: "select", channel: 1, version: 5, selection });
    }
    await clock.pass(30);
    expect(bob.take()).toMatchObject([
      { type: "selections", version: 5, selections: [{ peer: 1, selection: { anchor: 4, head: 4 } }] },
    ]);
    // However often somebody goes and comes back.
    for (let turn = 0; turn <= 10; turn++) ann.handle?.setAway(turn % 2 === 0);
    await clock.pass(30);
    expect(bob.take()).toMatchObject([{ type: "peers", joined: [{ peer: 1, isAway: true }], left: [] }]);
    // An operation brings its own caret (here: none), and one that was asked for before it does not come after it.
    ann.handle?.select({ type: "select", channel: 1, version: 5, selection: { anchor: 1, head: 1 } });
    ann.submit(6, 5, 5, [5, "y"]);
    await clock.pass(30);
    expect(bob.take()).toMatchObject([
      { type: "ops", to: 6, selections: [{ peer: 1, selection: undefined }] },
    ]);
  });
});
