import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { crowdedRoom, LINES } from "../../browser/crowded-room.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

/** What the list says, the newest first, without the times. */
async function entries(page: Page): Promise<(string | undefined)[]> {
  const rows = await page
    .getByRole("dialog", { name: "What others changed" })
    .getByRole("listitem")
    .allInnerTexts();
  return rows.map((row) => row.split("\n")[0]?.trim());
}

it("lists what others changed, newest first, and goes there with the caret", async () => {
  await using two = await crowdedRoom(site, "edit-log", 2);
  const { page } = two.me;
  const [ana, jonas] = two.others;
  await two.me.focus();
  await two.me.press("Control+Alt+r");
  const log = page.getByRole("dialog", { name: "What others changed" });
  await log.getByText("Nobody has changed anything since you opened this.").waitFor();
  await two.me.press("Escape");
  await log.waitFor({ state: "hidden" });
  // The focus is in the text again.
  await two.me.press("Control+Home", "ArrowDown", "ArrowDown");
  const line50 = LINES.indexOf("Line 50 ");
  ana?.type(line50, "Two paragraphs\n\nof Ana's\n");
  await waitFor("Ana's lines", async () => (await two.me.text()).includes("of Ana's"));
  await jonas?.sees(await two.me.text());
  jonas?.type(0, "Three small words. ");
  await waitFor("Jonas' words", async () => (await two.me.text()).startsWith("Three small"));
  await two.me.press("Control+Alt+r");
  await log.waitFor();
  expect(await entries(page)).toEqual([
    "Jonas Weber added 3 words above",
    "Ana Ruiz added 2 paragraphs below",
  ]);
  // By keys alone: down to the second, and there.
  await two.me.press("ArrowDown", "Enter");
  await log.waitFor({ state: "hidden" });
  await page.getByText("Two paragraphs").waitFor();
  await two.me.type("Mine: ");
  await waitFor("the caret to be there", async () =>
    (await two.me.text()).includes("Mine: Two paragraphs\n\nof Ana's"),
  );
});
