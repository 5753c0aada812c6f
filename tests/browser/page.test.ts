import { describe, expect, it } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();

describe("the page", () => {
  it("the start is a new document with an address of its own, which can be copied", async () => {
    const context = { permissions: ["clipboard-read", "clipboard-write"] };
    await using ana = await Writer.open(site.browser, `${site.server.url}/`, {
      name: "Ana Ruiz",
      color: 12,
      context,
    });
    expect(ana.page.url()).toMatch(/\/d\/[0-9a-z]{20}$/);
    await ana.page.locator(".empty").getByRole("button", { name: "Copy link" }).click();
    await ana.page.getByRole("status").getByText("Copied").first().waitFor({ state: "attached" });
    expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe(ana.page.url());
    await ana.focus();
    await ana.type("# Minutes");
    await waitFor("the title", async () => (await ana.page.title()) === "Minutes · Interline");
    expect(await ana.page.locator(".empty").count()).toBe(0);
    await using jonas = await Writer.open(site.browser, ana.page.url(), { name: "Jonas Weber", color: 6 });
    await jonas.seesText("# Minutes");
    expect([...ana.faults, ...jonas.faults]).toEqual([]);
  });

  it("a long text comes compressed", async () => {
    const url = `${site.server.url}/d/long`;
    const text = "A line of the minutes, with ä and 😀.\n".repeat(3_000);
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
    await ana.focus();
    await ana.paste(text);
    await ana.isSaved();
    const binary: number[] = [];
    const context = await site.browser.newContext();
    context.on("page", (page) => {
      page.on("websocket", (socket) => {
        socket.on("framereceived", ({ payload }) => {
          if (typeof payload !== "string") binary.push(payload.length);
        });
      });
    });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator('interline-editor [role="textbox"][aria-busy="false"]').waitFor();
    const shown = await page
      .locator("interline-editor")
      .evaluate((editor) => (editor as HTMLElement & { readonly value: string }).value);
    expect(shown).toBe(text);
    expect(binary).toHaveLength(1);
    expect(binary[0]).toBeLessThan(text.length / 10);
    await context.close();
  });

  it("an address that cannot be a document's says so", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.server.url}/d/-x`);
    await page.getByRole("heading", { name: "There is no document at this address." }).waitFor();
    await page.getByRole("link", { name: "New document" }).click();
    await page.locator('interline-editor [aria-busy="false"]').waitFor();
    await page.context().close();
  });

  it("a new name and colour reach the others, and are kept with the theme", async () => {
    const url = `${site.server.url}/d/names`;
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    const { page } = ana;
    await page.getByRole("button", { name: "Your name, colour and theme" }).click();
    await page.getByRole("textbox", { name: "Your name" }).fill("  Ana   Ruiz-Soto ");
    await page.getByRole("radio", { name: "Moss" }).check();
    await page.getByRole("radio", { name: "Dark" }).check();
    const avatar = jonas.page.locator('interline-people button[data-person="4"]');
    await avatar.getByText("Ana Ruiz-Soto").waitFor();
    await jonas.page.locator("header interline-people li").first().waitFor();
    expect(await jonas.page.locator("header interline-people li").count()).toBe(1);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
    const kept = await page.evaluate(() => [
      localStorage.getItem("interline.user"),
      localStorage.getItem("interline.theme"),
    ]);
    expect([JSON.parse(kept[0] ?? "null"), kept[1]]).toEqual([
      { id: "Ana-Ruiz", name: "Ana Ruiz-Soto", color: 4 },
      "dark",
    ]);
  });

  it("a newcomer whose made-up colour is taken gets another, and keeps one that was chosen", async () => {
    const url = `${site.server.url}/d/colours`;
    await using ana = await Writer.open(site.browser, url, { name: "Ana", color: 12 });
    await using bea = await Writer.open(site.browser, url, { name: "Bea", color: 12 });
    await ana.page.locator('header interline-people button[data-person="12"]').waitFor();
    await using guest = await Writer.open(site.browser, url, { name: "Wren", color: 12, isNewcomer: true });
    await ana.page.locator('header interline-people button[data-person="6"]').waitFor();
    expect([...ana.faults, ...bea.faults, ...guest.faults]).toEqual([]);
  });
});
