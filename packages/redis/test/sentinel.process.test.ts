import { Redis } from "ioredis";
import type { LogNews } from "@interline/server";
import { expect, test } from "vitest";
import { startRedis } from "../../../tests/support/redis-process.ts";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { RedisLog, RedisStore } from "../src/index.ts";
import { insert, open } from "./entries.ts";

test("[S8] after a failover the log is another, and what was acknowledged is in it", async () => {
  const settings = { requirepass: "secret", masterauth: "secret" };
  await using master = await startRedis({ settings });
  await using replica = await startRedis({
    settings: { ...settings, replicaof: `127.0.0.1 ${master.port}` },
  });
  await using sentinel = await startRedis({
    isSentinel: true,
    lines: [
      `sentinel monitor main 127.0.0.1 ${master.port} 1`,
      "sentinel auth-pass main secret",
      "sentinel down-after-milliseconds main 500",
      "sentinel failover-timeout main 2000",
    ],
  });
  await inSync(replica.port);

  const store = await RedisStore.connect({
    address: `redis+sentinel://:secret@127.0.0.1:${sentinel.port}/main`,
    minReplicas: 1,
  });
  const log = new RedisLog({ store, compareMs: 100 });
  const heard: LogNews[] = [];
  await log.watch("d", (news) => heard.push(news));
  await log.openSession("d", open("s"));
  const commit = { expected: { version: 0, entryId: "" }, entries: [insert("a", 0, 1)], time: 9 };
  expect(await log.commit("d", commit)).toMatchObject({ outcome: "committed" });

  // The sentinel must know of the replica before there is need of it.
  const watcher = new Redis(sentinel.port);
  await waitFor("the replica to be known", async () => {
    const known = (await watcher.call("sentinel", "replicas", "main")) as unknown[];
    return known.length === 1;
  });
  watcher.disconnect();
  await master.kill();
  await waitFor("the failover to be heard of", () => heard.some(({ type }) => type === "replaced"));
  const late = { expected: { version: 1, entryId: "s1" }, entries: [insert("b", 1, 2)], time: 9 };
  expect(await log.commit("d", late)).toEqual({ outcome: "diverged" });

  log.release("d");
  // The connection for news comes back in its own time.
  const isBack = (): Promise<boolean> =>
    log
      .watch("d", () => {})
      .then(
        () => true,
        () => false,
      );
  await waitFor("news", isBack);
  await log.close();
  await store.close();
  // Without replicas to ask for: there are none left.
  const alone = await RedisStore.connect({
    address: `redis+sentinel://:secret@127.0.0.1:${sentinel.port}/main`,
  });
  const after = new RedisLog({ store: alone });
  expect(await after.readHead("d")).toEqual({ version: 1, entryId: "s1", length: 1 });
  await after.close();
  await alone.close();
});

/** Resolves when a replica has everything of its master. */
async function inSync(port: number): Promise<void> {
  const replica = new Redis(port, { password: "secret" });
  await waitFor("the replica", async () => /master_link_status:up/.test(await replica.info("replication")));
  replica.disconnect();
}
