import { expect, test } from "vitest";
import { addressUnder } from "../src/command-line.ts";

test.each([
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1/backup"],
  ["https://write.example/", "https://write.example/api/v1/backup"],
  ["https://write.example/pad", "https://write.example/pad/api/v1/backup"],
  ["https://write.example/pad/", "https://write.example/pad/api/v1/backup"],
])("a backup of %s is at %s", (site, address) => {
  expect(addressUnder(site, "api/v1/backup").href).toBe(address);
});
