import { describe, test } from "vitest";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { logContract } from "../../src/log/log-contract.ts";

describe("a memory log", () => {
  for (const { name, run } of logContract) test(name, () => run(new MemoryLog()));
});
