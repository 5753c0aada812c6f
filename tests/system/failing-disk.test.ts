import { describe, expect, it } from "vitest";
import { limitFiles } from "../support/full-disk.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { ServerProcess } from "../support/server-process.ts";
import { checkWords, Writer } from "../support/simulation/writer.ts";
import { waitFor } from "../support/wait-for.ts";

describe("a server whose disk is full", () => {
  it.skipIf(process.platform !== "linux")(
    "[I3] acknowledges nothing, keeps everybody typing, and takes every word once there is room",
    async () => {
      await using server = await ServerProcess.start();
      const random = seededRandom();
      const writers = ["ann", "bob"].map(
        (name) =>
          new Writer(name, random, {
            takesBack: false,
            url: server.syncUrl,
            document: "full",
            backoff: { firstMs: 20, maxMs: 200 },
            openTab: () => ({ environment: nodeEnvironment(), store: undefined, kill: () => {} }),
          }),
      );
      const documents = writers.map(({ document }) => document);
      const type = async (words: number) => {
        const target = Math.min(...writers.map((writer) => writer.words)) + words;
        await waitFor(`${words} more words`, () => {
          for (const writer of writers) writer.act(writer.words < target);
          return writers.every((writer) => writer.words >= target && !writer.isMidWord);
        });
      };
      const allSynced = () => documents.every(({ status }) => status.state === "synced");

      for (let round = 0; round < 3; round++) {
        await type(10);
        await waitFor("everything to be saved", allSynced);
        const before = server.output.length;
        limitFiles(server.pid ?? 0, 1_000);
        await waitFor("the disk to be full", async () => {
          await type(1);
          return server.output.includes("ERR_STORE_FAILED", before) && !allSynced();
        });
        await type(10);
        expect(documents.every(({ status }) => status.state !== "error")).toBe(true);
        limitFiles(server.pid ?? 0, Number.POSITIVE_INFINITY);
        await waitFor("everything to be saved again", allSynced);
      }
      await waitFor("one version", () => documents[0]?.version === documents[1]?.version);
      const text = documents[0]?.text.toString() ?? "";
      expect(documents[1]?.text.toString()).toBe(text);
      expect(checkWords(text, writers)).toBeGreaterThan(60);

      await server.kill();
      await server.restart();
      await waitFor("everybody to be back", allSynced);
      for (const document of documents) {
        expect(document.text.toString()).toBe(text);
        document.close();
      }
    },
  );
});
