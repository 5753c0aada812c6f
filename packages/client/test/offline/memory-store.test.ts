import { describe, test } from "vitest";
import { MemoryStore } from "../../src/offline/memory-store.ts";
import { storeContract } from "../../src/offline/store-contract.ts";

describe("a memory store", () => {
  for (const { name, run } of storeContract) test(name, () => run(new MemoryStore()));
});
