import { guestIdOf } from "@interline/server";
import type { Locator } from "playwright-core";
import { expect, it } from "vitest";
import { launchTabbedChromium } from "../../support/chromium.ts";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

/** What somebody sees of Ana in the row of people, in one of its states and in words. */
function anaFor({ page }: Writer, state: string, words: RegExp | string): Locator {
  const id = guestIdOf("Ana-Ruiz");
  return page.locator(`header interline-people button.${state}[data-user="${id}"]`).getByText(words);
}

/** Waits until somebody sees so many carets of Ana. */
async function caretsOfAna(
  { page }: Writer,
  look: "" | ".idle" | ":not(.idle)",
  count: number,
): Promise<void> {
  const carets = page.locator(`interline-editor .caret[data-person="${ana.color}"]${look}`);
  await waitFor(`${count} carets of Ana`, async () => (await carets.count()) === count);
}

const ana = { name: "Ana Ruiz", color: 12 };

it("[P2] whose page is hidden is away at once, for those who are here and who come, and keeps a faint caret", async () => {
  const url = `${site.server.url}/d/away`;
  await using tabs = await launchTabbedChromium();
  const writer = await Writer.openIn(tabs.context, url, ana);
  await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
  await writer.focus();
  await writer.type("one two");
  await jonas.seesText("one two");
  await anaFor(jonas, "typing", "Ana Ruiz, typing").waitFor();
  await caretsOfAna(jonas, ":not(.idle)", 1);
  // Where it goes to, not where it is on its way.
  const place = () => jonas.page.locator("interline-editor .caret").getAttribute("style");
  const before = await place();

  const elsewhere = await tabs.context.newPage();
  await elsewhere.bringToFront();
  await anaFor(jonas, "away", "Ana Ruiz, away.").waitFor();
  await caretsOfAna(jonas, ".idle", 1);
  expect(await place()).toBe(before);
  await using mia = await Writer.open(site.browser, url, { name: "Mia Lund", color: 3 });
  await anaFor(mia, "away", "Ana Ruiz, away.").waitFor();
  await caretsOfAna(mia, ".idle", 1);

  await writer.page.bringToFront();
  for (const other of [jonas, mia]) {
    await anaFor(other, "here", "Ana Ruiz, here.").waitFor();
    await caretsOfAna(other, ":not(.idle)", 1);
  }
  expect([...writer.faults, ...jonas.faults, ...mia.faults]).toEqual([]);
});

it("[P3] who closes the last tab is gone and when they were last seen is told, to those who come later too", async () => {
  const url = `${site.server.url}/d/gone`;
  await using tabs = await launchTabbedChromium();
  const first = await Writer.openIn(tabs.context, url, ana);
  const second = await Writer.openIn(tabs.context, url, ana);
  await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
  await second.focus();
  await second.type("one two");
  // The first tab is hidden, the person is not away.
  await caretsOfAna(jonas, ".idle", 1);
  await caretsOfAna(jonas, ":not(.idle)", 1);
  await anaFor(jonas, "here", "Ana Ruiz, here.").waitFor();
  await second.page.close();
  await caretsOfAna(jonas, "", 1);
  expect(await jonas.page.locator("header interline-people li").count()).toBe(1);
  expect(await jonas.page.locator("header interline-people button.gone").count()).toBe(0);
  await first.page.close();
  await anaFor(jonas, "gone", "Ana Ruiz, gone, last seen just now").waitFor();
  await caretsOfAna(jonas, "", 0);
  expect(await jonas.page.locator("header interline-people li").count()).toBe(1);

  await using mia = await Writer.open(site.browser, url, { name: "Mia Lund", color: 3 });
  await anaFor(mia, "gone", /Ana Ruiz, gone, last seen (just now|\d+ min ago)/).waitFor();
  expect(await mia.page.locator("header interline-people li").count()).toBe(2);
  const back = await Writer.openIn(tabs.context, url, ana);
  for (const other of [jonas, mia]) {
    await anaFor(other, "here", "Ana Ruiz, here.").waitFor();
    expect(await other.page.locator("header interline-people button.gone").count()).toBe(0);
  }
  expect([...first.faults, ...second.faults, ...jonas.faults, ...mia.faults, ...back.faults]).toEqual([]);
});
