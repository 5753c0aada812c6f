import { composeAll } from "@interline/ot";
import { RedisLog, RedisStore } from "@interline/redis";
import { describe, expect, it } from "vitest";
import { type ClusterNode, TestCluster } from "../support/cluster.ts";
import { type SeededRandom, seededRandom } from "../support/seeded-random.ts";
import { Writer } from "../support/simulation/writer.ts";
import { atOneVersion, BACKOFF, checkEnd, keepTyping, textAt } from "../support/typing.ts";
import { waitFor } from "../support/wait-for.ts";

const WRITERS = 20;
const DOCUMENT = "faults";

/** Writers on all servers of a cluster, who never stop typing. */
class Crowd {
  readonly writers: readonly Writer[];
  readonly #typing: Promise<unknown>;
  #isOver = false;

  constructor(cluster: TestCluster, random: SeededRandom) {
    this.writers = Array.from(
      { length: WRITERS },
      (_, index) =>
        new Writer(`w${index}`, random, {
          takesBack: false,
          url: "ws://any.example/sync",
          document: DOCUMENT,
          backoff: BACKOFF,
          openTab: () => ({ environment: cluster.anywhere(random), store: undefined, kill: () => {} }),
        }),
    );
    this.#typing = Promise.all(
      this.writers.map((writer) => keepTyping(writer, random, () => this.#isOver, { slower: 10 })),
    );
  }

  get #words(): number {
    return this.writers.reduce((words, writer) => words + writer.words, 0);
  }

  /** Resolves when so many more words were typed, saved or not. */
  async typesOn(words: number): Promise<void> {
    const target = this.#words + words;
    await this.#orFault(waitFor(`${words} more words`, () => this.#words >= target, { timeoutMs: 30_000 }));
  }

  /** Resolves when somebody's edits are saved again, which the others have. */
  async isSavedAgain(): Promise<void> {
    const version = (): number => Math.max(...this.writers.map(({ document }) => document.version));
    const before = version();
    await this.#orFault(waitFor("edits to be saved", () => version() > before, { timeoutMs: 30_000 }));
  }

  /** Ends; everybody has the same text, in which every word is once, and so have a newcomer and the log. */
  async check(cluster: TestCluster): Promise<number> {
    this.#isOver = true;
    await this.#typing;
    await atOneVersion(this.writers);
    const [{ server }] = cluster.nodes as readonly [ClusterNode];
    const text = await textAt(server.syncUrl, DOCUMENT);
    const words = checkEnd(text, this.writers);
    expect(await textOfLog(cluster)).toBe(text);
    return words;
  }

  close(): void {
    this.#isOver = true;
    for (const { document } of this.writers) document.close();
  }

  #orFault(awaited: Promise<unknown>): Promise<unknown> {
    return Promise.race([awaited, this.#typing]);
  }
}

/** What the log's entries make, one after another, from the first. */
async function textOfLog({ redis }: TestCluster): Promise<string> {
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  const log = new RedisLog({ store });
  const head = await log.readHead(DOCUMENT);
  const entries = (await log.readEntries(DOCUMENT, 0, head.version)) ?? [];
  expect(entries.map(({ version }) => version)).toEqual(
    Array.from({ length: head.version }, (_, index) => index + 1),
  );
  const ids = new Set(entries.map(({ session, seq }) => `${session} ${seq}`));
  expect(ids.size, "no number of a session is committed twice").toBe(head.version);
  await log.close();
  await store.close();
  const [first] = composeAll(entries.map(({ operation }) => operation)).toJSON();
  return typeof first === "string" ? first : "";
}

/** What is done to a cluster while everybody types, and how it is put right. */
const FAULTS: readonly {
  readonly name: string;
  readonly run: (cluster: TestCluster, crowd: Crowd, random: SeededRandom) => Promise<void>;
}[] = [
  {
    name: "a server is killed and comes back, five times",
    async run({ nodes }, crowd, random) {
      for (let kill = 0; kill < 5; kill++) {
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
    name: "Redis is killed and started again, three times",
    async run({ redis, nodes }, crowd) {
      for (let kill = 0; kill < 3; kill++) {
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
  for (const { name, run } of FAULTS) {
    it(`[I1] [I2] [I3] ${name}: every word is there once`, async () => {
      await using cluster = await TestCluster.start();
      const random = seededRandom();
      const crowd = new Crowd(cluster, random);
      try {
        await crowd.typesOn(40);
        await run(cluster, crowd, random);
        expect(await crowd.check(cluster)).toBeGreaterThan(100);
      } catch (e) {
        for (const { server } of cluster.nodes) console.log(server.output);
        throw e;
      } finally {
        crowd.close();
      }
    });
  }
});
