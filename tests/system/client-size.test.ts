import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundleSize } from "../support/bundle-size.ts";

/** What a page loads of the client beyond the text core, in bytes, gzipped: docs/decisions/0035-initial-text.md. */
const MAX_BYTES = 22_016;
/**
 * The device's database with its library, and what carries messages where no WebSocket gets through: files of
 * their own, in bytes, gzipped.
 */
const MAX_LATER_BYTES = 2_560;

it("the client with its store is at most 21.5 kB beyond the text core, and the README says how large", async () => {
  const core = await bundleSize(fileURLToPath(new URL("../bench/ot/core.ts", import.meta.url)));
  const client = await bundleSize(fileURLToPath(import.meta.resolve("@interline/client")));
  const beyond = client.first - core.first;
  expect(beyond).toBeLessThan(MAX_BYTES);
  expect(client.later).toHaveLength(2);
  for (const bytes of client.later) expect(bytes).toBeLessThan(MAX_LATER_BYTES);
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, first, ...later] =
    /the client with its offline store, (\d+\.\d) kB gzipped .+?, and (\d+\.\d) and (\d+\.\d) kB more/.exec(
      readme,
    ) ?? [];
  expect(Number(first)).toBeCloseTo(beyond / 1024, 0);
  for (const [index, bytes] of client.later.entries())
    expect(Number(later[index])).toBeCloseTo(bytes / 1024, 0);
});
