import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { findHangs } from "@interline/testing/hang";
import { expect, it } from "vitest";

it("answers every call, but for these", async () => {
  const path = createRequire(import.meta.url).resolve("ot-text-unicode");
  const { text } = await findHangs({ module: pathToFileURL(path).href, limitMs: 500 });
  expect(text.split("\n")).toEqual([
    'apply([1e+308,"x"]) hangs: no answer in 500 ms',
    'apply([1000000000,"x"]) hangs: no answer in 500 ms',
    'apply([{"d":1000000000}]) hangs: no answer in 500 ms',
    'apply([{"d":1e+308}]) hangs: no answer in 500 ms',
    'apply([Infinity,"x"]) hangs: no answer in 500 ms',
  ]);
}, 60_000);
