import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEFAULT_SERVER_LIMITS } from "../src/limits.ts";

test("every limit stands in PROTOCOL.md with its default", async () => {
  const page = await readFile(new URL("../../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` +\| ([\d, then]+?) +\|/gm)].map(([, name, value]) => [
    name,
    (value ?? "").split(/, (?:then )?/).map((number) => Number(number.replaceAll(",", ""))),
  ]);
  const limits = Object.entries(DEFAULT_SERVER_LIMITS).map(([name, value]) => [
    name,
    typeof value === "number" ? [value] : [value.burst, value.perSecond],
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(limits));
});
