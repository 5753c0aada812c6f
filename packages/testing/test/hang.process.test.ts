import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { findHangs } from "../src/hang.ts";

const stock = pathToFileURL(createRequire(import.meta.url).resolve("ot-text-unicode")).href;
const broken = new URL(
  "data:text/javascript,export const type = { apply: (d, op) => { for (;;) op.push(op) } }",
).href;

describe("the hang guard", () => {
  it("finds what hangs npm ot-text-unicode, and goes on after it", async () => {
    const inputs = [["x"], [1e308, "x"], [2, "x"], [1_000_000_000, "x"], null];
    const report = await findHangs({ module: stock, functions: ["apply", "checkOp"], limitMs: 500, inputs });
    expect(report.probes.map(({ function: name, outcome }) => `${name} ${outcome}`)).toEqual([
      "apply returns",
      "apply hangs",
      "apply throws",
      "apply hangs",
      "apply throws",
      "checkOp returns",
      "checkOp returns",
      "checkOp returns",
      "checkOp returns",
      "checkOp throws",
    ]);
    expect(report.unanswered).toEqual([
      { function: "apply", input: [1e308, "x"], outcome: "hangs", detail: "no answer in 500 ms" },
      { function: "apply", input: [1_000_000_000, "x"], outcome: "hangs", detail: "no answer in 500 ms" },
    ]);
    expect(report.text.split("\n")[0]).toBe('apply([1e+308,"x"]) hangs: no answer in 500 ms');
  });

  it("ends a type that eats memory", async () => {
    const report = await findHangs({ module: broken, inputs: [[]], limitMs: 10_000 });
    expect(report.unanswered).toMatchObject([{ function: "apply", outcome: "exhausts" }]);
  });

  it("does not take a call for one that hangs that only waits, as on a busy machine", async () => {
    const waiting =
      "data:text/javascript,export const type = { apply: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600) }";
    const report = await findHangs({ module: waiting, inputs: [[]], limitMs: 200 });
    expect(report.probes).toMatchObject([{ function: "apply", outcome: "returns", detail: '"timed-out"' }]);
  });

  it("passes over functions that the type lacks", async () => {
    const module = "data:text/javascript,export const other = { apply: (text) => text }";
    const report = await findHangs({ module, exportName: "other", inputs: [[], null] });
    expect(report.probes).toEqual([
      { function: "apply", input: [], outcome: "returns", detail: '"A"' },
      { function: "apply", input: null, outcome: "returns", detail: '"A"' },
    ]);
    expect(report.text).toBe("");
  });

  it("says when there is no such module or export", async () => {
    await expect(findHangs({ module: "data:text/javascript,export {}" })).rejects.toThrow(
      "has no export type",
    );
    await expect(findHangs({ module: "file:///nowhere.js" })).rejects.toThrow("nowhere");
  });
});
