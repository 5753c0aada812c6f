import { type ArchivableLog, type LogNews, LevelLog, MemoryLog } from "@interline/server";
import { archiveContract, logContract } from "@interline/server/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { type ArchiveOptions, RedisLog, RedisStore } from "../src/index.ts";
import { insert, open } from "./entries.ts";

let redis: RedisProcess;
let nth = 0;
beforeAll(async () => {
  redis = await startRedis({ isDurable: true });
});
afterAll(() => redis[Symbol.asyncDispose]());

interface OpenLog extends AsyncDisposable {
  readonly log: RedisLog;
  readonly store: RedisStore;
}

async function openLog(
  archive?: Partial<ArchiveOptions> & { log: ArchivableLog },
  prefix = `c${++nth}:`,
): Promise<OpenLog> {
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}`, prefix });
  const log = new RedisLog({ store, archive: archive && { name: "cellar", ...archive } });
  return {
    log,
    store,
    async [Symbol.asyncDispose]() {
      await log.close();
      await store.close();
    },
  };
}

/** Version 2, with a checkpoint at 1. */
async function write(log: RedisLog, document: string): Promise<void> {
  await log.openSession(document, open("s"));
  const entries = [insert("a", 0, 1), insert("b", 1, 2)];
  await log.commit(document, { expected: { version: 0, entryId: "" }, entries, time: 9 });
  await log.saveCheckpoint(document, { version: 1, entryId: "s1", text: "a" });
}

const next = { expected: { version: 2, entryId: "s2" }, entries: [insert("c", 2, 3)], time: 9 };

/** Kinds of what is in Redis of a document. */
async function keysOf(store: RedisStore, document: string): Promise<string[]> {
  const all = store.keys.head(document).replace(/head$/, "*");
  const keys = await store.command((client) => client.keys(all));
  return keys.map((key) => key.slice(key.lastIndexOf(":") + 1)).toSorted();
}

async function copiesOf({ store }: OpenLog): Promise<string[]> {
  return store.command((client) => client.zrange(store.keys.copies("cellar"), "0", "-1"));
}

describe("a log in Redis, as an archive", () => {
  for (const { name, run } of archiveContract) {
    test(name, async () => {
      await using opened = await openLog();
      await run(opened.log);
    });
  }
});

describe("a log in Redis with an archive", () => {
  for (const { name, run } of [...logContract, ...archiveContract]) {
    test(`${name}, while every document is moved out all the time`, async () => {
      await using opened = await openLog({ log: new MemoryLog() });
      const running = new AbortController();
      const mover = (async () => {
        while (!running.signal.aborted) {
          for (const document of ["d", "e", "f"]) {
            // One that was never written would be gone, with its sessions.
            if ((await opened.log.readHead(document)).version > 0) await opened.log.moveOut(document);
          }
        }
      })();
      try {
        await run(opened.log);
      } finally {
        running.abort();
        await mover;
      }
    });
  }

  test("of a document that is cold Redis has its head only; whoever asks finds all of it", async () => {
    await using folder = await temporaryFolder();
    const archive = await LevelLog.open({ location: folder.path });
    {
      await using opened = await openLog({ log: archive });
      const { log, store } = opened;
      await write(log, "d");
      const before = await log.openSession("d", { ...open("t", "g"), version: 2 });
      expect(await log.moveOut("d")).toBe(true);
      expect(await log.moveOut("d")).toBe(false);
      expect(await keysOf(store, "d")).toEqual(["head"]);
      // The head is told without bringing it back.
      expect(await log.readHead("d")).toEqual({ version: 2, entryId: "s2", length: 2 });
      expect(await keysOf(store, "d")).toEqual(["head"]);
      expect((await log.readEntries("d", 0, 9))?.map(({ entryId }) => entryId)).toEqual(["s1", "s2"]);
      expect(await keysOf(store, "d")).toEqual(["checkpoint", "head", "log", "sessions"]);
      await log.moveOut("d");
      expect(await log.loadCheckpoint("d")).toEqual({ version: 1, entryId: "s1", text: "a" });
      await log.moveOut("d");
      // Who had it open goes on with the fence that it had.
      expect(await log.commit("d", next)).toMatchObject({ outcome: "committed" });
      await log.moveOut("d");
      const after = await log.openSession("d", { ...open("t", "h"), version: 2 });
      expect(after.row).toEqual({ ...before.row, fence: "h" });
    }
    await archive.close();
  });

  test("a document that was opened and never written is gone, not archived", async () => {
    await using opened = await openLog({ log: new MemoryLog() });
    await opened.log.openSession("d", open("s"));
    expect(await opened.log.moveOut("d")).toBe(true);
    expect(await keysOf(opened.store, "d")).toEqual([]);
    expect(await copiesOf(opened)).toEqual([]);
  });

  test("what is changed while it is copied stays, and the copy goes", async () => {
    const archive = new MemoryLog();
    await using opened = await openLog({ log: archive });
    const { log } = opened;
    const changes: (() => Promise<unknown>)[] = [
      () => log.commit("d", next),
      () => log.openSession("d", open("t")),
      () => log.settle("d", "s", 2),
      () => log.saveCheckpoint("d", { version: 2, entryId: "s2", text: "ab" }),
      () => log.trim("d", 1),
      () => log.expireSessions("d", { time: 99, idleMs: 0, maxSessions: 0, open: new Set() }),
    ];
    await write(log, "d");
    const importDocument = archive.importDocument.bind(archive);
    for (const change of changes) {
      let copy = "";
      archive.importDocument = async (document, exported) => {
        copy = document;
        await importDocument(document, exported);
        await change();
      };
      expect(await log.moveOut("d")).toBe(false);
      expect((await archive.readHead(copy)).version).toBe(0);
    }
    expect(await copiesOf(opened)).toEqual([]);
    expect((await log.readHead("d")).version).toBe(3);
  });

  test("those that were not used for long go, the longest unused first, so many at a time", async () => {
    let now = 1_000_000;
    await using opened = await openLog({
      log: new MemoryLog(),
      coldAfterMs: 1_000,
      maxMoved: 2,
      now: () => now,
    });
    const { log, store } = opened;
    for (const document of ["a", "b", "c", "d"]) {
      await write(log, document);
      await log.watch(document, () => {});
      log.release(document);
      now += 100;
    }
    await waitFor("all notes", async () => (await store.command((c) => c.zcard(store.keys.used))) === 4);
    expect(await log.sweep()).toBe(0);
    now += 1_000;
    // Opened again just now.
    await log.watch("a", () => {});
    await waitFor(
      "the note",
      async () => (await store.command((c) => c.zscore(store.keys.used, "a"))) === `${now}`,
    );
    expect(await log.sweep()).toBe(2);
    expect(await keysOf(store, "b")).toEqual(["head"]);
    expect(await keysOf(store, "c")).toEqual(["head"]);
    expect(await log.sweep()).toBe(1);
    expect(await log.sweep()).toBe(0);
    expect(await keysOf(store, "a")).toHaveLength(4);
    // Brought back it may become cold again.
    await log.readEntries("b", 0, 9);
    now += 2_000;
    expect(await log.sweep()).toBe(2);
  });

  test("when Redis is nearly full, what is not used now goes before it is cold", async () => {
    await using own = await startRedis({ settings: { maxmemory: "100mb" } });
    const store = await RedisStore.connect({ address: `redis://127.0.0.1:${own.port}` });
    let now = 1_000_000;
    const archive = { log: new MemoryLog(), name: "cellar", fullShare: 0.001, now: () => now };
    const log = new RedisLog({ store, archive });
    await write(log, "d");
    await log.watch("d", () => {});
    await waitFor("the note", async () => (await store.command((c) => c.zcard(store.keys.used))) === 1);
    expect(await log.sweep()).toBe(0);
    now += 61_000;
    expect(await log.sweep()).toBe(1);
    await log.close();
    await store.close();
  });

  test("a copy is removed a long time after it was needed last, and never one that is needed", async () => {
    let now = 1_000_000;
    const archive = new MemoryLog();
    const options = { log: archive, coldAfterMs: 1e9, keepMs: 1_000, now: () => now };
    await using opened = await openLog(options);
    const { log } = opened;
    await write(log, "d");
    await log.moveOut("d");
    const [copy = ""] = await copiesOf(opened);
    now += 2_000;
    await log.sweep();
    expect(await copiesOf(opened)).toEqual([]);
    expect((await archive.readHead(copy)).version).toBe(2);
    expect(await log.readEntries("d", 0, 9)).toHaveLength(2);
    await log.sweep();
    expect((await archive.readHead(copy)).version).toBe(2);
    now += 2_000;
    await log.sweep();
    expect((await archive.readHead(copy)).version).toBe(0);
    expect(await copiesOf(opened)).toEqual([]);
    expect(await log.readEntries("d", 0, 9)).toHaveLength(2);
  });

  test("a server that has stood still in the middle of a move finds that its copy was given up", async () => {
    let now = 1_000_000;
    const archive = new MemoryLog();
    const options = { log: archive, coldAfterMs: 1e9, keepMs: 1_000, now: () => now };
    await using slow = await openLog(options);
    await using other = await openLog(options, `c${nth}:`);
    await write(slow.log, "d");
    const importDocument = archive.importDocument.bind(archive);
    archive.importDocument = async (document, exported) => {
      await importDocument(document, exported);
      now += 2_000;
      await other.log.sweep();
      expect((await archive.readHead(document)).version).toBe(0);
    };
    expect(await slow.log.moveOut("d")).toBe(false);
    expect(await other.log.readEntries("d", 0, 9)).toHaveLength(2);
  });

  test("of two servers that bring a document back the slow one undoes nothing", async () => {
    const archive = new MemoryLog();
    await using slow = await openLog({ log: archive });
    await using quick = await openLog({ log: archive }, `c${nth}:`);
    await write(slow.log, "d");
    await slow.log.moveOut("d");
    const exportDocument = archive.exportDocument.bind(archive);
    archive.exportDocument = async (document) => {
      archive.exportDocument = exportDocument;
      const exported = await exportDocument(document);
      expect(await quick.log.commit("d", next)).toMatchObject({ outcome: "committed" });
      return exported;
    };
    expect((await slow.log.readEntries("d", 0, 9))?.map(({ entryId }) => entryId)).toEqual([
      "s1",
      "s2",
      "s3",
    ]);
    expect((await slow.log.readHead("d")).version).toBe(3);
  });

  test("a Redis that lost the last it was told still finds every document", async () => {
    const archive = new MemoryLog();
    await using opened = await openLog({ log: archive });
    const { log, store } = opened;
    await write(log, "d");
    const head = store.keys.head("d");
    await log.moveOut("d");
    const cold = (await store.command((client) => client.dumpBuffer(head))) as Buffer;
    await log.readEntries("d", 0, 9);
    // As if a replica were promoted that never heard of the document's return.
    await log.removeDocument("d");
    await store.command((client) => client.restore(head, 0, cold));
    expect(await log.readEntries("d", 0, 9)).toHaveLength(2);
  });

  test("a server that has not got the archive has one that has it bring the document back", async () => {
    await using holder = await openLog({ log: new MemoryLog() });
    await using other = await openLog({ log: new MemoryLog(), name: "attic" }, `c${nth}:`);
    await using plain = await openLog(undefined, `c${nth}:`);
    await write(holder.log, "d");
    await holder.log.moveOut("d");
    expect(await plain.log.readEntries("d", 0, 9)).toHaveLength(2);
    await holder.log.moveOut("d");
    expect(await other.log.commit("d", next)).toMatchObject({ outcome: "committed" });
  });

  test("a document whose archive is away cannot be opened, and is not taken for empty", async () => {
    let now = 0;
    const prefix = `c${++nth}:`;
    {
      await using holder = await openLog({ log: new MemoryLog() }, prefix);
      await write(holder.log, "d");
      await holder.log.moveOut("d");
    }
    await using other = await openLog(
      { log: new MemoryLog(), name: "attic", now: () => (now += 1_000) },
      prefix,
    );
    const failure = { code: "ERR_STORE_FAILED", message: expect.stringContaining("cellar") as string };
    await expect(other.log.loadCheckpoint("d")).rejects.toMatchObject(failure);
    await expect(other.log.openSession("d", open("s"))).rejects.toMatchObject(failure);
    // One that says that it has the archive, and does not have the document, is not believed either.
    await using liar = await openLog({ log: new MemoryLog() }, prefix);
    await expect(liar.log.readEntries("d", 0, 9)).rejects.toMatchObject({ code: "ERR_STORE_CORRUPT" });
    expect((await liar.log.readHead("d")).version).toBe(2);
  });

  test("a document that moves out and back ends for nobody who has it open", async () => {
    await using opened = await openLog({ log: new MemoryLog() });
    const { log } = opened;
    const heard: LogNews[] = [];
    await log.watch("d", (news) => heard.push(news));
    await write(log, "d");
    await log.moveOut("d");
    expect(await log.commit("d", next)).toMatchObject({ outcome: "committed" });
    expect(heard).toEqual([]);
  });
});
