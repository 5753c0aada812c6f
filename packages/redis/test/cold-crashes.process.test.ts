import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LevelLog } from "@interline/server";
import { expect, test } from "vitest";
import { killWithUs } from "../../../tests/support/kill-with-us.ts";
import { startRedis } from "../../../tests/support/redis-process.ts";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { RedisLog, RedisStore } from "../src/index.ts";
import { insert, open } from "./entries.ts";

const ENTRIES = 40;

test("[I2] a server that is killed while it moves documents loses none, and leaves nothing for good", async () => {
  await using redis = await startRedis();
  await using folder = await temporaryFolder();
  const documents = Array.from({ length: 12 }, (_, index) => `d${index}`);
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  {
    const log = new RedisLog({ store });
    for (const document of documents) {
      await log.openSession(document, open("s"));
      const entries = Array.from({ length: ENTRIES }, (_, index) => insert("x", index, index + 1));
      await log.commit(document, { expected: { version: 0, entryId: "" }, entries, time: 9 });
      await log.saveCheckpoint(document, { version: 3, entryId: "s3", text: "xxx" });
    }
    await log.close();
  }
  let now = Date.now();
  let found = 0;
  for (const moves of [1, 7, 13, 30, 50, 71]) {
    await moveUntilKilled([`${redis.port}`, folder.path, ...documents], moves);
    const archive = await LevelLog.open({ location: folder.path });
    found += (await copiesIn(archive)).size;
    const log = new RedisLog({
      store,
      archive: { log: archive, name: "cellar", keepMs: 1_000, coldAfterMs: 1e12, now: () => now },
    });
    for (const document of documents) {
      expect(await log.readEntries(document, 0, 99)).toHaveLength(ENTRIES);
      expect(await log.loadCheckpoint(document)).toEqual({ version: 3, entryId: "s3", text: "xxx" });
    }
    // All are back: no copy is needed.
    now += 1e6;
    await log.sweep();
    expect(await copiesIn(archive)).toEqual(new Set());
    await log.close();
    await archive.close();
  }
  expect(found).toBeGreaterThan(0);
  await store.close();
});

/** Runs a server that moves documents until so many moves are done, and kills it in the middle of the next. */
async function moveUntilKilled(args: readonly string[], moves: number): Promise<void> {
  const mover = fileURLToPath(new URL("./cold-mover.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=development", mover, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  killWithUs(child);
  const exit = new Promise((resolve) => child.once("exit", resolve));
  let done = 0;
  for await (const _line of createInterface({ input: child.stdout })) {
    if (++done >= moves) child.kill("SIGKILL");
  }
  await exit;
  expect(done).toBeGreaterThanOrEqual(moves);
}

/** Names of everything in an archive. */
async function copiesIn(archive: LevelLog): Promise<Set<string>> {
  let lines = "";
  for await (const some of archive.backup()) lines += some;
  // The first says what it is, the last how much.
  const records = lines.trim().split("\n").slice(1, -1);
  const owners = records.map((record) => (JSON.parse(record) as [key: string])[0].split("!")[0] ?? "");
  // What begins with "!" is of the store itself, not of a copy.
  return new Set(owners.filter((owner) => owner !== ""));
}
