import { describe, expect, it } from "vitest";
import { anywhere, type ClusterNode, TestCluster } from "../support/cluster.ts";
import { Crowd, WRITERS } from "../support/crowd.ts";
import { askRedis, startRedis } from "../support/redis-process.ts";
import { type SeededRandom, seededRandom } from "../support/seeded-random.ts";
import { waitFor } from "../support/wait-for.ts";

/**
 * How often the same is done again. `INTERLINE_FAULTS` asks for more, and for all faults: else it is the
 * first two.
 */
const TIMES = Number(process.env["INTERLINE_FAULTS"] ?? 1);

/** What is done to a cluster while everybody types, and how it is put right. */
const FAULTS: readonly {
  readonly name: string;
  readonly run: (cluster: TestCluster, crowd: Crowd, random: SeededRandom) => Promise<void>;
}[] = [
  {
    name: "a server is killed and comes back, again and again",
    async run({ nodes }, crowd, random) {
      for (let kill = 0; kill < 2 * TIMES; kill++) {
        const { server } = random.pick(nodes);
        await server.kill();
        await crowd.typesOn(40);
        await server.restart();
        await crowd.isSavedAgain();
        await crowd.typesOn(20);
      }
    },
  },
  {
    name: "Redis is killed and started again",
    async run({ redis, nodes }, crowd) {
      for (let kill = 0; kill < TIMES; kill++) {
        await redis.kill();
        await crowd.typesOn(60);
        await waitFor("the servers to be not ready", async () => !(await anyReady(nodes)));
        await redis.restart();
        await crowd.isSavedAgain();
        await waitFor("the servers to be ready", () => allReady(nodes));
        await crowd.typesOn(40);
      }
    },
  },
  {
    name: "Redis stands still for ten seconds",
    async run({ redis }, crowd) {
      const stoodStill = new Promise((resolve) => setTimeout(resolve, 10_000));
      redis.pause();
      await crowd.typesOn(100);
      await stoodStill;
      redis.resume();
      await crowd.isSavedAgain();
      await crowd.typesOn(40);
    },
  },
  {
    name: "one direction between a server and Redis is lost, then the other",
    async run({ nodes }, crowd, random) {
      for (const direction of ["down", "up"] as const) {
        const { toRedis } = random.pick(nodes);
        toRedis.drop(direction);
        await crowd.typesOn(200);
        toRedis.reset();
        toRedis.resume();
        await crowd.isSavedAgain();
        await crowd.typesOn(40);
      }
    },
  },
  {
    name: "nothing that is published comes, for five seconds",
    async run({ nodes }, crowd) {
      for (const { published } of nodes) published.isSilent = true;
      const silence = new Promise((resolve) => setTimeout(resolve, 5_000));
      await crowd.typesOn(40);
      await silence;
      for (const { published } of nodes) published.isSilent = false;
      await crowd.isSavedAgain();
    },
  },
];

async function isReady({ server }: ClusterNode): Promise<boolean> {
  return fetch(`${server.url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function anyReady(nodes: readonly ClusterNode[]): Promise<boolean> {
  return (await Promise.all(nodes.map(isReady))).includes(true);
}

async function allReady(nodes: readonly ClusterNode[]): Promise<boolean> {
  return !(await Promise.all(nodes.map(isReady))).includes(false);
}

describe(`three servers on one Redis, ${WRITERS} writers`, () => {
  for (const { name, run } of TIMES > 1 ? FAULTS : FAULTS.slice(0, 2)) {
    it(`[I1] [I2] [I3] ${name}: every word is there once`, async () => {
      await using cluster = await TestCluster.start();
      const random = seededRandom();
      const crowd = new Crowd(random, anywhere(cluster, random));
      try {
        await crowd.typesOn(40);
        await run(cluster, crowd, random);
        expect(await crowd.check(cluster)).toBeGreaterThan(100);
      } finally {
        crowd.close();
      }
    });
  }

  if (TIMES > 1)
    it("[I1] [I2] Redis is started again without its last writes, twice: servers put them back, and every word is there once", async () => {
      // It keeps what it is told to, and nothing else.
      await using redis = await startRedis();
      await using cluster = await TestCluster.start({ redis });
      const random = seededRandom();
      const crowd = new Crowd(random, anywhere(cluster, random));
      try {
        for (let loss = 0; loss < 2; loss++) {
          await crowd.typesOn(60);
          expect(await askRedis(redis.port, "SAVE")).toBe("+OK\r\n");
          await crowd.typesOn(100);
          await crowd.isSavedAgain();
          await redis.kill();
          await crowd.typesOn(20);
          await redis.restart();
          await crowd.isSavedAgain();
        }
        expect(await crowd.check(cluster)).toBeGreaterThan(300);
      } finally {
        crowd.close();
      }
    });
});
