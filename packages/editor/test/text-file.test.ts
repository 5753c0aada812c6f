import { expect, it } from "vitest";
import { fileName } from "../src/text-file.ts";

it.each([
  ["", "Text.txt"],
  ["\n \n\n", "Text.txt"],
  ["# Minutes of Monday\n\nWe met.", "Minutes of Monday.txt"],
  ["## ", "Text.txt"],
  ["../../etc/passwd", "etc passwd.txt"],
  ["a<b>:c|d?*\u0000\\e", "a b c d e.txt"],
  ["日本語のメモ 👩‍👩‍👧 and more", "日本語のメモ and more.txt"],
  ["Ça va, l’été?", "Ça va, l’été.txt"],
  [`${"x".repeat(79)}🧶🧶`, `${"x".repeat(79)}.txt`],
  ["x".repeat(500), `${"x".repeat(80)}.txt`],
])("a file with %j is called %j", (text, name) => {
  expect(fileName(text)).toBe(name);
});
