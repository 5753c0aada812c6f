import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { replaceOperation } from "@interline/ot";
import { ClassicLevel } from "classic-level";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { restoreBackup } from "../../src/log/backup.ts";
import { LevelLog } from "../../src/log/level-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interline-newer-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Kinds of records that a newer version could add: of a document, and of the store. */
const UNKNOWN: readonly (readonly [key: string, value: string])[] = [
  ["d!a!note-1", '["a comment",{"on":5}]'],
  ["d!hh", "a kind whose name begins as a known one"],
  ["d!z", "not even JSON"],
  ["!a!d", '["what everybody may do"]'],
  ["!z!", ""],
];

/** Does something to the records of a folder that nobody has open. */
async function inFolder<Result>(
  location: string,
  work: (database: ClassicLevel) => Promise<Result>,
): Promise<Result> {
  const database = new ClassicLevel(location);
  await database.open();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const recordsOf = (location: string): Promise<[string, string][]> =>
  inFolder(location, (database) => database.iterator().all());

async function addUnknown(location: string): Promise<void> {
  await inFolder(location, async (database) => {
    for (const [key, value] of UNKNOWN) await database.put(key, value);
  });
}

/** Ten entries after those that are there, of a session. */
async function write(log: LevelLog, session: string): Promise<void> {
  const request = { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, fence: session, time: 1 };
  await log.openSession("d", request);
  const { version, entryId, length } = await log.readHead("d");
  const entries = Array.from({ length: 10 }, (_, index) => ({
    session,
    fence: session,
    settled: 0,
    author: "ann",
    seq: index + 1,
    entryId: `${session}-${index}`,
    operation: replaceOperation(0, 0, "x", length + index),
    length: length + index + 1,
  }));
  const answer = await log.commit("d", { expected: { version, entryId }, entries, time: 1 });
  expect(answer.outcome).toBe("committed");
}

/** A folder with a document that has a record of every kind. */
async function writtenFolder(): Promise<string> {
  const location = join(folder, "data");
  const log = await LevelLog.open({ location });
  await write(log, "s");
  await log.saveCheckpoint("d", { version: 10, entryId: "s-9", text: "x".repeat(10) });
  await log.catalogue.create({ id: "d", title: "T", owner: "ann", createdAt: 1, deletedAt: undefined });
  await log.catalogue.addLink({
    id: "l",
    document: "d",
    role: "read",
    createdBy: "ann",
    createdAt: 1,
    expiresAt: undefined,
    revokedAt: undefined,
    parent: undefined,
  });
  await log.close();
  return location;
}

describe("kinds of records that are not known here", () => {
  test("stay through everything that is done to a document, to its folder and to a backup of it", async () => {
    const location = await writtenFolder();
    await addUnknown(location);
    const log = await LevelLog.open({ location });
    await write(log, "t");
    await log.saveCheckpoint("d", { version: 20, entryId: "t-9", text: "x".repeat(20) });
    await log.trim("d", 15);
    await log.settle("d", "t", 10);
    await log.expireSessions("d", { time: 2, idleMs: 0, maxSessions: 1, open: new Set(["t"]) });
    await log.catalogue.change("d", { title: "later", deletedAt: 9 });
    await log.catalogue.revokeLink("d", "l", 9);
    let text = "";
    for await (const lines of log.backup()) text += lines;
    await log.close();
    await inFolder(location, (database) => database.compactRange("", "~"));

    const restored = join(folder, "restored");
    const bytes = (async function* () {
      yield gzipSync(text);
    })();
    await restoreBackup(bytes, restored);
    const again = await LevelLog.open({ location: restored });
    await write(again, "u");
    await again.removeDocument("d");
    expect(await again.readHead("d")).toEqual({ version: 0, entryId: "", length: 0 });
    await again.close();

    expect(await recordsOf(location)).toEqual(expect.arrayContaining([...UNKNOWN]));
    const left = await recordsOf(restored);
    expect(left).toEqual(expect.arrayContaining([...UNKNOWN]));
    // Of the document that was removed nothing else is left.
    expect(left.filter(([key]) => key.startsWith("d!"))).toEqual(
      UNKNOWN.filter(([key]) => key.startsWith("d!")),
    );
  });
});

describe("a folder of a newer format", () => {
  test("is refused with a sentence that says so, and left as it is", async () => {
    const location = await writtenFolder();
    await inFolder(location, (database) => database.put("!f", "2"));
    const before = await recordsOf(location);
    await expect(LevelLog.open({ location })).rejects.toMatchObject({
      code: "ERR_STORE_TOO_NEW",
      message: `${location} was written by a newer version of the program (format 2; this one reads up to 1)`,
    });
    expect(await recordsOf(location)).toEqual(before);
  });

  test("is refused as a backup too, and nothing is made of it", async () => {
    const location = await writtenFolder();
    const log = await LevelLog.open({ location });
    let text = "";
    for await (const lines of log.backup()) text += lines.replace('["!f","1"]', '["!f","2"]');
    await log.close();
    const bytes = (async function* () {
      yield gzipSync(text);
    })();
    const restoring = restoreBackup(bytes, join(folder, "restored"));
    await expect(restoring).rejects.toMatchObject({ code: "ERR_STORE_TOO_NEW" });
    expect(await readdir(folder)).toEqual(["data"]);
  });
});

describe("a record with a field more than is known here, in a folder that claims to be of this format", () => {
  const read = async (log: LevelLog): Promise<void> => {
    await write(log, "n");
    await log.settle("d", "s", 10);
    await log.readEntries("d", 0, 99);
    await log.loadCheckpoint("d");
    await log.catalogue.change("d", { title: "later" });
    await log.catalogue.revokeLink("d", "l", 9);
  };

  test.each([
    ["an entry", "d!e!0000000000000005"],
    ["a session", "d!s!s"],
    ["a head", "d!h"],
    ["a document", "!d!d"],
    ["a link", "!l!d!l"],
  ])("is refused, not passed over: %s", async (_what, key) => {
    const location = await writtenFolder();
    const longer = await inFolder(location, async (database) => {
      const fields = JSON.parse((await database.get(key)) ?? "[]") as unknown[];
      // What may be left out at the end is said.
      const known = key === "d!s!s" || key === "!l!d!l" ? [...fields, "f"] : fields;
      const value = JSON.stringify([...known, "nobody else may read this"]);
      await database.put(key, value);
      return value;
    });
    const log = await LevelLog.open({ location });
    await expect(read(log)).rejects.toMatchObject({
      code: "ERR_STORE_TOO_NEW",
      message: expect.stringContaining("a newer version of the program") as string,
    });
    await log.close();
    expect(new Map(await recordsOf(location)).get(key)).toBe(longer);
  });
});
