import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ShareLinks } from "../../src/access/share-links.ts";
import { Sharing } from "../../src/access/sharing.ts";
import { systemClock } from "../../src/clock.ts";
import { restoreBackup } from "../../src/log/backup.ts";
import { LevelLog } from "../../src/log/level-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interline-rules-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record = { id: "d", title: "", owner: "", createdAt: 1, deletedAt: undefined };

test("what an owner has decided, and the owner link, outlive the process, and are in a backup", async () => {
  const log = await LevelLog.open({ location: join(folder, "data") });
  await log.catalogue.create(record);
  const sharing = new Sharing(log.catalogue, systemClock);
  await sharing.change("d", { access: "comment" });
  await sharing.change("d", { isFrozen: true });
  await sharing.changePerson("d", "bob", { isBlocked: true });
  const link = await new ShareLinks(log.catalogue).ownerLink("d", "guest_x", 1);
  const before = await sharing.read("d");
  expect(before).toMatchObject({ general: "comment", isFrozen: true, isOwned: true });
  await restoreBackup(Readable.from(log.backup()).pipe(createGzip()), join(folder, "restored"));
  await log.close();
  for (const name of ["data", "restored"]) {
    const again = await LevelLog.open({ location: join(folder, name) });
    expect(await new Sharing(again.catalogue, systemClock).read("d"), name).toEqual(before);
    const links = new ShareLinks(again.catalogue);
    expect(await links.read(link?.token ?? ""), name).toMatchObject({ document: "d", role: "own" });
    expect((await links.ownerLink("d", "guest_x", 2))?.token, name).toBe(link?.token);
    await again.close();
  }
});

test("what was written before there were rules is read, and an older version reads what is written now", async () => {
  const location = join(folder, "data");
  const log = await LevelLog.open({ location });
  await log.catalogue.create(record);
  await log.catalogue.create({ ...record, id: "e", owner: "ann" });
  const sharing = new Sharing(log.catalogue, systemClock);
  expect(await sharing.read("d")).toMatchObject({ general: "write", isFrozen: false, isOwned: false });
  expect(await sharing.read("e")).toMatchObject({ general: "none", isOwned: true });
  await sharing.change("d", { access: "read" });
  expect(await sharing.claim("d", "ann")).toBe(true);
  const lines: string[] = [];
  for await (const line of log.backup()) lines.push(...line.split("\n"));
  // The record is as it ever was: older versions take no other.
  expect(lines).toContain(JSON.stringify(["!d!d", '["","ann",1,null]']));
  await log.close();
});
