import { setTimeout as delay } from "node:timers/promises";
import { replaceOperation } from "@interline/ot";
import { RedisLog, RedisStore } from "@interline/redis";
import { type ArchivableLog, type LogNews, MemoryLog, type NewEntry } from "@interline/server";
import { archiveContract, catalogueContract, logContract } from "@interline/server/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { askRedis, type RedisProcess } from "../support/redis-process.ts";
import { migrate, moveSlot, slotOf } from "../support/slot-migration.ts";
import { waitFor } from "../support/wait-for.ts";

let cluster: RedisCluster;
let nth = 0;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

interface OpenLogOptions {
  readonly prefix?: string;
  readonly minReplicas?: number;
  readonly compareMs?: number;
  readonly archive?: ArchivableLog;
}

/** A log with connections of its own, that shares nothing with the others of this file or all with those of its prefix. */
async function openLog({
  prefix = `t${++nth}:`,
  minReplicas,
  compareMs = 200,
  archive,
}: OpenLogOptions = {}): Promise<RedisLog & AsyncDisposable> {
  const store = await RedisStore.connect({ address: cluster.address, prefix, minReplicas });
  const log = new RedisLog({ store, compareMs, archive: archive && { log: archive, name: "cellar" } });
  return Object.assign(log, {
    async [Symbol.asyncDispose]() {
      await log.close();
      await store.close();
    },
  });
}

/** Documents whose slots the three began with, so many of each. */
async function documentsOf(count: number): Promise<string[][]> {
  const found: string[][] = [[], [], []];
  for (let name = 0; found.some((documents) => documents.length < count); name++) {
    const of = found[Math.floor(((await slotOf(cluster, `d${name}`)) * 3) / 16_384)];
    if (of !== undefined && of.length < count) of.push(`d${name}`);
  }
  return found;
}

/** One person who writes one document, one entry after another, whatever happens to the servers of it. */
class Writer {
  readonly #log: RedisLog;
  readonly #document: string;
  readonly #session: string;
  #fence = "";
  #seq = 0;
  #isWatched = false;
  #isStopped = false;
  readonly heard = new Set<LogNews["type"]>();
  /** How often the document was opened. */
  opened = 0;
  readonly #done: Promise<void>;
  /** Ids of the entries that were acknowledged. */
  readonly acknowledged: string[] = [];

  constructor(log: RedisLog, document: string, session: string) {
    this.#log = log;
    this.#document = document;
    this.#session = session;
    this.#done = this.#run();
  }

  /** Resolves when the last entry that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const entryId = `${this.#session}-${++this.#seq}`;
      while (!(await this.#isCommitted(entryId))) await delay(5);
      this.acknowledged.push(entryId);
    }
  }

  /** One attempt to have an entry in the log. False: try again. */
  async #isCommitted(entryId: string): Promise<boolean> {
    const [seq, session] = [this.#seq, this.#session];
    try {
      if (!this.#isWatched && (await this.#open())) return true;
      const { version, entryId: follows, length } = await this.#log.readHead(this.#document);
      const operation = replaceOperation(length, length, "x", length);
      const at = { entryId, session, seq, fence: this.#fence, settled: 0, author: "ann" };
      const entry: NewEntry = { ...at, operation, length: length + 1 };
      const expected = { version, entryId: follows };
      const answer = await this.#log.commit(this.#document, { expected, entries: [entry], time: 1 });
      if (answer.outcome === "committed") return true;
      if (answer.outcome === "diverged") this.#isWatched = false;
      return answer.outcome === "rejected" && answer.bad.some(({ fault }) => fault === "duplicate");
    } catch {
      this.#isWatched = false;
      return false;
    }
  }

  /** True if the entry that is under way was committed before. */
  async #open(): Promise<boolean> {
    this.#log.release(this.#document);
    await this.#log.watch(this.#document, ({ type }) => this.heard.add(type));
    this.#fence = `${this.#session}-${Math.random()}`;
    const { row } = await this.#log.openSession(this.#document, {
      session: this.#session,
      version: 0,
      lastSeq: this.#seq,
      inFlight: true,
      settled: 0,
      fence: this.#fence,
      time: 1,
    });
    this.#isWatched = true;
    this.opened++;
    return row.lastSeq >= this.#seq;
  }
}

/** Fails unless a document has every acknowledged entry once, no entry twice, and no gap. */
async function check(document: string, log: RedisLog, writers: readonly Writer[]): Promise<void> {
  const entries = (await log.readEntries(document, 0, Infinity)) ?? [];
  expect(entries.map(({ version }) => version)).toEqual(entries.map((_entry, index) => index + 1));
  const ids = entries.map(({ entryId }) => entryId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { acknowledged } of writers) {
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
  }
}

/** Resolves when each of some writers has so many more acknowledged than now. */
async function progress(writers: readonly Writer[], count: number): Promise<void> {
  const goals = writers.map((writer) => [writer, writer.acknowledged.length + count] as const);
  await waitFor("the writers", () => goals.every(([writer, goal]) => writer.acknowledged.length >= goal));
}

describe("a log in a Redis Cluster", () => {
  for (const { name, run } of [...logContract, ...archiveContract]) {
    test(name, async () => {
      await using log = await openLog();
      await run(log);
    });
  }
});

describe("the catalogue in a Redis Cluster", () => {
  for (const { name, run } of catalogueContract) {
    test(name, async () => {
      await using log = await openLog();
      await run(log.catalogue);
    });
  }
});

