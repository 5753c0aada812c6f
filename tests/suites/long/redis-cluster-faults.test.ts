import { describe, expect, test } from "vitest";
import { anywhere, startServers } from "../../support/cluster.ts";
import { Crowd, DOCUMENT, WRITERS } from "../../support/crowd.ts";
import { type RedisCluster, startRedisCluster } from "../../support/redis-cluster.ts";
import { askRedis } from "../../support/redis-process.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { moveSlot, slotOf } from "../../support/slot-migration.ts";
import { waitFor } from "../../support/wait-for.ts";

/** What is done to the Redis Cluster while everybody types. */
const FAULTS: readonly {
  readonly name: string;
  readonly run: (cluster: RedisCluster, master: number, crowd: Crowd) => Promise<void>;
}[] = [
  {
    name: "the document's master is killed, and its replica takes its place",
    async run({ masters, replicas }, master, crowd) {
      await masters[master]?.process.kill();
      await crowd.typesOn(40);
      await waitFor("the failover", async () => {
        const state = await askRedis(replicas[master]?.process.port ?? 0, "INFO replication");
        return state.includes("role:master");
      });
      await crowd.isSavedAgain();
    },
  },
  {
    name: "the document's slot moves from master to master, and back",
    async run(cluster, master, crowd) {
      const slot = await slotOf(cluster, DOCUMENT);
      const other = (master + 1) % cluster.masters.length;
      await moveSlot(cluster, slot, master, other);
      await crowd.isSavedAgain();
      await crowd.typesOn(40);
      await moveSlot(cluster, slot, other, master);
      await crowd.isSavedAgain();
    },
  },
];

describe(`three servers on a Redis Cluster of three masters and three replicas, ${WRITERS} writers`, () => {
  for (const { name, run } of FAULTS)
    test(`[I1] [I2] [I3] ${name}: every word is there once`, async () => {
      await using redis = await startRedisCluster();
      await using servers = await startServers(redis.address);
      const random = seededRandom();
      const crowd = new Crowd(random, anywhere(servers, random));
      const slot = await slotOf(redis, DOCUMENT);
      try {
        await crowd.typesOn(60);
        await run(redis, Math.floor((slot * redis.masters.length) / 16_384), crowd);
        await crowd.typesOn(40);
        expect(await crowd.check(servers)).toBeGreaterThan(100);
      } finally {
        crowd.close();
      }
    });
});
