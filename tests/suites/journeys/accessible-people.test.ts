import type { BrowserContextOptions } from "playwright-core";
import { expect, it } from "vitest";
import { crowdedRoom } from "../../browser/crowded-room.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

const LOOKS: readonly (readonly [string, BrowserContextOptions, string])[] = [
  ["in light", { colorScheme: "light" }, "ltr"],
  ["in dark", { colorScheme: "dark" }, "ltr"],
  ["in forced colours", { forcedColors: "active" }, "ltr"],
  ["right to left", {}, "rtl"],
  ["at 400 %", { viewport: { width: 320, height: 256 } }, "ltr"],
];

it.each(LOOKS)(
  "axe finds nothing %s, with the list, the log and a followed person, and nothing goes sideways",
  async (look, context, dir) => {
    const name = `axe-people-${look.replaceAll(/\W+/g, "-")}`;
    await using crowd = await crowdedRoom(site, name, 6, {
      context: { reducedMotion: "reduce", ...context },
    });
    const { me, others } = crowd;
    const { page } = me;
    await page.evaluate((direction) => (document.documentElement.dir = direction), dir);
    others[0]?.type(0, "A line.\n");
    await waitFor("the line", async () => (await me.text()).startsWith("A line.\n"));
    const isNarrow = (): Promise<boolean> =>
      page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await page.locator("interline-people .more").focus();
    await me.press("Enter");
    await page.getByRole("dialog", { name: "People" }).waitFor();
    expect(await me.axeFinds()).toEqual([]);
    expect(await isNarrow()).toBe(true);
    await me.press("Escape");
    await me.focus();
    await me.press("Control+Alt+f", "Control+Alt+q");
    await page.locator("interline-editor .quiet").waitFor();
    expect(await me.axeFinds()).toEqual([]);
    expect(await isNarrow()).toBe(true);
    await me.press("Control+Alt+r");
    await page.getByRole("dialog", { name: "What others changed" }).getByRole("listitem").first().waitFor();
    expect(await me.axeFinds()).toEqual([]);
    expect(await isNarrow()).toBe(true);
    // What floats is within the window, and all of it can be scrolled to.
    const box = await page.locator("interline-editor .popover").boundingBox();
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
  },
);

interface AxNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly value?: { readonly value: string };
  readonly description?: { readonly value: string };
}

it("to a screen reader the text is the document and nothing else, and people are a list", async () => {
  await using two = await crowdedRoom(site, "tree", 2);
  const { me, others } = two;
  await me.focus();
  await me.press("Control+a");
  // Without an empty line: Chromium 156 counts the break that stands for it, and says one line more than there is.
  const text = "one 👩‍👧\nzwei\nשלוש";
  await me.paste(text);
  for (const other of others) await other.sees(text);
  others[0]?.session.select({ anchor: 0, head: 3 });
  others[1]?.goToLine(2);
  await waitFor("both carets", async () => (await me.page.locator("interline-editor .caret").count()) === 2);
  await waitFor("both names", async () => (await me.page.locator(".margin bdi").count()) === 2);
  const devTools = await me.devTools();
  const { nodes } = (await devTools.send("Accessibility.getFullAXTree")) as { nodes: AxNode[] };
  const seen = nodes.filter(({ ignored }) => !ignored);
  const [textbox, ...more] = seen.filter(({ role }) => role?.value === "textbox");
  expect(more).toEqual([]);
  expect(textbox?.name?.value).toBe("Text of the document");
  expect(textbox?.value?.value).toBe(text);
  expect(textbox?.description?.value).toContain("Control-Alt-R lists what others changed");
  // Names are said in the row of people and in the live region, and nowhere near the text.
  const named = seen.filter(({ name }) => /Ana|Jonas/.test(name?.value ?? ""));
  expect(new Set(named.map(({ role }) => role?.value))).toEqual(
    new Set(["button", "StaticText", "InlineTextBox"]),
  );
  for (const { name } of named)
    expect(name?.value).toMatch(/^(Ana Ruiz|Jonas Weber), (here|typing)\. Guest|joined/);
  expect(seen.filter(({ role }) => role?.value === "list").map(({ name }) => name?.value)).toContain(
    "People",
  );
  expect(seen.map(({ role }) => role?.value)).toContain("status");
});
