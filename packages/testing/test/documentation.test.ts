import { readFileSync } from "node:fs";
import { type as textUnicode } from "ot-text-unicode";
import { describe, expect, it } from "vitest";
import { checkType, lawDescriptions } from "../src/index.ts";

const guide = readFileSync(new URL("../../../docs/TESTING-A-TYPE.md", import.meta.url), "utf8");
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** What stands in the fenced block after a comment. */
function blockAfter(page: string, comment: string): string | undefined {
  const [, after] = page.split(`<!-- ${comment} -->\n\n`);
  return /^```\w+\n([\s\S]*?)\n```/.exec(after ?? "")?.[1];
}

function example(file: string): string {
  return readFileSync(new URL(`examples/${file}`, import.meta.url), "utf8").trimEnd();
}

describe("the guide to testing a type", () => {
  it.each(["ot-text-unicode.test.ts", "hang.process.test.ts", "simulations.test.ts", "counter.test.ts"])(
    "shows %s as it is run",
    (file) => expect(blockAfter(guide, `file: ${file}`)).toBe(example(file)),
  );

  it("shows the report as it is printed", () => {
    expect(blockAfter(guide, "report")).toBe(checkType(textUnicode, { seed: 1 }).text);
  });

  it("has every law in its table", () => {
    const rows = lawDescriptions.map(
      ({ name, says, needs, asked }) =>
        `| \`${name}\` | ${says} | ${needs.map((group) => group.join(" or ")).join(", ")} | ${asked} |`,
    );
    const [, after = ""] = guide.split("<!-- laws -->\n\n");
    expect(after.split("\n").slice(2, 2 + rows.length)).toEqual(rows);
  });
});

it("the README shows the first example as it is run", () => {
  expect(blockAfter(readme, "file: ot-text-unicode.test.ts")).toBe(example("ot-text-unicode.test.ts"));
});
