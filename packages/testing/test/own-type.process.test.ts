import { expect, it } from "vitest";
import { findHangs } from "../src/hang.ts";

it("the type of @interline/ot answers whatever it is given", async () => {
  const { unanswered, probes } = await findHangs({
    module: new URL("subjects.ts", import.meta.url).href,
    exportName: "own",
    execArgv: ["--import", "tsx", "--conditions=development"],
  });
  expect(unanswered).toEqual([]);
  expect(probes.length).toBeGreaterThan(80);
});
