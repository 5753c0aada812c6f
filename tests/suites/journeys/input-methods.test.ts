import { expect, it } from "vitest";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

/** CodeMirror uses the browser's EditContext where it finds this. */
const ANDROID =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36";

it("with EditContext, what others did while a word was composed is shown once it is done", async () => {
  const url = `${site.server.url}/d/edit-context`;
  await using ana = await Writer.open(site.browser, url, {
    name: "Ana Ruiz",
    color: 12,
    context: { userAgent: ANDROID },
  });
  await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
  const hasEditContext = await ana.page
    .locator('interline-editor [role="textbox"]')
    .evaluate((box) => (box as unknown as { editContext: unknown }).editContext !== null);
  expect(hasEditContext).toBe(true);
  await ana.focus();
  await ana.type("[]");
  await jonas.seesText("[]");
  await ana.press("ArrowLeft");
  const devTools = await ana.devTools();
  await devTools.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
  await devTools.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await jonas.seesText("[にほ]");
  await jonas.focus();
  await jonas.press("Control+End");
  await jonas.type(" more");
  // While the word is open the rest waits, and the bottom line says so.
  await ana.says("Changes by others appear when you finish this word.");
  expect(await ana.text()).toBe("[にほ]");
  await devTools.send("Input.insertText", { text: "日本" });
  await ana.seesText("[日本] more");
  await waitFor("the bottom line to be silent about it", async () => {
    const words = await ana.page.locator("footer interline-status .words").textContent();
    return !words?.includes("others");
  });
  await jonas.seesText("[日本] more");
  expect([...ana.faults, ...jonas.faults]).toEqual([]);
});
