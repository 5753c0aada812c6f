import { describe, expect, it } from "vitest";
import {
  engineSite,
  focus,
  isSaved,
  keeps,
  opensOffline,
  sees,
  shown,
} from "../../support/engines/engine-site.ts";
import { type Engine, type EnginePage, FIND_EDITOR } from "../../support/engines/engine-page.ts";
import { openFirefox } from "../../support/engines/firefox.ts";
import { openWebKit } from "../../support/engines/webkit.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { waitFor } from "../../support/wait-for.ts";

/** What the panel of finding says about its hits. */
async function counts(page: EnginePage, words: string): Promise<void> {
  const said = `${FIND_EDITOR} return editor.shadowRoot.querySelector(".find .count")?.textContent;`;
  await waitFor(`"${words}"`, async () => (await page.evaluate(said)) === words);
}

describe.each([
  ["Firefox", openFirefox],
  ["WebKitGTK", openWebKit],
])("in %s", (_, launch) => {
  const site = engineSite<Engine>(launch);

  it("what is typed reaches the others, and what they type is shown in between", async () => {
    const page = await site().open("two-people");
    await focus(page);
    await page.type("one three");
    const other = await site().somebody("two-people");
    await isSaved(other, "one three");
    other.insert(4, "two 🧶 ");
    await other.flush();
    await sees(page, "one two 🧶 three");
    // The caret stayed behind the own last word.
    await page.type("!");
    await isSaved(other, "one two 🧶 three!");
    await sees(page, "one two 🧶 three!");
    other.close();
    await page.close();
  });

  it("undo and redo take back the own words alone", async () => {
    const page = await site().open("undo");
    await focus(page);
    await page.type("own words");
    const other = await site().somebody("undo");
    await isSaved(other, "own words");
    other.insert(0, "Theirs. ");
    await other.flush();
    await sees(page, "Theirs. own words");
    await page.press("Control+z");
    await isSaved(other, "Theirs. ");
    await sees(page, "Theirs. ");
    await page.press("Control+y");
    await isSaved(other, "Theirs. own words");
    await sees(page, "Theirs. own words");
    other.close();
    await page.close();
  });

  it("what is cut is pasted, and a word is found, and found again", async () => {
    const page = await site().open("found");
    await focus(page);
    await page.type("tea and tea");
    await page.press("Control+a");
    await page.press("Control+x");
    await sees(page, "");
    await page.press("Control+v");
    await sees(page, "tea and tea");
    await page.press("Control+f");
    await page.type("tea");
    await counts(page, "1 of 2");
    await page.press("Enter");
    await counts(page, "2 of 2");
    // What was found is selected, and one goes on there.
    await page.press("Escape");
    await page.type("cake");
    const other = await site().somebody("found");
    await isSaved(other, "tea and cake");
    other.close();
    await page.close();
  });

  it("what is typed while the connection is dead, and while there is none, is saved once when it is back", async () => {
    await using proxy = await TcpProxy.start(site().server.port);
    const page = await site().open("away", `http://127.0.0.1:${proxy.port}`);
    const other = await site().somebody("away");
    await focus(page);
    await page.type("Before. ");
    await isSaved(other, "Before. ");
    // Both sides believe in a connection that is dead.
    proxy.drop();
    await page.type("In a tunnel. ");
    other.insert(0, "Theirs. ");
    await other.flush();
    proxy.reset();
    await page.type("Cut off. ");
    proxy.resume();
    await isSaved(other, "Theirs. Before. In a tunnel. Cut off. ");
    await sees(page, "Theirs. Before. In a tunnel. Cut off. ");
    other.close();
    await page.close();
  });

  it("a document is opened again without a server, with what was typed there, and is saved once", async () => {
    const page = await site().open("reopened");
    await focus(page);
    await page.type("Saved. ");
    const reader = await site().somebody("reopened");
    await isSaved(reader, "Saved. ");
    reader.close();
    await opensOffline(page);
    await site().server.kill();
    await page.type("Kept. ");
    await keeps(page, "Saved. Kept. ");
    await page.close();
    const again = await site().open("reopened");
    await sees(again, "Saved. Kept. ");
    await focus(again);
    await again.press("Control+End");
    await again.type("More.");
    await keeps(again, "Saved. Kept. More.");
    await site().server.restart();
    await again.evaluate(`window.dispatchEvent(new Event("online"));`);
    const other = await site().somebody("reopened");
    await isSaved(other, "Saved. Kept. More.");
    other.close();
    await again.close();
  });

  it("two tabs that are opened without a server show one text before it can be typed in, and it is saved once", async () => {
    const page = await site().open("tabs");
    await focus(page);
    await page.type("Known. ");
    const before = await site().somebody("tabs");
    await isSaved(before, "Known. ");
    before.close();
    await opensOffline(page);
    await keeps(page, "Known. ");
    await page.close();
    await site().server.kill();
    const first = await site().open("tabs");
    await focus(first);
    await first.press("Control+End");
    await first.type("First. ");
    await keeps(first, "Known. First. ");
    const second = await site().open("tabs");
    expect(await shown(second)).toBe("Known. First. ");
    await focus(second);
    await second.press("Control+End");
    await second.type("Second. ");
    await sees(second, "Known. First. Second. ");
    await sees(first, "Known. First. Second. ");
    await site().server.restart();
    for (const tab of [first, second]) await tab.evaluate(`window.dispatchEvent(new Event("online"));`);
    const other = await site().somebody("tabs");
    await isSaved(other, "Known. First. Second. ");
    await sees(first, "Known. First. Second. ");
    other.close();
    await first.close();
    await second.close();
  });
});
