import type { LogNews } from "@interline/server";
import { catalogueContract, logContract } from "@interline/server/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { RedisLog, RedisStore } from "../src/index.ts";
import { insert, open } from "./entries.ts";

let redis: RedisProcess;
let nth = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** A log that shares nothing with the others of this file, or that of a prefix. */
async function openLog(prefix = `t${++nth}:`, compareMs = 60_000): Promise<RedisLog & AsyncDisposable> {
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}`, prefix });
  const log = new RedisLog({ store, compareMs });
  return Object.assign(log, {
    async [Symbol.asyncDispose]() {
      await log.close();
      await store.close();
    },
  });
}

describe("a log in Redis", () => {
  for (const { name, run } of logContract) {
    test(name, async () => {
      await using log = await openLog();
      await run(log);
    });
  }

  test("tells other servers what was committed, with the author's caret, and not the one that did it", async () => {
    await using here = await openLog();
    await using there = await openLog(`t${nth}:`);
    const heard: { here: LogNews[]; there: LogNews[] } = { here: [], there: [] };
    await here.watch("d", (news) => heard.here.push(news));
    await there.watch("d", (news) => heard.there.push(news));
    await here.openSession("d", open("s"));
    const entries = [insert("héllo 👋", 0, 1), insert("!", 7, 2)];
    const expected = { version: 0, entryId: "" };
    expect((await here.commit("d", { expected, entries, time: 9 })).outcome).toBe("committed");
    await waitFor("the news", () => heard.there.length === 1);
    expect(heard.there[0]).toEqual({
      type: "appended",
      from: expect.any(String) as string,
      after: expected,
      appended: (await there.readEntries("d", 0, 9))?.map((entry, index) => ({
        entry,
        selection: entries[index]?.selection,
      })),
    });
    expect(heard.here).toEqual([]);
  });

  test("what is too long to be told is to be read", async () => {
    await using here = await openLog();
    await using there = await openLog(`t${nth}:`);
    const heard: LogNews[] = [];
    await there.watch("d", (news) => heard.push(news));
    await here.openSession("d", open("s"));
    const entries = [insert("x".repeat(100_000), 0, 1)];
    await here.commit("d", { expected: { version: 0, entryId: "" }, entries, time: 9 });
    await waitFor("the news", () => heard.length === 1);
    expect(heard).toEqual([{ type: "changed" }]);
  });

  test("a document that was opened and never written leaves Redis in time, one that was written stays", async () => {
    await using log = await openLog();
    const store = await RedisStore.connect({
      address: `redis://127.0.0.1:${redis.port}`,
      prefix: `t${nth}:`,
    });
    const days = async (): Promise<readonly number[]> => {
      const keys = [store.keys.head("d"), store.keys.sessions("d")];
      const left = await store.command((client) => Promise.all(keys.map((key) => client.pttl(key))));
      return left.map((ms) => (ms < 0 ? ms : Math.round(ms / 86_400_000)));
    };
    await log.openSession("d", open("s"));
    expect(await days()).toEqual([1, 1]);
    await log.commit("d", { expected: { version: 0, entryId: "" }, entries: [insert("a", 0, 1)], time: 9 });
    // For ever.
    expect(await days()).toEqual([-1, -1]);
    await log.openSession("d", open("t"));
    expect(await days()).toEqual([-1, -1]);
    await store.close();
  });

  test("[S7] a head that moved without a message is found", async () => {
    await using here = await openLog();
    await using there = await openLog(`t${nth}:`, 20);
    const heard: LogNews[] = [];
    await there.watch("d", (news) => heard.push(news));
    const store = await RedisStore.connect({
      address: `redis://127.0.0.1:${redis.port}`,
      prefix: `t${nth}:`,
    });
    // As if the message were lost: nobody hears of this one.
    await store.command((client) => client.hset(`t${nth}:{d}:head`, "version", "1", "entryId", "x"));
    await store.close();
    await waitFor("the comparison", () => heard.length > 0);
    expect(heard[0]).toEqual({ type: "changed" });
    await there.readHead("d");
    expect((await here.readHead("d")).version).toBe(1);
  });

  test("[S8] a Redis that was started again is another log, for whoever was there before", async () => {
    await using own = await startRedis({ isDurable: true });
    const store = await RedisStore.connect({ address: `redis://127.0.0.1:${own.port}` });
    const log = new RedisLog({ store, compareMs: 50, graceMs: 300 });
    const heard: LogNews[] = [];
    await log.watch("d", (news) => heard.push(news));
    await log.openSession("d", open("s"));
    await log.commit("d", { expected: { version: 0, entryId: "" }, entries: [insert("a", 0, 1)], time: 9 });
    await own.kill();
    await waitFor("the loss to be seen", () => !store.isReady);
    await expect(log.readHead("d")).rejects.toMatchObject({ code: "ERR_STORE_FAILED" });
    await own.restart();
    await waitFor("the news", () => heard.length > 0);
    expect(heard[0]).toEqual({ type: "replaced" });
    const late = { expected: { version: 1, entryId: "s1" }, entries: [insert("b", 1, 2)], time: 9 };
    expect(await log.commit("d", late)).toEqual({ outcome: "diverged" });
    // Others may know what this Redis lost, and put it back: until then nobody is told what became of an operation.
    await expect(log.openSession("d", open("s"))).rejects.toThrow("the log lost its end");
    log.release("d");
    await expect(log.openSession("d", open("s"))).rejects.toThrow("the log lost its end");
    await waitFor("the document to be open again", () =>
      log.openSession("d", open("s")).catch(() => undefined),
    );
    // Opened again it has all that was acknowledged.
    log.release("d");
    await log.watch("d", () => {});
    expect(await log.readHead("d")).toEqual({ version: 1, entryId: "s1", length: 1 });
    await log.close();
    await store.close();
  });

  test("[I3] what too few replicas have is not acknowledged, however often and whatever is asked", async () => {
    await using replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${redis.port}` } });
    const store = await RedisStore.connect({
      address: `redis://127.0.0.1:${redis.port}`,
      prefix: `t${++nth}:`,
      commandTimeoutMs: 300,
      minReplicas: 1,
    });
    const log = new RedisLog({ store });
    await waitFor("the replica", () =>
      log.openSession("d", open("s")).then(
        () => true,
        () => false,
      ),
    );
    const batch = { expected: { version: 0, entryId: "" }, entries: [insert("a", 0, 1)], time: 9 };
    replica.pause();
    const failure = { code: "ERR_STORE_FAILED" };
    await expect(log.commit("d", batch)).rejects.toMatchObject(failure);
    // It is in the log, but to say that it is a duplicate, or the head, would be to acknowledge it.
    await expect(log.commit("d", batch)).rejects.toMatchObject(failure);
    await expect(log.readHead("d")).rejects.toMatchObject(failure);
    await expect(log.openSession("d", open("s"))).rejects.toMatchObject(failure);
    replica.resume();
    await waitFor("the replica", () =>
      log.readHead("d").then(
        ({ version }) => version === 1,
        () => false,
      ),
    );
    expect(await log.commit("d", batch)).toMatchObject({
      outcome: "rejected",
      bad: [{ session: "s", seq: 1, fault: "duplicate" }],
    });
    await log.close();
    await store.close();
  });

  test("[I3] those who wait for replicas at the same time wait together", async () => {
    await using own = await startRedis();
    await using _replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${own.port}` } });
    const store = await RedisStore.connect({ address: `redis://127.0.0.1:${own.port}`, minReplicas: 1 });
    const log = new RedisLog({ store });
    await waitFor("the replica", () =>
      log.openSession("d0", open("s")).then(
        () => true,
        () => false,
      ),
    );
    const waits = async (): Promise<number> => {
      const stats = await store.command((client) => client.info("commandstats"));
      return Number(/cmdstat_wait:calls=(\d+)/.exec(stats)?.[1]);
    };
    const before = await waits();
    const documents = Array.from({ length: 200 }, (_, index) => `d${index}`);
    await Promise.all(documents.map((document) => log.openSession(document, open("s"))));
    expect((await waits()) - before).toBeLessThan(50);
    await log.close();
    await store.close();
  });

  test("a Redis that stands still fails in time, and what it did late is done once", async () => {
    const store = await RedisStore.connect({
      address: `redis://127.0.0.1:${redis.port}`,
      prefix: `t${++nth}:`,
      commandTimeoutMs: 200,
    });
    const log = new RedisLog({ store });
    await log.openSession("d", open("s"));
    const batch = { expected: { version: 0, entryId: "" }, entries: [insert("a", 0, 1)], time: 9 };
    redis.pause();
    await expect(log.commit("d", batch)).rejects.toMatchObject({ code: "ERR_STORE_FAILED" });
    redis.resume();
    await waitFor(
      "the late commit",
      async () => (await log.readHead("d").catch(() => undefined))?.version === 1,
    );
    const again = await log.commit("d", batch);
    expect(again).toMatchObject({ outcome: "rejected", bad: [{ session: "s", seq: 1, fault: "duplicate" }] });
    await log.close();
    await store.close();
  });
});

