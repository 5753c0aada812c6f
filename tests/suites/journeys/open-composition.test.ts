import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

it("a composition that is left open holds back others' text no longer than ten seconds, and stays whole", async () => {
  const url = `${site.server.url}/d/open-composition`;
  await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
  await ana.focus();
  await ana.type("[]");
  await jonas.seesText("[]");
  await ana.press("ArrowLeft");
  const devTools = await ana.devTools();
  await devTools.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await jonas.seesText("[にほ]");
  await jonas.caretTo(1);
  await jonas.type("left");
  await ana.says("Changes by others appear when you finish this word.");
  expect(await ana.text()).toBe("[にほ]");
  await ana.seesText("[leftにほ]");
  await ana.type("!");
  await jonas.seesText("[leftにほ!]");
  expect(await ana.text()).toBe("[leftにほ!]");
  expect([...ana.faults, ...jonas.faults]).toEqual([]);
});
