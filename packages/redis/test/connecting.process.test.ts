import { type Logger, silentLogger } from "@interline/server";
import { expect, test } from "vitest";
import { freePort } from "../../../tests/support/free-port.ts";
import { startRedis } from "../../../tests/support/redis-process.ts";
import { RedisLog, RedisStore } from "../src/index.ts";

/** What a user needs, as docs/OPERATIONS.md has it. */
const RIGHTS = "~interline:* &interline:* +@all -@dangerous -@admin +info";

test("a user with rights to its own keys and channels is enough", async () => {
  await using redis = await startRedis({
    settings: { requirepass: "other" },
    lines: [`user ann on >s3:cr@t ${RIGHTS}`],
  });
  const address = `redis://ann:s3%3Acr%40t@127.0.0.1:${redis.port}`;
  const store = await RedisStore.connect({ address });
  const log = new RedisLog({ store });
  await log.watch("d", () => {});
  const request = { session: "s", version: 0, lastSeq: 0, inFlight: false, settled: 0, fence: "f", time: 1 };
  await log.openSession("d", request);
  expect(await log.readHead("d")).toEqual({ version: 0, entryId: "", length: 0 });
  await log.catalogue.create({ id: "d", title: "", owner: "", createdAt: 1, deletedAt: undefined });
  expect(await log.catalogue.list({ after: "", limit: 9, isDeleted: false })).toHaveLength(1);
  await log.close();
  await store.close();
});

test("a wrong password fails at once, and is not told", async () => {
  await using redis = await startRedis({ settings: { requirepass: "right" } });
  for (const password of ["", ":wrong@"]) {
    const failure = await RedisStore.connect({
      address: `redis://${password}127.0.0.1:${redis.port}`,
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "ERR_STORE_FAILED" });
    expect(String(failure)).not.toContain("wrong");
  }
});

test("a cluster that is not whole is refused in time", async () => {
  await using redis = await startRedis({
    settings: { "cluster-enabled": "yes", "cluster-port": `${await freePort()}` },
  });
  const address = `redis+cluster://127.0.0.1:${redis.port}`;
  const connecting = RedisStore.connect({ address, commandTimeoutMs: 200 });
  await expect(connecting).rejects.toMatchObject({ code: "ERR_STORE_FAILED" });
});

test("a Redis that would throw documents away is told of", async () => {
  await using redis = await startRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });
  const told: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (fields) => told.push(fields) };
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}`, logger });
  expect(told).toEqual([{ event: "redis-policy", policy: "allkeys-lru" }]);
  await store.close();
});
