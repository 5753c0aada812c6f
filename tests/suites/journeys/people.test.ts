import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Companion } from "../../browser/companion.ts";
import { crowdedRoom, NAMES } from "../../browser/crowded-room.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

const inRow = (page: Page): Locator => page.locator("interline-people ul > li > .avatar:not(.more)");
const avatar = (page: Page, other: Companion | undefined): Locator =>
  page.locator(`interline-people .avatar[data-user="${other?.id}"]`);
const list = (page: Page): Locator => page.getByRole("dialog", { name: "People" });
const arrow = (page: Page): Locator => page.locator("interline-editor .arrow");
const chip = (page: Page): Locator => page.locator("interline-editor .chip:not(.quiet)");
const scrollTop = (page: Page): Promise<number> =>
  page.locator("interline-editor .cm-scroller").evaluate((scroller) => scroller.scrollTop);
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.ariaLabel ?? at?.textContent ?? "";
  });

describe("the people of a document", () => {
  it("can all be reached by keys alone, however many they are, and Escape goes back", async () => {
    await using crowd = await crowdedRoom(site, "many-people", 7);
    const { page } = crowd.me;
    await inRow(page).first().focus();
    await crowd.me.press("ArrowLeft");
    await expect.poll(() => focused(page)).toBe("2 more. Show everybody");
    await crowd.me.press("Enter");
    await list(page).waitFor();
    await expect.poll(() => list(page).getByRole("listitem").locator("bdi").allTextContents()).toEqual(NAMES);
    await expect.poll(() => focused(page)).toBe("Go to Ana Ruiz");
    await crowd.me.press("End", "ArrowUp");
    await expect.poll(() => focused(page)).toBe("Go to Bo Lind");
    await crowd.me.press("Tab");
    await expect.poll(() => focused(page)).toBe("Follow Bo Lind");
    await crowd.me.press("ArrowDown");
    await expect.poll(() => focused(page)).toBe("Follow Cy Young");
    await crowd.me.press("Escape");
    await list(page).waitFor({ state: "hidden" });
    await expect.poll(() => focused(page)).toBe("2 more. Show everybody");
    // Somebody goes while the list is open: nothing else changes, and the focus stays where it was.
    await crowd.me.press("Enter");
    await expect.poll(() => focused(page)).toBe("Go to Ana Ruiz");
    await crowd.me.press("End");
    await expect.poll(() => focused(page)).toBe("Go to Cy Young");
    await crowd.others[0]?.[Symbol.asyncDispose]();
    await waitFor("Ana to be gone", async () => (await list(page).getByRole("listitem").count()) === 6);
    await expect.poll(() => focused(page)).toBe("Go to Cy Young");
    crowd.others[6]?.goToLine(90);
    await page.locator("interline-editor .lane i").first().waitFor();
    await crowd.me.press("Enter");
    await list(page).waitFor({ state: "hidden" });
    await page.getByText("Line 90 of a text").waitFor();
  });

  it("have a card with where to go and whom to follow, for pointers and for keys", async () => {
    await using two = await crowdedRoom(site, "cards", 2);
    const { page } = two.me;
    const card = page.locator("interline-people li").nth(1).locator(".card");
    await avatar(page, two.others[1]).hover();
    await card.getByText("Jonas Weber").waitFor();
    await card.getByRole("button", { name: "Follow Jonas Weber" }).click();
    await chip(page).getByText("Following Jonas").waitFor();
    await page.mouse.move(300, 300);
    await card.waitFor({ state: "hidden" });
    // The same by keys: the card opens with the focus, its buttons are next, Escape shuts it.
    await avatar(page, two.others[0]).focus();
    await two.me.press("ArrowRight", "Tab", "Tab");
    await expect.poll(() => focused(page)).toBe("Stop following Jonas Weber");
    await two.me.press("Enter");
    await chip(page).waitFor({ state: "hidden" });
    await two.me.press("Escape");
    await card.waitFor({ state: "hidden" });
    expect(await focused(page)).toContain("Jonas Weber");
  });

  it("a finger gets the list, with all of it large enough", async () => {
    await using two = await crowdedRoom(site, "fingers", 2, {
      context: { hasTouch: true, isMobile: true, viewport: { width: 390, height: 740 } },
    });
    const { page } = two.me;
    const size = await avatar(page, two.others[1]).boundingBox();
    expect([size?.width, size?.height]).toEqual([44, 44]);
    await avatar(page, two.others[1]).tap();
    await list(page).waitFor();
    for (const button of await list(page).getByRole("button").all()) {
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(44);
      expect(box?.width).toBeGreaterThanOrEqual(44);
    }
    await list(page).getByRole("button", { name: "Follow Jonas Weber" }).tap();
    await list(page).waitFor({ state: "hidden" });
    await chip(page).getByText("Following Jonas").waitFor();
    await chip(page).getByRole("button", { name: "Esc. Stop following Jonas" }).tap();
    await chip(page).waitFor({ state: "hidden" });
  });
});

