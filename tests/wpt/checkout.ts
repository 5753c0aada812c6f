import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const FOLDERS = [
  "html/semantics/forms/the-textarea-element",
  "html/semantics/forms/textfieldselection",
  "html/semantics/forms/constraints",
  "custom-elements/form-associated",
];

/** The tests that a script can judge, by path from the root of the checkout. */
export async function testsIn(checkout: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of FOLDERS) {
    for (const name of await readdir(join(checkout, folder))) {
      const path = `${folder}/${name}`;
      if (name.endsWith(".window.js")) found.push(path.replace(/\.js$/, ".html"));
      if (!/\.x?html$/.test(name) || /-manual\./.test(name)) continue;
      const source = await readFile(join(checkout, path), "utf8");
      if (source.includes("testharness.js")) found.push(path);
    }
  }
  return found.toSorted();
}

/** The commit that is checked out, or what `WPT_COMMIT` says where there is no repository. */
export async function commitOf(checkout: string): Promise<string> {
  const told = process.env["WPT_COMMIT"];
  if (told) return told;
  const { stdout } = await promisify(execFile)("git", ["-C", checkout, "rev-parse", "HEAD"]);
  return stdout.trim();
}