test("news come from all masters", async () => {
  const documents = (await documentsOf(3)).flat();
  await using here = await openLog({ compareMs: 60_000 });
  await using there = await openLog({ prefix: `t${nth}:`, compareMs: 60_000 });
  const heard = new Set<string>();
  for (const document of documents) {
    await there.watch(document, ({ type }) => type === "appended" && heard.add(document));
  }
  const writers = documents.map((document) => new Writer(here, document, "s"));
  await waitFor("all news", () => heard.size === documents.length);
  await Promise.all(writers.map((writer) => writer.stop()));
  for (const [index, document] of documents.entries()) {
    await check(document, here, [writers[index] as Writer]);
  }
});

test("[I2] documents of all masters are moved to an archive and back while they are written", async () => {
  const documents = (await documentsOf(1)).flat();
  const archive = new MemoryLog();
  await using here = await openLog({ archive });
  await using there = await openLog({ prefix: `t${nth}:` });
  const pairs = documents.map((document) => [
    new Writer(here, document, "a"),
    new Writer(there, document, "b"),
  ]);
  const writers = pairs.flat();
  for (let round = 0; round < 20; round++) {
    await progress(writers, 2);
    await Promise.all(documents.map((document) => here.moveOut(document)));
  }
  await Promise.all(writers.map((writer) => writer.stop()));
  let moved = 0;
  for (const [index, document] of documents.entries()) {
    await check(document, there, pairs[index] ?? []);
    if (await here.moveOut(document)) moved++;
    await check(document, there, pairs[index] ?? []);
  }
  expect(moved).toBe(documents.length);
});

test("[I2] while slots move to another master nothing is lost and nothing is there twice", async () => {
  const [from = []] = await documentsOf(3);
  await using here = await openLog();
  await using there = await openLog({ prefix: `t${nth}:` });
  const writers = from.map((document) => [new Writer(here, document, "a"), new Writer(there, document, "b")]);
  await progress(writers.flat(), 10);
  for (const document of from) await moveSlot(cluster, await slotOf(cluster, document), 0, 1);
  await progress(writers.flat(), 10);
  await Promise.all(writers.flat().map((writer) => writer.stop()));
  for (const [index, document] of from.entries()) {
    const both = writers[index] ?? [];
    await check(document, here, both);
    // It is another master's log now: they had to begin again.
    for (const { opened } of both) expect(opened).toBeGreaterThan(1);
  }
  for (const document of from) await moveSlot(cluster, await slotOf(cluster, document), 1, 0);
});

test("a document can be written while its slot is about to move, and when it has moved and nobody was told", async () => {
  const [[document = ""] = []] = await documentsOf(1);
  await using log = await openLog();
  const writer = new Writer(log, document, "s");
  await progress([writer], 3);
  const slot = await slotOf(cluster, document);
  await using migration = migrate(cluster, slot, 0, 1);
  await migration.begin();
  // It is still where it was.
  await progress([writer], 3);
  await migration.moveKeys();
  // The cluster says that the slot is at the old place still, and only asks to look at the other.
  await progress([writer], 3);
  await migration.end();
  await progress([writer], 3);
  await writer.stop();
  await check(document, log, [writer]);
  await moveSlot(cluster, slot, 1, 0);
});

test("[I3] what replicas must have is acknowledged when they do, on every master", async () => {
  const documents = (await documentsOf(1)).flat();
  await using log = await openLog({ minReplicas: 1 });
  const writers = documents.map((document) => new Writer(log, document, "s"));
  await progress(writers, 5);
  const [replica] = cluster.replicas;
  const [paused] = writers as [Writer];
  replica?.process.pause();
  try {
    const before = paused.acknowledged.length;
    // The others go on.
    await progress(writers.slice(1), 20);
    expect(paused.acknowledged.length - before).toBeLessThanOrEqual(1);
  } finally {
    replica?.process.resume();
  }
  await progress(writers, 5);
  await Promise.all(writers.map((writer) => writer.stop()));
});

for (const { what, shard, end, back } of [
  {
    what: "dies",
    shard: 0,
    end: (redis: RedisProcess) => redis.kill(),
    back: (redis: RedisProcess) => redis.restart(),
  },
  {
    what: "stands still",
    shard: 1,
    end: async (redis: RedisProcess) => redis.pause(),
    back: async (redis: RedisProcess) => redis.resume(),
  },
])
  test(`[S8] a master that ${what} is replaced: documents of it end, all that was acknowledged is there once`, async () => {
    const documents = (await documentsOf(2)).flatMap((of, index) =>
      of.map((document) => ({ document, isOfMaster: index === shard })),
    );
    await using here = await openLog({ minReplicas: 1 });
    await using there = await openLog({ prefix: `t${nth}:`, minReplicas: 1 });
    const all = documents.map(({ document, isOfMaster }) => ({
      document,
      isOfMaster,
      both: [new Writer(here, document, "a"), new Writer(there, document, "b")],
    }));
    const writers = all.flatMap(({ both }) => both);
    const ofOthers = all.filter(({ isOfMaster }) => !isOfMaster).flatMap(({ both }) => both);
    await progress(writers, 10);
    const master = cluster.masters[shard]?.process as RedisProcess;
    await end(master);
    await waitFor("the failover", async () => {
      const state = await askRedis(cluster.replicas[shard]?.process.port ?? 0, "INFO replication");
      return state.includes("role:master");
    });
    await progress(ofOthers, 10);
    // Who is acknowledged needs a replica: the old master comes back as one.
    await back(master);
    await progress(writers, 10);
    await Promise.all(writers.map((writer) => writer.stop()));
    for (const { document, isOfMaster, both } of all) {
      await check(document, here, both);
      for (const { opened } of both) if (isOfMaster) expect(opened).toBeGreaterThan(1);
    }
    for (const { heard } of ofOthers) expect(heard).not.toContain("replaced");
  });
