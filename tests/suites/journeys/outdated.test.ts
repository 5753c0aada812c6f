import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();
const ana = { name: "Ana Ruiz", color: 12 };

/** From then on the page says that it speaks a version which no server speaks any more. */
function becomeOld(): void {
  const Today = window.WebSocket;
  window.WebSocket = class extends Today {
    constructor(url: string | URL, protocols?: string | string[]) {
      const isOld = sessionStorage.getItem("old") !== null;
      super(isOld ? String(url).replace(/speaks=[^&]*/, "speaks=0.9") : url, protocols);
    }
  };
  // Counts how often the page was loaded.
  sessionStorage.setItem("loads", String(Number(sessionStorage.getItem("loads")) + 1));
}

const loads = ({ page }: Writer): Promise<number> =>
  page.evaluate(() => Number(sessionStorage.getItem("loads")));

it("a page that the server has left behind reloads, once, and then says what is wrong", async () => {
  await using writer = await Writer.open(site.browser, `${site.server.url}/d/outdated`, {
    ...ana,
    prepare: becomeOld,
  });
  await writer.focus();
  await writer.type("Saved.");
  await writer.isSaved();
  expect(await loads(writer)).toBe(1);
  await writer.page.evaluate(() => sessionStorage.setItem("old", "yes"));
  await site.server.restart();
  await writer.says("This page is older than the server. Reload it to go on.");
  expect(await loads(writer)).toBe(2);
  await writer.seesText("Saved.");
  // A newer build came with the reload.
  await writer.page.evaluate(() => sessionStorage.removeItem("old"));
  await writer.page.getByRole("button", { name: "Reload" }).click();
  await writer.isSaved();
  expect(await loads(writer)).toBe(3);
});

it("it never does so while something waits to be saved", async () => {
  await using writer = await Writer.open(site.browser, `${site.server.url}/d/outdated-pending`, {
    ...ana,
    prepare: becomeOld,
  });
  await writer.focus();
  await writer.type("Saved.");
  await writer.isSaved();
  await site.server.kill();
  await writer.type(" Not yet.");
  await writer.says("Offline. Your changes are kept on this device.");
  await writer.page.evaluate(() => sessionStorage.setItem("old", "yes"));
  await site.server.restart();
  await writer.networkIsBack();
  await writer.says("This page is older than the server. Reload it to go on.");
  expect(await loads(writer)).toBe(1);
  await writer.page.evaluate(() => sessionStorage.removeItem("old"));
  await writer.page.getByRole("button", { name: "Reload" }).click();
  await writer.seesText("Saved. Not yet.");
  await writer.isSaved();
});
