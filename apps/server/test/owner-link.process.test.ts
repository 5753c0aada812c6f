import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LevelLog, ShareLinks } from "@interline/server";
import { afterEach, beforeEach, expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interline-owner-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function ownerLink(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const flags = ["--import", "tsx", "--conditions=development", main, "owner-link", ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, flags);
    return { out: stdout, err: stderr, code: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
    return { out: stdout, err: stderr, code };
  }
}

test("interline owner-link makes whoever has the link the owner of a document that was there before", async () => {
  const log = await LevelLog.open({ location: folder });
  await log.catalogue.create({ id: "old", title: "", owner: "", createdAt: 1, deletedAt: undefined });
  const inUse = await ownerLink("old", "--data-dir", folder);
  expect(inUse).toMatchObject({ out: "", code: 1 });
  expect(inUse.err).toContain("a server is using");
  await log.close();
  expect(await ownerLink("new", "--data-dir", folder)).toMatchObject({ out: "", code: 1 });
  expect(await ownerLink("no id!", "--data-dir", folder)).toMatchObject({ out: "", code: 2 });
  expect(await ownerLink("old", "--data-dir", join(folder, "none"))).toMatchObject({ out: "", code: 1 });
  const { out, err, code } = await ownerLink("old", "--data-dir", folder);
  expect([err, code]).toEqual(["", 0]);
  const token = /^\/d\/old#token=(\S+)\n$/.exec(out)?.[1] ?? "";
  const again = await LevelLog.open({ location: folder });
  const links = new ShareLinks(again.catalogue);
  expect(await links.read(token)).toMatchObject({ document: "old", role: "own" });
  // Nobody else claims it any more.
  expect(await links.ownerLink("old", "guest_x", 1)).toBeUndefined();
  await again.close();
});
