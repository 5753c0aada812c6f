import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

describe("a render that changes nothing", () => {
  it("replaces no element of the page, whatever renders", async () => {
    const url = `${site.server.url}/d/renders`;
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    await ana.page.locator('header interline-people button[data-person="6"]').waitFor();
    expect(await replacedByRendering(ana.page)).toEqual([]);
    expect([...ana.faults, ...jonas.faults]).toEqual([]);
  });

  it("swallows no click: whatever is pressed works while somebody else types", async () => {
    const url = `${site.server.url}/d/clicks`;
    await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    const { page } = ana;
    const button = await page.getByRole("button", { name: "Your name, colour and theme" }).boundingBox();
    if (button === null) throw new Error("no button");
    // The middle dot of the drawing, and not the ground beside it.
    await page.mouse.move(button.x + button.width / 2, button.y + button.height / 2);
    await jonas.focus();
    let text = "";
    for (const letter of "ab") {
      await page.mouse.down();
      await jonas.type(letter);
      text += letter;
      await ana.seesText(text);
      await page.mouse.up();
      const isOpen = letter === "a";
      await waitFor(`the panel to be ${isOpen ? "open" : "closed"}`, async () => {
        return (await page.locator("#panel").isVisible()) === isOpen;
      });
    }
  });
});

/**
 * The elements that came or went while every element of the page rendered again, of those in shadow roots
 * too.
 */
async function replacedByRendering(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    interface Rendered extends Element {
      requestUpdate?(): void;
      readonly updateComplete?: Promise<boolean>;
    }
    const roots: ParentNode[] = [document];
    const components: Rendered[] = [];
    for (const root of roots) {
      for (const element of root.querySelectorAll<Rendered>("*")) {
        if (element.shadowRoot !== null) roots.push(element.shadowRoot);
        if (element.requestUpdate !== undefined) components.push(element);
      }
    }
    const replaced: string[] = [];
    const observer = new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) {
        for (const node of [...addedNodes, ...removedNodes]) {
          if (node instanceof Element) replaced.push(node.outerHTML);
        }
      }
    });
    for (const root of roots) observer.observe(root, { childList: true, subtree: true });
    for (const component of components) component.requestUpdate?.();
    for (const component of components) await component.updateComplete;
    observer.disconnect();
    return replaced;
  });
}
