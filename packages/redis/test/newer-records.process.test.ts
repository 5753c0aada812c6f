import { LevelLog } from "@interline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { type ArchiveOptions, RedisLog, RedisStore } from "../src/index.ts";
import { insert, open } from "./entries.ts";

let redis: RedisProcess;
let nth = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

interface Opened extends AsyncDisposable {
  readonly log: RedisLog;
  readonly store: RedisStore;
}

/** A log with two entries, a checkpoint, a record and a link of the document `d`. */
async function written(archive?: ArchiveOptions): Promise<Opened> {
  const store = await RedisStore.connect({
    address: `redis://127.0.0.1:${redis.port}`,
    prefix: `n${++nth}:`,
  });
  const log = new RedisLog({ store, archive });
  await log.openSession("d", open("s"));
  const entries = [insert("a", 0, 1), insert("b", 1, 2)];
  await log.commit("d", { expected: { version: 0, entryId: "" }, entries, time: 9 });
  await log.saveCheckpoint("d", { version: 1, entryId: "s1", text: "a" });
  await log.catalogue.create({ id: "d", title: "T", owner: "ann", createdAt: 1, deletedAt: undefined });
  const link = { id: "l", document: "d", role: "read", createdBy: "ann", createdAt: 1 } as const;
  await log.catalogue.addLink({ ...link, parent: undefined, expiresAt: undefined, revokedAt: undefined });
  return {
    log,
    store,
    async [Symbol.asyncDispose]() {
      await log.close();
      await store.close();
    },
  };
}

test("kinds of records that are not known here, and fields of those that Redis keeps by name, stay", async () => {
  await using folder = await temporaryFolder();
  const archive = await LevelLog.open({ location: folder.path });
  {
    await using opened = await written({ log: archive, name: "cellar" });
    const { log, store } = opened;
    const notes = store.keys.head("d").replace(/head$/, "notes");
    const everything = store.keys.documents.replace(/documents$/, "policies");
    await store.command(async (client) => {
      await client.set(notes, "a comment");
      await client.hset(everything, "d", "read");
      await client.hset(store.keys.head("d"), "color", "red");
      await client.hset(store.keys.record("d"), "access", "none");
    });

    const expected = { version: 2, entryId: "s2" };
    await log.commit("d", { expected, entries: [insert("c", 2, 3)], time: 9 });
    await log.saveCheckpoint("d", { version: 3, entryId: "s3", text: "abc" });
    await log.trim("d", 2);
    await log.expireSessions("d", { time: 2, idleMs: 0, maxSessions: 1, open: new Set(["s"]) });
    await log.catalogue.change("d", { title: "later", deletedAt: 9 });
    await log.catalogue.revokeLink("d", "l", 9);
    expect(await log.moveOut("d")).toBe(true);
    expect(await log.loadCheckpoint("d")).toMatchObject({ version: 3 });

    await store.command(async (client) => {
      expect(await client.get(notes)).toBe("a comment");
      expect(await client.hgetall(everything)).toEqual({ d: "read" });
      expect(await client.hget(store.keys.head("d"), "color")).toBe("red");
      expect(await client.hgetall(store.keys.record("d"))).toMatchObject({ title: "later", access: "none" });
    });
  }
  await archive.close();
});

test("a Redis of a newer format is refused with a sentence that says so", async () => {
  await using opened = await written();
  const { store } = opened;
  await store.command((client) => client.set(store.keys.format, "2"));
  const address = `redis://127.0.0.1:${redis.port}`;
  await expect(RedisStore.connect({ address, prefix: `n${nth}:` })).rejects.toMatchObject({
    code: "ERR_STORE_TOO_NEW",
    message: `the Redis at ${address} was written by a newer version of the program (format 2; this one reads up to 1)`,
  });
  expect(await store.command((client) => client.get(store.keys.format))).toBe("2");
});

test("a session with a field more than is known here is refused, not written again without it", async () => {
  await using opened = await written();
  const { log, store } = opened;
  const key = store.keys.sessions("d");
  const row = await store.command((client) => client.hget(key, "s"));
  const longer = `${row} trusted`;
  await store.command((client) => client.hset(key, "s", longer));
  const failure = await log.openSession("d", open("s", "g")).catch((error: unknown) => error);
  expect(String((failure as Error).cause)).toContain("a newer version of the program wrote this session");
  const retention = { time: 2, idleMs: 0, maxSessions: 0, open: new Set<string>() };
  await expect(log.expireSessions("d", retention)).rejects.toThrow();
  expect(await store.command((client) => client.hget(key, "s"))).toBe(longer);
});

test("an entry with a field more than is known here is refused, not passed over", async () => {
  await using opened = await written();
  const { log, store } = opened;
  const [last] = await store.command((client) => client.xrevrange(store.keys.log("d"), "+", "-", "COUNT", 1));
  const value = JSON.parse(last?.[1][3] ?? "[]") as unknown[];
  await store.command(async (client) => {
    await client.xadd(store.keys.log("d"), "3-0", "i", "s3", "e", JSON.stringify([...value, "more"]));
    await client.hset(store.keys.head("d"), "version", 3, "entryId", "s3", "length", 3);
  });
  await expect(log.readEntries("d", 0, 9)).rejects.toMatchObject({ code: "ERR_STORE_TOO_NEW" });
});
