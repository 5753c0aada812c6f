import { expect, it } from "vitest";
import { run } from "../../../scripts/program.mjs";
import { find, thisMachine } from "../../../scripts/real-parts.mjs";
import { suites } from "../../../scripts/suites.mjs";

it.each(suites["browsers"] ?? [])("$name runs, and ends with 0 when it is asked what it is", async (part) => {
  const program = find(part, thisMachine());
  await expect(run(program ?? part.name, [part.versionFlag ?? "--version"])).resolves.toBeDefined();
});
