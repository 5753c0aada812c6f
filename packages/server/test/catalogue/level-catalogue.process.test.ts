import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogueContract } from "../../src/catalogue/catalogue-contract.ts";
import { LevelLog } from "../../src/log/level-log.ts";

describe("the catalogue of an embedded log", () => {
  for (const { name, run } of catalogueContract) {
    test(name, () => withLog(async (open) => run((await open()).catalogue)));
  }

  test("has everything after it was closed and opened again, apart from the documents' own records", () =>
    withLog(async (open) => {
      const first = await open();
      const record = { id: "d", title: "T", owner: "ann", createdAt: 1, deletedAt: undefined };
      await first.catalogue.create(record);
      const secret = await first.catalogue.secret("links");
      await first.close();
      const again = await open();
      expect(await again.catalogue.get("d")).toEqual(record);
      expect(await again.catalogue.secret("links")).toEqual(secret);
      expect(await again.readEntries("d", 0, 9)).toEqual([]);
      await again.close();
    }));
});

async function withLog(work: (open: () => Promise<LevelLog>) => Promise<void>): Promise<void> {
  const location = await mkdtemp(join(tmpdir(), "interline-catalogue-"));
  const logs: LevelLog[] = [];
  try {
    await work(async () => {
      const log = await LevelLog.open({ location });
      logs.push(log);
      return log;
    });
  } finally {
    for (const log of logs) await log.close();
    await rm(location, { recursive: true, force: true });
  }
}
