import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

it.each([
  ["light", "on a desk", { width: 1280, height: 800 }],
  ["dark", "on a desk", { width: 1280, height: 800 }],
  ["light", "on a phone", { width: 390, height: 740 }],
  ["dark", "on a phone", { width: 390, height: 740 }],
] as const)(
  "axe finds nothing in the %s theme %s, with and without text, nor in the settings",
  async (colorScheme, where, viewport) => {
    const url = `${site.server.url}/d/axe-${colorScheme}-${where.replaceAll(" ", "-")}`;
    await using ana = await Writer.open(site.browser, url, {
      name: "Ana Ruiz",
      color: 12,
      context: { colorScheme, viewport, reducedMotion: "reduce" },
    });
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    expect(await ana.axeFinds()).toEqual([]);
    await jonas.focus();
    await jonas.type("A line.\nAnother.");
    await ana.seesText("A line.\nAnother.");
    // On a phone a caret has no name beside it.
    await ana.page.locator('interline-editor .caret[data-person="6"]').waitFor({ state: "attached" });
    expect(await ana.axeFinds()).toEqual([]);
    await ana.page.locator("header button[popovertarget]").click();
    expect(await ana.axeFinds()).toEqual([]);
    expect([...ana.faults, ...jonas.faults]).toEqual([]);
  },
);
