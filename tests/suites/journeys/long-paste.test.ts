import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

it("a paste that cannot fit is refused as a whole, with what would fit", async () => {
  const url = `${site.server.url}/d/full`;
  await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  const { page } = ana;
  await ana.focus();
  await ana.type("Minutes");
  await ana.isSaved();
  await page.locator('interline-editor [role="textbox"]').evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "ten lines\n".repeat(400_000));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  const told = page.getByRole("alert");
  await told.getByText("the text has 4,000,000 characters, and there is room for 3,999,993").waitFor();
  expect(await ana.text()).toBe("Minutes");
  expect(await page.locator('header interline-status [aria-label="Saved"]').count()).toBe(1);
  // The focus is back in the text.
  await told.getByRole("button", { name: "Dismiss" }).click();
  await ana.type("!");
  await ana.seesText("Minutes!");
  await ana.isSaved();
  expect(ana.faults).toEqual([]);
});
