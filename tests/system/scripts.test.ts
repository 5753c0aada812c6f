import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../scripts/program.mjs";
import { tally } from "../../scripts/tally.mjs";
import { filesBelow, unlessUnchanged } from "../../scripts/unless-unchanged.mjs";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

describe("a step that is skipped unless something changed", () => {
  let folder: TemporaryFolder;
  let made: number;
  const at = (name: string): string => join(folder.path, name);

  beforeEach(async () => {
    folder = await temporaryFolder();
    made = 0;
    await writeFile(at("input"), "one");
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  const once = () =>
    unlessUnchanged({
      stamp: at(".cache/stamp"),
      inputs: [at("input")],
      outputs: [at("output")],
      make: async () => {
        made += 1;
        await writeFile(at("output"), "");
      },
    });

  it("is done once for the same inputs", async () => {
    expect(await once()).toBeUndefined();
    expect(await once()).toBe("unchanged");
    expect(made).toBe(1);
  });

  it("is done again when an input changed or an output is gone", async () => {
    await once();
    await writeFile(at("input"), "two");
    await once();
    await rm(at("output"));
    await once();
    expect(made).toBe(3);
  });

  it("is done again after it failed, even with the inputs of an earlier success", async () => {
    await once();
    await rm(at("output"));
    const failing = unlessUnchanged({
      stamp: at(".cache/stamp"),
      inputs: [at("input")],
      outputs: [at("output")],
      make: () => Promise.reject(new Error("interrupted")),
    });
    await expect(failing).rejects.toThrow("interrupted");
    await writeFile(at("output"), "half done");
    expect(existsSync(at(".cache/stamp"))).toBe(false);
    expect(await once()).toBeUndefined();
  });

  it("sees an input that changes while it is done", async () => {
    await unlessUnchanged({
      stamp: at(".cache/stamp"),
      inputs: [at("input")],
      outputs: [],
      make: () => writeFile(at("input"), "two"),
    });
    expect(await once()).toBeUndefined();
  });

  it("does not look at hidden files nor into what is generated", async () => {
    await writeFile(at(".hidden"), "");
    expect(filesBelow(folder.path, [])).toEqual([at("input")]);
    expect(filesBelow(folder.path, ["input"])).toEqual([]);
  });
});

describe("running a program", () => {
  it("answers its output, and fails with it", async () => {
    expect(await run(process.execPath, ["-p", "6 * 7"])).toBe("42\n");
    const failing = run(process.execPath, ["-e", "console.error('why'); process.exit(3)"]);
    await expect(failing).rejects.toMatchObject({ name: "Stop", message: "why" });
    await expect(run(process.execPath, ["-e", "process.exit(3)"])).rejects.toThrow("ended with code 3");
  });
});

/** What vitest reports of a file with tests of these outcomes. */
const file = (status: string, ...tests: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((status, i) => ({ fullName: `test ${i}`, status })),
});

describe("the totals of a test run", () => {
  it("count each test", () => {
    const report = { testResults: [file("passed", "passed", "passed"), file("failed", "passed", "failed")] };
    expect(tally(1, report)).toMatchObject({ passed: 3, failed: 1 });
  });

  it("name a test that failed, its file, and the beginning of why, at the end of the log", () => {
    const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
    const assertionResults = [{ fullName: "keeps the text", status: "failed", failureMessages: [long] }];
    const [remark = ""] = tally(1, {
      testResults: [{ name: "b.test.ts", status: "failed", assertionResults }],
    }).remarks;
    expect(remark.split("\n").slice(0, 2)).toEqual(["failed: keeps the text (b.test.ts)", "  line 0"]);
    expect(remark).not.toContain("line 12");
  });

  it("count a file that could not be loaded as failed", () => {
    expect(tally(1, { testResults: [file("failed"), file("passed", "passed")] })).toEqual({
      passed: 1,
      failed: 1,
      remarks: ["failed: as a whole (a.test.ts)"],
    });
  });

  it("count a test that did not run as failed, and name it", () => {
    expect(tally(0, { testResults: [file("passed", "passed", "skipped", "todo")] })).toEqual({
      passed: 1,
      failed: 2,
      remarks: ["not run: test 1", "not run: test 2"],
    });
  });

  it("count a run without tests, without a report or with an error outside of its tests as failed", () => {
    expect(tally(0, { testResults: [] })).toMatchObject({ passed: 0, failed: 1 });
    expect(tally(134, undefined)).toMatchObject({ passed: 0, failed: 1 });
    expect(tally(1, { testResults: [file("passed", "passed")] })).toMatchObject({ passed: 1, failed: 1 });
  });
});
