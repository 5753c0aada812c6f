import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Operation } from "@interline/ot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readBackup, restoreBackup } from "../../src/log/backup.ts";
import { LevelLog } from "../../src/log/level-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interline-backup-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* pieces(bytes: Uint8Array, length = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** A log with so many entries, and its backup. */
async function backedUp(entries: number): Promise<{ log: LevelLog; bytes: Buffer }> {
  const log = await LevelLog.open({ location: join(folder, "data") });
  await append(log, 0, entries);
  return { log, bytes: await zipped(log.backup()) };
}

async function append(log: LevelLog, after: number, count: number): Promise<void> {
  const request = {
    session: "s",
    version: 0,
    lastSeq: after,
    inFlight: false,
    settled: 0,
    fence: "f",
    time: 1,
  };
  await log.openSession("doc", request);
  const { version, entryId, length } = await log.readHead("doc");
  const made = Array.from({ length: count }, (_, index) => ({
    session: "s",
    fence: "f",
    settled: 0,
    author: "ann",
    seq: after + index + 1,
    entryId: `e${after + index + 1}`,
    operation: Operation.from(length + index > 0 ? [length + index, "x"] : ["x"], length + index),
    length: length + index + 1,
  }));
  const answer = await log.commit("doc", { expected: { version, entryId }, entries: made, time: 1 });
  expect(answer.outcome).toBe("committed");
}

async function zipped(lines: AsyncIterable<string>): Promise<Buffer> {
  let text = "";
  for await (const line of lines) text += line;
  return gzipSync(text);
}

async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    await restoreBackup(pieces(bytes), join(folder, "restored"));
    return "restored";
  } catch (error) {
    // Nothing is left of it.
    expect(await readdir(folder)).not.toContain("restored.restoring");
    expect(existsSync(join(folder, "restored"))).toBe(false);
    return String((error as { code?: unknown }).code);
  }
}

describe("a backup", () => {
  test("restored is what was there when it began, whatever was written meanwhile", async () => {
    const log = await LevelLog.open({ location: join(folder, "data") });
    await append(log, 0, 2500);
    await log.catalogue.create({ id: "doc", title: "T", owner: "ann", createdAt: 1, deletedAt: undefined });
    const lines = log.backup()[Symbol.asyncIterator]();
    const first = await lines.next();
    await append(log, 2500, 2500);
    await log.catalogue.change("doc", { title: "later" });
    let text = String(first.value);
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) text += next.value;
    const progress: number[] = [];
    const bytes = gzipSync(text);
    await restoreBackup(pieces(bytes), join(folder, "restored"), ({ records }) => progress.push(records));
    const restored = await LevelLog.open({ location: join(folder, "restored") });
    expect(await restored.readHead("doc")).toEqual({ version: 2500, entryId: "e2500", length: 2500 });
    expect(await restored.readEntries("doc", 0, 9999)).toEqual(await log.readEntries("doc", 0, 2500));
    expect(await restored.catalogue.get("doc")).toMatchObject({ title: "T" });
    // Entries, head, row of the session, record of the document, format of the store.
    expect(progress.at(-1)).toBe(2504);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    await Promise.all([log.close(), restored.close()]);
  });

  test("that is cut off anywhere is no backup, and leaves nothing", async () => {
    const { log, bytes } = await backedUp(50);
    await log.close();
    for (const length of [0, 1, 20, bytes.length / 2, bytes.length - 9, bytes.length - 1]) {
      expect(await outcome(bytes.subarray(0, length)), `${length} bytes`).toBe("ERR_BACKUP_INVALID");
    }
    expect(await outcome(bytes)).toBe("restored");
  });

  test("that was changed is no backup", async () => {
    const { log } = await backedUp(5);
    let text = "";
    for await (const line of log.backup()) text += line;
    await log.close();
    const lines = text.trimEnd().split("\n");
    const changed = [
      lines.toSpliced(2, 1),
      lines.toSpliced(2, 0, '["k","v"]'),
      lines.with(2, '["k","v"]'),
      lines.with(2, "[1,2]"),
      lines.with(2, "{"),
      lines.with(0, '{"interline":"backup","format":2}'),
      [...lines, '["k","v"]'],
      lines.slice(1),
    ];
    for (const kept of changed) {
      expect(await outcome(gzipSync(`${kept.join("\n")}\n`))).toBe("ERR_BACKUP_INVALID");
    }
    expect(await outcome(randomBytes(5000))).toBe("ERR_BACKUP_INVALID");
  });

  test("is restored into no folder that has something in it", async () => {
    const { log, bytes } = await backedUp(5);
    await log.close();
    const full = join(folder, "full");
    await mkdir(full);
    await writeFile(join(full, "precious"), "mine");
    await expect(restoreBackup(pieces(bytes), full)).rejects.toMatchObject({ code: "ERR_STORE_FAILED" });
    expect(await readdir(full)).toEqual(["precious"]);
    const empty = join(folder, "below", "empty");
    await mkdir(empty, { recursive: true });
    await restoreBackup(pieces(bytes), empty);
    expect((await readdir(empty)).length).toBeGreaterThan(0);
  });

  test("whose reading is left early lets go of the store", async () => {
    const { log, bytes } = await backedUp(5000);
    for await (const _page of readBackup(pieces(bytes))) break;
    for await (const _lines of log.backup()) break;
    await log.close();
  });
});
