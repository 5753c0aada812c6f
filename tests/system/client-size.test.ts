import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundleSize } from "../support/bundle-size.ts";

/** What a page loads of the client beyond the text core, in bytes, gzipped. */
const MAX_BYTES = 21_504;
/** The code of the device's database, with its library: a file of its own, in bytes, gzipped. */
const MAX_DATABASE_BYTES = 2_560;

it("the client with its store is at most 21 kB beyond the text core, and the README says how large", async () => {
  const core = await bundleSize(fileURLToPath(new URL("../bench/ot/core.ts", import.meta.url)));
  const client = await bundleSize(fileURLToPath(import.meta.resolve("@interline/client")));
  const beyond = client.first - core.first;
  expect(beyond).toBeLessThan(MAX_BYTES);
  expect(client.later).toBeGreaterThan(0);
  expect(client.later).toBeLessThan(MAX_DATABASE_BYTES);
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, first, later] =
    /the client with its offline store, (\d+\.\d) kB gzipped .+?, and (\d+\.\d) kB more/.exec(readme) ?? [];
  expect(Number(first)).toBeCloseTo(beyond / 1024, 0);
  expect(Number(later)).toBeCloseTo(client.later / 1024, 0);
});
