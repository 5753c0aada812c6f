import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Operation } from "@interline/ot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LevelLog } from "../../src/log/level-log.ts";
import { archiveContract } from "../../src/log/archive-contract.ts";
import { logContract } from "../../src/log/log-contract.ts";

let location: string;
beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), "interline-log-"));
});
afterEach(() => rm(location, { recursive: true, force: true }));

describe("an embedded log", () => {
  for (const { name, run } of [...logContract, ...archiveContract]) {
    test(name, async () => {
      const log = await LevelLog.open({ location });
      await run(log);
      await log.close();
    });
  }

  test("keeps the fences of what came from another log", async () => {
    const log = await LevelLog.open({ location });
    const request = {
      session: "a",
      version: 0,
      lastSeq: 0,
      inFlight: false,
      settled: 0,
      fence: "f1",
      time: 1,
    };
    await log.openSession("d", request);
    await log.importDocument("e", await log.exportDocument("d"));
    await log.close();
    const again = await LevelLog.open({ location });
    const { rows } = await again.exportDocument("e");
    expect(rows.map(([, { fence }]) => fence)).toEqual(["f1"]);
    await again.close();
  });

  test("has everything after it was closed and opened again, but no fence", async () => {
    const request = {
      session: "s",
      version: 0,
      lastSeq: 0,
      inFlight: false,
      settled: 0,
      fence: "f",
      time: 1,
    };
    const entry = { session: "s", fence: "f", settled: 0, author: "ann" };
    const first = await LevelLog.open({ location });
    await first.openSession("d", request);
    const entries = [{ ...entry, entryId: "e1", seq: 1, operation: Operation.from(["a"], 0), length: 1 }];
    await first.commit("d", { expected: { version: 0, entryId: "" }, entries, time: 5 });
    await first.saveCheckpoint("d", { version: 1, entryId: "e1", text: "a" });
    await first.settle("d", "s", 1);
    await first.close();

    const second = await LevelLog.open({ location });
    expect(await second.readHead("d")).toEqual({ version: 1, entryId: "e1", length: 1 });
    expect(await second.readEntries("d", 0, 1)).toHaveLength(1);
    expect(await second.loadCheckpoint("d")).toEqual({ version: 1, entryId: "e1", text: "a" });
    const late = [{ ...entry, entryId: "e2", seq: 2, operation: Operation.from([1, "b"], 1), length: 2 }];
    expect(
      await second.commit("d", { expected: { version: 1, entryId: "e1" }, entries: late, time: 6 }),
    ).toEqual({ outcome: "rejected", missing: [], bad: [{ session: "s", seq: 2, fault: "fenced" }] });
    const { row } = await second.openSession("d", { ...request, fence: "f2", lastSeq: 1 });
    expect(row).toMatchObject({ fence: "f2", lastSeq: 1, lastVersion: 1, settled: 1 });
    await second.close();
  });

  test("knows after a restart that it has forgotten an unsettled session", async () => {
    const request = { version: 0, lastSeq: 0, inFlight: false, settled: 0, time: 1 };
    const first = await LevelLog.open({ location });
    await first.openSession("d", { ...request, session: "s", fence: "f" });
    const entry = { entryId: "e1", session: "s", seq: 1, fence: "f", settled: 0, author: "ann" };
    const entries = [{ ...entry, operation: Operation.from(["a"], 0), length: 1 }];
    await first.commit("d", { expected: { version: 0, entryId: "" }, entries, time: 5 });
    await first.expireSessions("d", { time: 9, idleMs: 0, maxSessions: 0, open: new Set() });
    await first.close();
    const second = await LevelLog.open({ location });
    const back = { ...request, session: "s", fence: "g", lastSeq: 1, inFlight: true };
    expect((await second.openSession("d", back)).isFateKnown).toBe(false);
    await second.close();
  });

  test("tells that the folder is in use", async () => {
    const log = await LevelLog.open({ location });
    await expect(LevelLog.open({ location })).rejects.toMatchObject({ code: "ERR_STORE_LOCKED" });
    await log.close();
  });

  test("fails with a code where it cannot be opened", async () => {
    await expect(LevelLog.open({ location: "/dev/null/x" })).rejects.toMatchObject({
      code: "ERR_STORE_FAILED",
    });
  });

  test("[I3] loses nothing acknowledged when its process is killed in the middle of writing", async () => {
    const writer = fileURLToPath(new URL("./level-writer.ts", import.meta.url));
    let acknowledged = 0;
    for (const target of [40, 150, 400]) {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", "--conditions=development", writer, location],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      const exit = new Promise((resolve) => child.once("exit", resolve));
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (acknowledged >= target) child.kill("SIGKILL");
      }
      await exit;
      expect(acknowledged).toBeGreaterThanOrEqual(target);
    }
    const log = await LevelLog.open({ location });
    const head = await log.readHead("d");
    const entries = (await log.readEntries("d", 0, head.version)) ?? [];
    expect(head.version).toBeGreaterThanOrEqual(acknowledged);
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: head.version }, (_, index) => index + 1),
    );
    const { row } = await log.openSession("d", {
      session: "s",
      version: 0,
      lastSeq: head.version,
      inFlight: false,
      settled: 0,
      fence: "x",
      time: 1,
    });
    expect(row).toMatchObject({ lastSeq: head.version, lastVersion: head.version });
    await log.close();
  });

  test.skipIf(process.platform !== "linux").each([1_000, 3_000, 20_000])(
    "[I3] acknowledges nothing that a full disk did not take (over %i bytes), and goes on when there is room",
    async (bytes) => {
      const survivor = fileURLToPath(new URL("./level-survivor.ts", import.meta.url));
      const command = ["--import", "tsx", "--conditions=development", survivor, location];
      const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
      const exit = new Promise((resolve) => child.once("exit", resolve));
      const limit = (soft: string) =>
        execFileSync("prlimit", ["--pid", `${child.pid}`, `--fsize=${soft}:unlimited`]);
      let acknowledged = 0;
      let failures = 0;
      let target = 20;
      const codes = new Set<string>();
      // Twice full, twice with room again.
      let round = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const [what, value = ""] = line.split(" ");
        if (what === "acknowledged") acknowledged = Number(value);
        else {
          failures++;
          codes.add(value);
        }
        if (round % 2 === 0 && acknowledged >= target) {
          if (round === 4) child.kill("SIGKILL");
          else limit(`${bytes}`);
          failures = 0;
          round++;
        } else if (round % 2 === 1 && failures >= 5) {
          limit("unlimited");
          target = acknowledged + 30;
          round++;
        }
      }
      await exit;
      expect([...codes]).toEqual(["ERR_STORE_FAILED"]);
      const log = await LevelLog.open({ location });
      const head = await log.readHead("d");
      expect(head.version).toBeGreaterThanOrEqual(acknowledged);
      const entries = (await log.readEntries("d", 0, head.version)) ?? [];
      expect(entries.map(({ seq }) => seq)).toEqual(
        Array.from({ length: head.version }, (_, index) => index + 1),
      );
      await log.close();
    },
    60_000,
  );
});
