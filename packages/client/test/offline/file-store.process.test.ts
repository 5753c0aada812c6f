import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { FileStore } from "../../src/node/file-store.ts";
import { storeContract } from "../../src/offline/store-contract.ts";

describe("a file store", () => {
  for (const { name, run } of storeContract) {
    test(name, async () => {
      const folder = await mkdtemp(join(tmpdir(), "interline-copies-"));
      try {
        await run(new FileStore(folder));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