describe("somebody who is not on the screen", () => {
  it("is pointed to while their avatar or their tick is, and a press goes there; the writer's caret stays", async () => {
    await using one = await crowdedRoom(site, "arrows", 1);
    const { page } = one.me;
    one.others[0]?.goToLine(90);
    const tick = page.locator("interline-editor .lane i");
    await tick.waitFor();
    expect(await arrow(page).count()).toBe(0);
    await avatar(page, one.others[0]).hover();
    await arrow(page)
      .getByText(/^Ana ↓ 6\d lines$/)
      .waitFor();
    await page.mouse.move(300, 300);
    await arrow(page).waitFor({ state: "hidden" });
    await tick.hover();
    await arrow(page).click();
    await page.getByText("Line 90 of a text").waitFor();
    await arrow(page).waitFor({ state: "hidden" });
    const editor = page.locator("interline-editor");
    expect(
      await editor.evaluate((element) => (element as unknown as { selectionStart: number }).selectionStart),
    ).toBe(0);
    one.others[0]?.goToLine(1);
    await avatar(page, one.others[0]).focus();
    await arrow(page)
      .getByText(/^Ana ↑ \d+ lines$/)
      .waitFor();
    await tick.click();
    await waitFor("the first line", async () => (await scrollTop(page)) === 0);
  });
});

describe("how much of others is shown", () => {
  it("names in the margin have the hue of their owners, each their own", async () => {
    await using two = await crowdedRoom(site, "margin-hues", 2);
    const { page } = two.me;
    for (const other of two.others) other.goToLine(12);
    const names = page.locator("interline-editor .margin:has(bdi + bdi) bdi");
    await waitFor("two names", async () => (await names.count()) === 2);
    const marks = page.locator("interline-editor .margin:has(bdi + bdi) i");
    const told = await names.evaluateAll((elements) =>
      elements.map((element) => [element.textContent, (element as HTMLElement).dataset["person"]]),
    );
    expect(told.toSorted(([one = ""], [other = ""]) => (one ?? "").localeCompare(other ?? ""))).toEqual([
      ["Ana", "1"],
      ["Jonas", "6"],
    ]);
    expect(await marks.count()).toBe(2);
    const hues = await names.evaluateAll((elements) =>
      elements.map((element) => getComputedStyle(element).color),
    );
    expect(new Set(hues).size).toBe(2);
  });

  it("flags come with activity, always, or only for whom one points at", async () => {
    await using one = await crowdedRoom(site, "flags", 1);
    const { page } = one.me;
    const flagged = page.locator("interline-editor .caret.flagged");
    const setFlags = (flags: string): Promise<void> =>
      page
        .locator("interline-editor")
        .evaluate((element, value) => element.setAttribute("flags", value), flags);
    await flagged.waitFor({ state: "detached" });
    await setFlags("always");
    await flagged.waitFor({ state: "attached" });
    await setFlags("hover");
    await flagged.waitFor({ state: "detached" });
    one.others[0]?.goToLine(14);
    await page.locator("interline-editor .margin").waitFor();
    await waitFor(
      "the caret to move",
      async () => (await page.locator("interline-editor .caret").count()) === 1,
    );
    expect(await flagged.count()).toBe(0);
    await avatar(page, one.others[0]).focus();
    await flagged.waitFor({ state: "attached" });
  });

  it("quiet hides carets, selections and names, and leaves marks and ticks; a chip says so and ends it", async () => {
    await using three = await crowdedRoom(site, "quiet", 3);
    const { page } = three.me;
    const [ana, , samir] = three.others;
    ana?.session.select({ anchor: 300, head: 320 });
    samir?.goToLine(95);
    const editor = page.locator("interline-editor");
    await editor.locator(".selection.person-1").first().waitFor();
    await editor.locator(".lane i").waitFor();
    const counts = async (): Promise<number[]> =>
      await Promise.all(
        [".caret", ".selection:not(.own)", ".margin bdi", ".margin i", ".lane i"].map((part) =>
          editor.locator(part).count(),
        ),
      );
    await waitFor("everything to be drawn", async () => (await counts()).every((count) => count > 0));
    await three.me.focus();
    await three.me.press("Control+Alt+q");
    await page.locator("interline-editor .quiet").getByText("Quiet. 3 people hidden").waitFor();
    expect(await counts()).toEqual([0, 0, 0, 2, 1]);
    expect(await editor.getAttribute("quiet")).toBe("");
    await page.getByRole("button", { name: "Show" }).click();
    await waitFor("carets again", async () => ((await counts())[0] ?? 0) > 0);
    expect(await editor.getAttribute("quiet")).toBeNull();
  });
});
