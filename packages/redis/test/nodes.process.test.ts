import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { RedisNodes, RedisStore } from "../src/index.ts";

let redis: RedisProcess;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

test("a server that gave no sign of life for long is dead, but not where Redis was away for all", async () => {
  const address = `redis://127.0.0.1:${redis.port}`;
  const stores = await Promise.all([RedisStore.connect({ address }), RedisStore.connect({ address })]);
  const [one, other] = stores;
  const nodes = await RedisNodes.join({ store: one, url: "http://one", beatMs: 60_000 });
  await RedisNodes.join({ store: other, url: "http://other", beatMs: 60_000 });
  let changes = 0;
  nodes.onChange(() => changes++);
  await nodes.refresh();
  expect([...nodes.alive].toSorted()).toEqual([one.node, other.node].toSorted());
  expect(changes).toBe(1);

  const [beats, , respite] = one.keys.nodes;
  /** As if the last sign of life of a server were of 1970. */
  const age = (node: string) => one.command((client) => client.zadd(beats, 1, node));
  await age(one.node);
  await age(other.node);
  // Also at the next beats, while others may not have come back.
  for (let beat = 0; beat < 3; beat++) await nodes.refresh();
  expect(nodes.alive.size).toBe(2);
  expect(await one.command((client) => client.pttl(respite))).toBeGreaterThan(9_000);
  await one.command((client) => client.del(respite));
  await nodes.refresh();
  expect([...nodes.alive]).toEqual([one.node]);
  expect(changes).toBe(2);

  await nodes.leave();
  await nodes.refresh();
  expect(await one.command((client) => client.zcard(beats))).toBe(0);
  for (const store of stores) await store.close();
});
