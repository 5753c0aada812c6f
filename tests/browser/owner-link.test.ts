import { describe, expect, it } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();
const ana = { name: "Ana Ruiz", color: 12 };

/** The owner link as the page shows it in its panel, once it has it. */
async function ownerLinkOf({ page }: Writer): Promise<string> {
  const button = page.locator(".owning copy-button");
  await waitFor("the owner link", async () => (await button.count()) === 1);
  return (await button.getAttribute("text")) ?? "";
}

async function decide(link: string, access: string): Promise<void> {
  const { pathname, hash } = new URL(link);
  const answer = await fetch(`${site.server.url}/api/v1/documents/${pathname.slice(3)}/access`, {
    method: "PATCH",
    headers: { "content-type": "application/json", authorization: `Bearer ${hash.slice("#token=".length)}` },
    body: JSON.stringify({ access }),
  });
  expect(answer.status).toBe(200);
}

describe("who starts a document", () => {
  it("owns it: the page shows the link, keeps it, and uses it when others are kept out", async () => {
    await using owner = await Writer.open(site.browser, `${site.server.url}/`, ana);
    expect(await owner.page.locator(".owning").count()).toBe(0);
    const { url } = { url: owner.page.url() };
    // Somebody who has heard of the address writes first.
    await using guest = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    await guest.focus();
    await guest.type("me first ");
    await guest.isSaved();
    await owner.seesText("me first ");
    const link = await ownerLinkOf(owner);
    expect(link).toMatch(/\/d\/[0-9a-z]{20}#token=[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await guest.page.locator(".owning").count()).toBe(0);
    await owner.page.getByRole("button", { name: "Your name, colour and theme" }).click();
    await owner.page.getByRole("heading", { name: "Owner link, keep it" }).waitFor();
    await owner.page.keyboard.press("Escape");

    await decide(link, "none");
    await guest.page.locator("footer").getByText("You may not open this document.").waitFor();
    // The owner was connected as a guest too, and comes back as who they are.
    await owner.focus();
    await owner.type("still mine ");
    await owner.isSaved();
    await owner.reopen();
    await owner.focus();
    await owner.type("and again ");
    await owner.isSaved();
    expect(await ownerLinkOf(owner)).toBe(link);

    // What is kept in one place is found when the other was cleared.
    await owner.page.evaluate(() => localStorage.clear());
    await owner.reopen();
    await owner.isSaved();
    expect(await ownerLinkOf(owner)).toBe(link);
    expect(owner.faults).toEqual([]);

    // On another device it opens the document, is kept there too, and leaves the address that people copy.
    await using phone = await Writer.open(site.browser, link, { name: "Ana's phone", color: 3 });
    await waitFor("the address to be plain", () => phone.page.url() === url);
    expect(await ownerLinkOf(phone)).toBe(link);
    await phone.reopen(url);
    await phone.isSaved();
    expect(phone.faults).toEqual([]);
  });

  it("without a network, gets the link when there is one", async () => {
    await using owner = await Writer.open(site.browser, `${site.server.url}/`, ana);
    await owner.page.context().setOffline(true);
    await owner.focus();
    await owner.type("written in a train ");
    await owner.page.context().setOffline(false);
    await owner.isSaved();
    expect(await ownerLinkOf(owner)).toContain("#token=");
  });
});

describe("a guest", () => {
  it("is marked as one, and their own other tab is not somebody else", async () => {
    const url = `${site.server.url}/d/marked`;
    await using first = await Writer.open(site.browser, url, ana);
    await using second = await Writer.openIn(first.page.context(), url, ana);
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    const seen = (writer: Writer): Promise<string[]> =>
      writer.page.locator("interline-people button .spoken").allTextContents();
    for (const writer of [first, second]) {
      await waitFor("Jonas alone", async () =>
        (await seen(writer)).join().startsWith("Jonas Weber, here. Guest."),
      );
      expect(await seen(writer)).toHaveLength(1);
    }
    await waitFor("Ana once", async () => (await seen(jonas)).length === 1);
    const button = jonas.page.locator("interline-people button.avatar");
    await button.hover();
    expect(await jonas.page.locator("interline-people .card .guest").textContent()).toBe("guest");
  });
});
