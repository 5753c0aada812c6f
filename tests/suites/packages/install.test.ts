import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pnpm } from "../../../scripts/install.mjs";
import { root, run } from "../../../scripts/program.mjs";
import { temporaryFolder } from "../../support/temporary-folder.ts";

it("the client's tarballs install with npm into an empty folder, and merge two edits", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["ot", "protocol", "client"]) {
    await pnpm("--dir", join(root, "packages", name), "pack", "--pack-destination", folder.path);
  }
  const tarballs = (await readdir(folder.path)).map((name) => `./${name}`);
  expect(tarballs).toHaveLength(3);
  await writeFile(join(folder.path, "package.json"), '{ "type": "module", "private": true }');
  const cwd = folder.path;
  await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs], { cwd });
  await writeFile(
    join(folder.path, "merge.js"),
    `import { openDocument } from "@interline/client";
     import { apply, Operation, Text, transform } from "@interline/ot";
     const text = Text.of("Good morning");
     const mine = Operation.from([5, { d: 4 }, "even"], 12);
     const yours = Operation.from([12, ", all"], 12);
     console.log(typeof openDocument, apply(apply(text, yours), transform(mine, yours, "left")).toString());`,
  );
  expect(await run(process.execPath, ["merge.js"], { cwd })).toBe("function Good evening, all\n");
});
