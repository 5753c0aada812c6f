import { readFile } from "node:fs/promises";
import * as textUnicode from "ot-text-unicode";
import { expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { transform } from "../src/transform.ts";
import { type } from "../src/type.ts";

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

it("the README names all of npm ot-text-unicode that there is not", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const functions = Object.keys(textUnicode.type).filter((name) => !(name in type));
  expect(functions).toEqual(["api"]);
  const beside = ["insert", "makeType", "remove"];
  expect(Object.keys(textUnicode)).toEqual(expect.arrayContaining(beside));
  for (const name of [...functions, ...beside]) expect(readme).toContain(`\`${name}\``);
});
