import { beforeEach, describe, expect, it } from "vitest";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { isServed } from "./saved-text.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();
let documents = 0;
let url: string;

const ana = { name: "Ana Ruiz", color: 12 };

beforeEach(() => {
  url = `${site.server.url}/d/offline-${documents++}`;
});

/**
 * Runs in the page: what it has loaded and its service worker has not. The browser's own cache may have it,
 * and may forget it.
 */
async function filesThatAreNotKept(): Promise<string[]> {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const files = loaded.filter((name) => name.includes("/assets/"));
  const kept = await Promise.all(files.map((name) => caches.match(name)));
  return files.filter((_, index) => kept[index] === undefined);
}

describe("offline", () => {
  it("what was typed is there when the tab is closed and opened again, and is merged once", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    await writer.focus();
    await writer.type("Saved. ");
    await writer.isSaved();
    await writer.isInstalled();
    expect(await writer.page.evaluate(filesThatAreNotKept)).toEqual([]);
    await site.server.kill();
    await writer.type("Typed in a tunnel. ");
    await writer.says("Offline. Your changes are kept on this device.");
    await writer.keeps("Typed in a tunnel. ");

    await writer.reopen();
    expect(await writer.text()).toBe("Saved. Typed in a tunnel. ");
    await writer.focus();
    await writer.press("Control+End");
    await writer.type("And once more.");
    await writer.says("Offline. Your changes are kept on this device.");

    await site.server.restart();
    await writer.networkIsBack();
    await writer.says("Back online.");
    await writer.isSaved();
    await writer.seesText("Saved. Typed in a tunnel. And once more.");
    await isServed(site.server, url, "Saved. Typed in a tunnel. And once more.");
    expect(writer.faults).toEqual([]);
  });

  it("a new document can be begun, and is saved under its address", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    await writer.isInstalled();
    await site.server.kill();
    await writer.reopen(`${site.server.url}/`);
    await writer.focus();
    await writer.type("Begun without a network.");
    await writer.says("Offline. Your changes are kept on this device.");
    await writer.keeps("Begun without a network.");
    url = writer.page.url();
    expect(url).toMatch(/\/d\/[0-9a-z]{20}$/);
    await writer.reopen();
    expect(await writer.text()).toBe("Begun without a network.");
    await site.server.restart();
    await writer.networkIsBack();
    await writer.isSaved();
    await isServed(site.server, url, "Begun without a network.");
  });

  it("a document that was never here says so, and cannot be typed into", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    await writer.isInstalled();
    await site.server.kill();
    await writer.page.goto(`${site.server.url}/d/never-here`);
    await writer.says("The server does not answer. This document opens when it does.");
    const text = writer.page.locator('interline-editor [role="textbox"]');
    expect(await text.getAttribute("aria-busy")).toBe("true");
    expect(await text.getAttribute("aria-readonly")).toBe("true");
    await site.server.restart();
  });

  it("a page whose files the browser has dropped keeps them again the next time it is online", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    await writer.isInstalled();
    await writer.page.evaluate(async () => {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) await cache.delete(request);
      }
    });
    await writer.reopen();
    await waitFor("the files to be kept", async () => {
      const missing = await writer.page.evaluate(filesThatAreNotKept);
      return missing.length === 0;
    });
    await site.server.kill();
    await writer.reopen();
    await writer.focus();
    await writer.type("Typed offline.");
    await writer.keeps("Typed offline.");
    await site.server.restart();
  });

  it("a tab that is killed while it saves loses nothing, and nothing is doubled", async () => {
    await using proxy = await TcpProxy.start(site.server.port);
    url = url.replace(String(site.server.port), String(proxy.port));
    await using writer = await Writer.open(site.browser, url, ana);
    await writer.focus();
    let expected = "";
    for (const [round, word] of ["one ", "two ", "three ", "four ", "five "].entries()) {
      // What is sent arrives, half of the time; no acknowledgement does.
      if (round % 2 === 0) proxy.drop("down");
      else proxy.drop();
      await writer.press("Control+End");
      await writer.type(word);
      expected += word;
      await writer.keeps(expected);
      await writer.crash();
      proxy.reset();
      proxy.resume();
      await writer.reopen();
      await writer.seesText(expected);
      await writer.isSaved();
      await writer.focus();
    }
    await isServed(site.server, url, expected);
    expect(writer.faults).toEqual([]);
  });
});
