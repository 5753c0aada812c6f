import { expect, it } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();

it("a page that comes back out of the browser's cache shows what others wrote meanwhile, and saves what is typed on", async () => {
  const browser = await launchChromium({ hasBackForwardCache: true });
  try {
    const url = `${site.server.url}/d/back-forward`;
    await using ana = await Writer.open(browser, url, {
      name: "Ana Ruiz",
      color: 12,
      prepare: () => {
        window.addEventListener("pageshow", ({ persisted }) => {
          if (persisted) document.documentElement.dataset["comeBack"] = "from the cache";
        });
      },
    });
    await using jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
    await ana.focus();
    await ana.type("Before. ");
    await ana.isSaved();
    await ana.page.goto(`${site.server.url}/healthz`);
    await jonas.focus();
    await jonas.press("Control+End");
    await jonas.type("Meanwhile. ");
    await jonas.isSaved();
    await ana.page.goBack({ waitUntil: "commit" });
    await ana.page.locator('html[data-come-back="from the cache"]').waitFor({ state: "attached" });
    await ana.seesText("Before. Meanwhile. ");
    await ana.focus();
    await ana.press("Control+End");
    await ana.type("After.");
    await ana.isSaved();
    await jonas.seesText("Before. Meanwhile. After.");
    expect([...ana.faults, ...jonas.faults]).toEqual([]);
  } finally {
    await browser.close();
  }
});
