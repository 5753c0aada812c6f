import { openDocument, type SharedDocument } from "@interline/client";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

it("a paste that cannot fit is refused as a whole, with what would fit", async () => {
  const url = `${site.server.url}/d/full`;
  await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  const { page } = ana;
  await ana.focus();
  await ana.type("Minutes");
  await ana.isSaved();
  await page.locator('interline-editor [role="textbox"]').evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "ten lines\n".repeat(1_600_000));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  const told = page.getByRole("alert");
  await told.getByText("the text has 16,000,000 characters, and there is room for 15,999,993").waitFor();
  expect(await ana.text()).toBe("Minutes");
  expect(await page.locator('header interline-status [aria-label="Saved"]').count()).toBe(1);
  // The focus is back in the text.
  await told.getByRole("button", { name: "Dismiss" }).click();
  await ana.type("!");
  await ana.seesText("Minutes!");
  await ana.isSaved();
  expect(ana.faults).toEqual([]);
});

/** Lines that tell where they are. */
const LINES: string = Array.from({ length: 180_000 }, (_, line) => `line ${line}, of many.`).join("\n");

/** Somebody else in the document. */
async function join(document: string): Promise<SharedDocument> {
  const user = { id: "b", name: "Jonas", color: 6 };
  const environment = nodeEnvironment();
  const other = openDocument({ url: site.server.syncUrl, document, user, environment });
  await waitFor("the document", () => other.isReady);
  return other;
}

/** From now on all that the bottom line says and shows is noted. */
async function watchStatus(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const root = (selector: string, from: ParentNode): ShadowRoot => {
      const { shadowRoot } = from.querySelector(selector) ?? {};
      if (!shadowRoot) throw new Error(`${selector} is missing`);
      return shadowRoot;
    };
    const own = root("document-page", document);
    const line = root("footer interline-status", own);
    const glyph = root("header interline-status", own);
    const said: string[] = [];
    const note = (): void => {
      const words = line.querySelector(".words");
      const meaning = glyph.querySelector("[role=img]")?.getAttribute("aria-label") ?? "";
      const now = `${meaning}|${words?.textContent ?? ""}|${words?.getAttribute("aria-live") ?? ""}`;
      if (said.at(-1) !== now) said.push(now);
    };
    for (const watched of [line, glyph]) {
      const options = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver(note).observe(watched, options);
    }
    Object.assign(globalThis, { said });
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}

it("nothing of a text that cannot fit leaves, by whatever way it came in", async () => {
  const [writer, other] = [await join("never"), await join("never")];
  try {
    writer.insert(0, "ten lines\n".repeat(1_600_001));
    await expect(writer.flush()).rejects.toMatchObject({ code: "ERR_DOCUMENT_TOO_LARGE" });
    expect(writer.diagnostics().counters.submits).toBe(0);
    // What is typed by others is there, and there only.
    other.insert(0, "Minutes");
    await waitFor("the others' text", () => writer.text.points === 16_000_017);
    expect(other.text.toString()).toBe("Minutes");
    writer.delete(7, 16_000_010);
    await writer.flush();
    expect(writer.status.state).toBe("synced");
  } finally {
    writer.close();
    other.close();
  }
});

it("a long paste goes in parts, with words for how far it is and no flicker, and one undo takes back all of it", async () => {
  await using proxy = await TcpProxy.start(site.server.port);
  await using ana = await Writer.open(site.browser, `http://127.0.0.1:${proxy.port}/d/long`, {
    name: "Ana Ruiz",
    color: 12,
  });
  await ana.focus();
  await ana.type("Minutes");
  await ana.isSaved();
  const other = await join("long");
  try {
    const said = await watchStatus(ana.page);
    proxy.setLatency(300);
    const before = other.version;
    await ana.paste(LINES);
    await waitFor("the other to have it", () => other.text.points === LINES.length + 7);
    await ana.isSaved();
    expect(other.text.toString()).toBe(`Minutes${LINES}`);
    expect(other.version - before).toBeGreaterThan(5);
    expect(other.version - before).toBeLessThan(20);
    const [first, ...after] = await said();
    expect([first, after[0], after.at(-1)]).toEqual([
      "Saving…||off",
      "Saving…|Saving…|off",
      "Saved|Saved|off",
    ]);
    const shares = after.slice(1, -1).map((line) => /^Saving…\|Saving… (\d+)% done\|off$/.exec(line)?.[1]);
    expect(shares.length).toBeGreaterThan(2);
    expect(shares.map(Number)).toEqual(shares.map(Number).toSorted((a, b) => a - b));
    expect(ana.faults).toEqual([]);
    await ana.press("Control+z");
    await ana.seesText("Minutes");
    await waitFor("the other to have it", () => other.text.toString() === "Minutes");
    await ana.isSaved();
    // While parts leave as well.
    await ana.paste(LINES);
    await waitFor("the first part", () => other.text.points > 7);
    await ana.press("Control+z");
    await ana.isSaved();
    await waitFor("the other to have it", () => other.text.toString() === "Minutes");
    await ana.seesText("Minutes");
  } finally {
    other.close();
  }
});

it("if others take the room meanwhile, what was accepted stays, and the rest is there to copy", async () => {
  await using proxy = await TcpProxy.start(site.server.port);
  await using ana = await Writer.open(site.browser, `http://127.0.0.1:${proxy.port}/d/room`, {
    name: "Ana Ruiz",
    color: 12,
    context: { permissions: ["clipboard-read", "clipboard-write"] },
  });
  await ana.focus();
  const other = await join("room");
  try {
    const before = "o".repeat(12_000_000);
    other.insert(0, before);
    await other.flush();
    await waitFor("ana to have it", async () => (await ana.length()) === before.length);
    proxy.setLatency(300);
    await ana.press("Control+End");
    await ana.paste(LINES);
    await waitFor("the first part", () => other.text.points > before.length);
    const taken = before + "o".repeat(200_000);
    other.insert(0, "o".repeat(200_000));
    await ana.says("The rest of your text is not saved: the document is as long as it can be.");
    await other.flush();
    const accepted = other.text.toString().slice(taken.length);
    expect(accepted.length).toBeGreaterThan(100_000);
    expect(LINES.startsWith(accepted)).toBe(true);
    await waitFor("all of it to be shown", async () => (await ana.length()) === taken.length + LINES.length);
    await ana.page.locator("footer interline-status").getByRole("button", { name: "Copy the text" }).click();
    await ana.page.locator("footer interline-status").getByRole("button", { name: "Copied" }).waitFor();
    const rest = await ana.page.evaluate(() => navigator.clipboard.readText());
    expect(accepted + rest === LINES).toBe(true);
    // Once there is room it is saved.
    other.delete(0, taken.length);
    await waitFor("all of it", () => other.text.points === LINES.length);
    await ana.isSaved();
    expect(other.text.toString() === LINES).toBe(true);
    await ana.focus();
    await ana.press("Control+z");
    await waitFor("nothing", () => other.text.points === 0);
    expect(ana.faults).toEqual([]);
  } finally {
    other.close();
  }
});
