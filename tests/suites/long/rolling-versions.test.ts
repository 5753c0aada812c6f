import { expect, it } from "vitest";
import { toServer } from "../../support/cluster.ts";
import { startRedis } from "../../support/redis-process.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { type Build, buildsWith, checkWordsOnce, RELEASES, WordWriter } from "../../support/versions.ts";
import { waitFor } from "../../support/wait-for.ts";

const SERVERS = 3;
const WRITERS = 20;
/** Words that everybody together writes between two steps. */
const WORDS = 60;

it.each(RELEASES)(
  "[I1] [I2] three servers on one Redis go from release %s to this build one after another, and back, while twenty write with both clients",
  async (release) => {
    const [today, first] = await buildsWith(release);
    const random = seededRandom();
    await using redis = await startRedis({ isDurable: true });
    const args = ["--redis", `redis://127.0.0.1:${redis.port}`];
    const start = (build: Build, port?: number): Promise<ServerProcess> =>
      ServerProcess.start({
        dataDirectory: "unused",
        args,
        ...(port !== undefined && { port }),
        ...(build.program !== undefined && { program: build.program }),
      });
    const nodes: { server: ServerProcess }[] = [];
    const writers: WordWriter[] = [];
    let typing: NodeJS.Timeout | undefined;
    const written = (): number => writers.reduce((sum, { words }) => sum + words.length, 0);
    const moreWords = async (): Promise<void> => {
      const before = written();
      await waitFor("more words", () => written() >= before + WORDS);
    };
    try {
      for (let index = 0; index < SERVERS; index++) nodes.push({ server: await start(first) });
      const environment = toServer(() => random.pick(nodes));
      for (let index = 0; index < WRITERS; index++) {
        const options = { url: "ws://any.example/sync", document: "rolling", environment };
        writers.push(new WordWriter(`w${index}`, index % 2 === 0 ? first : today, options));
      }
      for (const writer of writers) await writer.isReady();
      typing = setInterval(() => random.pick(writers).write(), 10);
      for (const build of [today, first, today]) {
        for (const node of nodes) {
          await moreWords();
          const { port } = node.server;
          expect(await node.server.stop()).toBe(0);
          node.server = await start(build, port);
        }
      }
      await moreWords();
      clearInterval(typing);
      const text = await checkWordsOnce(writers);
      const options = { url: "ws://any.example/sync", document: "rolling", environment };
      for (const build of [first, today]) {
        const reader = new WordWriter("reader", build, options);
        await reader.isReady();
        await waitFor("the text", () => reader.document.text.toString() === text);
        reader.close();
      }
    } finally {
      clearInterval(typing);
      for (const writer of writers) writer.close();
      for (const { server } of nodes) await server.kill();
    }
  },
);
