import { expect, test } from "vitest";
import { tooOld } from "../src/node-version.ts";

test.each(["20.19.0", "20.20.2", "22.0.0", "26.10.0"])("Node %s is new enough", (version) => {
  expect(tooOld(version)).toBeUndefined();
});

test.each(["18.20.8", "20.18.3", "0.10.0"])("Node %s is too old, in one sentence", (version) => {
  expect(tooOld(version)).toBe(
    `Interline needs Node 20.19 or later, and this is ${version}. Install a newer one, or name it in front: /path/to/node main.js\n`,
  );
});
