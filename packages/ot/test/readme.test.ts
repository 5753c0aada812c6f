import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { transform } from "../src/transform.ts";

it("the README's example gives what it says", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const text = Text.of("Good morning");
  const mine = Operation.from([5, { d: 4 }, "even"], 12);
  const yours = Operation.from([12, ", all"], 12);
  const one = apply(apply(text, yours), transform(mine, yours, "left")).toString();
  const other = apply(apply(text, mine), transform(yours, mine, "right")).toString();
  expect(readme).toContain(`transform(mine, yours, "left")).toString(); // ${JSON.stringify(one)}`);
  expect(other).toBe(one);
});
