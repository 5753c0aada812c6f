import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { takeAway, ways } from "../../support/take-away.ts";

const site = sharedSite();

it.each(ways)(
  "where every optional part of the platform %s, the page opens, and what is typed is saved",
  async (way) => {
    const url = `${site.server.url}/d/platform-${way.replaceAll(" ", "-")}`;
    const context = await site.browser.newContext();
    await context.addInitScript(`(${takeAway.toString()})(${JSON.stringify(way)})`);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(url);
    await page.locator('interline-editor [role="textbox"][aria-busy="false"]').waitFor();
    await page.locator('interline-editor [role="textbox"]').focus();
    await page.keyboard.type("Typed without it.");
    await page.locator('header interline-status [role="img"][aria-label="Saved"]').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  },
);