describe("servers of several versions", () => {
  test("what nobody can read is passed over, and costs no server anything", async () => {
    await using log = await openLog();
    const heard: LogNews[] = [];
    await log.watch("d", (news) => heard.push(news));
    const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
    const channel = `t${nth}:{d}:news`;
    const wrong = [
      "no JSON",
      "null",
      '["e"]',
      '["e","node",0,"",[["id"]],[]]',
      '["e","node",0,"",5]',
      '["p","node"]',
    ];
    for (const message of [...wrong, '["r","node"]']) {
      await store.command((client) => client.spublish(channel, message));
    }
    await waitFor("the news after it", () => heard.some(({ type }) => type === "record"));
    expect(heard.filter(({ type }) => type === "appended")).toEqual([]);
    await store.close();
  });

  test("what only later versions say is passed over", async () => {
    await using log = await openLog();
    const heard: LogNews[] = [];
    await log.watch("d", (news) => heard.push(news));
    const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
    const channel = `t${nth}:{d}:news`;
    await store.command((client) => client.spublish(channel, '["z","node",{"new":true}]'));
    await store.command((client) => client.spublish(channel, '["r","node"]'));
    await waitFor("the news after it", () => heard.length > 0);
    expect(heard).toEqual([{ type: "record" }]);
    await store.close();
  });
});

describe("the catalogue in Redis", () => {
  for (const { name, run } of catalogueContract) {
    test(name, async () => {
      await using log = await openLog();
      await run(log.catalogue);
    });
  }
});
