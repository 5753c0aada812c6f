import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { Companion } from "../../browser/companion.ts";
import { crowdedRoom } from "../../browser/crowded-room.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

declare global {
  interface Window {
    /** Everything that was announced, with the moment of it in ms. */
    announced: { readonly words: string; readonly at: number }[];
  }
}

async function listen(page: Page): Promise<void> {
  await page.locator("interline-editor").evaluate(({ shadowRoot }) => {
    window.announced = [];
    const region = shadowRoot?.querySelector(".announcer");
    if (region === null || region === undefined) throw new Error("nothing speaks");
    new MutationObserver(() => {
      window.announced.push({ words: region.textContent ?? "", at: performance.now() });
    }).observe(region, { childList: true, characterData: true, subtree: true });
  });
}

const heard = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.announced.map(({ words }) => words));

it("says who comes and who edits the writer's line, politely, and never twice in 5 s", async () => {
  await using one = await crowdedRoom(site, "announcements", 1);
  const { page } = one.me;
  const [ana] = one.others;
  const region = page.locator("interline-editor .announcer");
  expect(await region.getAttribute("role")).toBe("status");
  await one.me.focus();
  await waitFor(
    "Ana's coming to be told",
    async () => (await region.textContent()) === "Ana Ruiz joined. 2 people here.",
  );
  await listen(page);
  ana?.type(4, " too");
  await using jonas = await Companion.join(site.server, "announcements", "Jonas Weber");
  await waitFor(
    "both to be told",
    async () =>
      (await heard(page)).length >= 1 &&
      (await page.evaluate(() => window.announced.map(({ words }) => words).join(" "))).includes("Jonas"),
  );
  const said = (await heard(page)).join(" ");
  expect(said).toContain("Ana Ruiz is editing the line you are on.");
  expect(said).toContain("Jonas Weber joined. 3 people here.");
  // On the same line again: she is known to be there. On another line it is nobody's business.
  ana?.type(8, " again");
  jonas.type(jonas.session.text.points, " end");
  await waitFor("the end", async () => (await one.me.text()).endsWith(" end"));
  const times = await page.evaluate(() => window.announced.map(({ at }) => at));
  for (const [index, at] of times.entries()) {
    const before = times[index - 1];
    if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(4_999);
  }
  await jonas[Symbol.asyncDispose]();
  await waitFor(
    "his going to be told",
    async () => (await heard(page)).at(-1) === "Jonas Weber left. 2 people here.",
  );
  expect((await heard(page)).join(" ").match(/editing the line/g)).toHaveLength(1);
});
