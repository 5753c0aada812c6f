import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { gzippedSize } from "../support/bundle-size.ts";

/** What a page loads of the client beyond the text core, in bytes, gzipped. */
const MAX_BYTES = 21_504;

it("the client with its store is at most 21 kB beyond the text core, and the README says how large", async () => {
  const core = await gzippedSize(fileURLToPath(new URL("../bench/ot/core.ts", import.meta.url)));
  const client = await gzippedSize(fileURLToPath(import.meta.resolve("@interline/client")));
  const beyond = client - core;
  expect(beyond).toBeLessThan(MAX_BYTES);
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const said = Number(/the client with its offline store, (\d+\.\d) kB gzipped/.exec(readme)?.[1]);
  expect(said).toBeCloseTo(beyond / 1024, 0);
});
