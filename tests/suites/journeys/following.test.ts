import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { crowdedRoom, LINES } from "../../browser/crowded-room.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

const chip = (page: Page): Locator => page.locator("interline-editor .chip");
const frame = (page: Page): Locator => page.locator("interline-editor .frame");
const scrollTop = (page: Page): Promise<number> =>
  page.locator("interline-editor .cm-scroller").evaluate((scroller) => scroller.scrollTop);
const says = async (page: Page, words: string): Promise<void> => {
  await page.locator("interline-editor .announcer").getByText(words).waitFor({ state: "attached" });
};

/** Where somebody's caret is in the height of the text that is shown, from 0 to 1. */
async function caretAt(page: Page): Promise<number> {
  return await page.locator("interline-editor").evaluate(({ shadowRoot }) => {
    const shown = shadowRoot?.querySelector(".cm-scroller")?.getBoundingClientRect();
    const caret = shadowRoot?.querySelector(".caret")?.getBoundingClientRect();
    if (shown === undefined || caret === undefined) return Number.NaN;
    return ((caret.top + caret.bottom) / 2 - shown.top) / shown.height;
  });
}

async function inTheMiddle(page: Page): Promise<void> {
  await waitFor("the caret in the middle", async () => {
    const at = await caretAt(page);
    return at > 0.2 && at < 0.8;
  });
}

it("goes along when a caret leaves the middle, by keys alone; my scrolling pauses it, selecting does not, typing ends it", async () => {
  await using one = await crowdedRoom(site, "follow", 1);
  const { page } = one.me;
  const [ana] = one.others;
  await one.me.focus();
  await one.me.press("Control+Alt+f");
  await chip(page).getByText("Following Ana", { exact: false }).waitFor();
  await frame(page).waitFor();
  await says(page, "Following Ana Ruiz. Escape ends it.");
  // Within the middle nothing moves.
  ana?.goToLine(14);
  await waitFor("her on line 14", async () => (await page.locator(".margin").count()) === 1);
  expect(await scrollTop(page)).toBe(0);
  ana?.goToLine(70);
  await page.getByText("Line 70 of a text").waitFor();
  await inTheMiddle(page);
  // Selecting text does nothing to it.
  await page.getByText("Line 72 of a text").dblclick();
  ana?.goToLine(40);
  await page.getByText("Line 40 of a text").waitFor();
  await inTheMiddle(page);
  // The wheel pauses it: she goes, the view stays.
  await page.mouse.move(500, 400);
  await page.mouse.wheel(0, 900);
  await chip(page).getByText("Following Ana", { exact: false }).getByText("paused").waitFor();
  const paused = await scrollTop(page);
  ana?.goToLine(5);
  await page
    .locator("interline-editor .arrow")
    .getByText(/^Ana ↑ \d+ lines$/)
    .waitFor();
  expect(await scrollTop(page)).toBe(paused);
  // The button on the chip goes there, and on from there.
  await chip(page).getByRole("button", { name: "Go to Ana" }).click();
  await page.getByText("Line 5 of a text").waitFor();
  await waitFor("it to go on", async () => (await chip(page).getByText("paused").count()) === 0);
  ana?.goToLine(90);
  await page.getByText("Line 90 of a text").waitFor();
  await inTheMiddle(page);
  // Scrolling away and back goes on, too.
  await page.mouse.move(500, 400);
  await page.mouse.wheel(0, -1500);
  await chip(page).getByText("paused").waitFor();
  await page.mouse.wheel(0, 1500);
  await waitFor("it to go on", async () => (await chip(page).getByText("paused").count()) === 0);
  await one.me.type("x");
  await chip(page).waitFor({ state: "detached" });
  expect(await frame(page).count()).toBe(0);
});

it("Escape ends it, and so does their leaving; the next key follows the next person", async () => {
  await using two = await crowdedRoom(site, "follow-next", 2);
  const { page } = two.me;
  await two.me.focus();
  await two.me.press("Control+Alt+f");
  await chip(page).getByText("Ana").waitFor();
  await two.me.press("Control+Alt+f");
  await chip(page).getByText("Jonas").waitFor();
  const editor = page.locator("interline-editor");
  const following = (): Promise<unknown> =>
    editor.evaluate((element) => (element as unknown as { following: unknown }).following);
  expect(await following()).toBe(two.others[1]?.id);
  await two.me.press("Escape");
  await chip(page).waitFor({ state: "detached" });
  await says(page, "No longer following Jonas Weber.");
  expect(await following()).toBeUndefined();
  await two.me.press("Control+Alt+f");
  await chip(page).getByText("Ana").waitFor();
  await two.others[0]?.[Symbol.asyncDispose]();
  await chip(page).waitFor({ state: "detached" });
  expect(await two.me.text()).toBe(LINES);
});

it("a jump goes to a caret once, and leaves the writer's where it is", async () => {
  await using one = await crowdedRoom(site, "jump", 1);
  const { page } = one.me;
  one.others[0]?.goToLine(80);
  await page.locator("interline-editor .lane i").waitFor();
  await one.me.focus();
  await one.me.press("Control+Alt+j");
  await page.getByText("Line 80 of a text").waitFor();
  expect(await chip(page).count()).toBe(0);
  await one.me.type("here ");
  await waitFor("the letters at the start", async () => (await one.me.text()).startsWith("here Line 1 "));
});
