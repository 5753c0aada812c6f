import { describe, test } from "vitest";
import { catalogueContract } from "../../src/catalogue/catalogue-contract.ts";
import { MemoryCatalogue } from "../../src/catalogue/memory-catalogue.ts";

describe("a catalogue in memory", () => {
  for (const { name, run } of catalogueContract) test(name, () => run(new MemoryCatalogue()));
});
