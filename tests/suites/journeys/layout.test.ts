import { describe, expect, it } from "vitest";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();
const LINES = Array.from({ length: 60 }, (_, index) => `Line ${index + 1} of the minutes.`).join("\n");

describe("at 400 % zoom, 320 by 256 px", () => {
  const context = { viewport: { width: 320, height: 256 }, reducedMotion: "reduce" } as const;

  it("every field of the panel can be reached, and axe finds nothing, also where the text scrolls", async () => {
    const url = `${site.server.url}/d/zoomed`;
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12, context });
    const { page } = ana;
    await ana.focus();
    await ana.paste(LINES);
    await ana.isSaved();
    expect(await ana.axeFinds()).toEqual([]);
    await page.locator("header button[popovertarget]").click();
    for (const field of ["#panel input", "#panel copy-button button"]) {
      const target = page.locator(field).first();
      await target.scrollIntoViewIfNeeded();
      const box = await target.boundingBox();
      expect(box, field).not.toBeNull();
      expect(box?.y, field).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? 0), field).toBeLessThanOrEqual(256);
    }
    await page.getByRole("textbox", { name: "Your name" }).fill("Ana R.");
    expect(await ana.axeFinds()).toEqual([]);
    expect(ana.faults).toEqual([]);
  });
});

describe("the text surface", () => {
  it("shows the first line where it stood at first after Ctrl-Home, and prints the text alone", async () => {
    const url = `${site.server.url}/d/home`;
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
    const { page } = ana;
    const first = page.locator("interline-editor .cm-line").first();
    const atFirst = (await first.boundingBox())?.y;
    await ana.focus();
    await ana.paste(LINES);
    const scroller = page.locator("interline-editor .cm-scroller");
    await ana.press("Control+End");
    await waitFor("the text to be scrolled", () => scroller.evaluate(({ scrollTop }) => scrollTop > 0));
    await ana.press("Control+Home");
    await waitFor("the start to be shown", () => scroller.evaluate(({ scrollTop }) => scrollTop === 0));
    expect((await first.boundingBox())?.y).toBe(atFirst);

    await page.emulateMedia({ media: "print" });
    for (const part of ["header", "footer"]) expect(await page.locator(part).isVisible(), part).toBe(false);
    expect(await first.isVisible()).toBe(true);
    expect(await page.evaluate(() => getComputedStyle(document.body).overflow)).toBe("visible");
    expect(await scroller.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
  });

  it("has no caret and no ring before the text is known, and keeps the focus in the text", async () => {
    const page = await site.browser.newPage();
    // The server never says anything.
    await page.routeWebSocket(/\/sync/, () => {});
    await page.goto(`${site.server.url}/d/not-known`);
    await page.locator('interline-editor [role="textbox"][aria-busy="true"]').waitFor();
    await page
      .locator("interline-editor .cm-scroller")
      .evaluate((scroller) => (scroller as HTMLElement).focus());
    const focused = await page.locator("interline-editor").evaluate((editor) => {
      const active = editor.shadowRoot?.activeElement;
      return [active?.getAttribute("role"), active && getComputedStyle(active).outlineStyle];
    });
    expect(focused).toEqual(["textbox", "none"]);
    expect(await page.locator("interline-editor .cm-cursor").isVisible()).toBe(false);
    await page.context().close();
  });

  it("people in the bar are as large as a finger needs", async () => {
    const url = `${site.server.url}/d/touched`;
    const context = { viewport: { width: 390, height: 740 }, hasTouch: true, isMobile: true };
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12, context });
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    const avatar = ana.page.locator('header interline-people button[data-person="6"]');
    await avatar.waitFor();
    expect(await avatar.boundingBox()).toMatchObject({ width: 44, height: 44 });
    expect(jonas.faults).toEqual([]);
  });
});
