import { describe, test } from "vitest";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { archiveContract } from "../../src/log/archive-contract.ts";
import { logContract } from "../../src/log/log-contract.ts";

describe("a memory log", () => {
  for (const { name, run } of [...logContract, ...archiveContract]) test(name, () => run(new MemoryLog()));
});
