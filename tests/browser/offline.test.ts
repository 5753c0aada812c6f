import { openDocument } from "@interline/client";
import { beforeEach, describe, expect, it } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();
let documents = 0;
let url: string;

const ana = { name: "Ana Ruiz", color: 12 };

beforeEach(() => {
  url = `${site.server.url}/d/offline-${documents++}`;
});

/** What the server has, asked by somebody else. */
async function savedText(of = url): Promise<string> {
  const reader = openDocument({
    url: site.server.syncUrl,
    document: of.slice(of.lastIndexOf("/") + 1),
    user: { id: "reader", name: "Reader", color: 1 },
    environment: nodeEnvironment(),
  });
  try {
    await waitFor("the reader", () => reader.isReady);
    return reader.text.toString();
  } finally {
    reader.close();
  }
}

/** Runs in the page: what it has loaded and its service worker has not. The browser's own cache may have it, and may forget it. */
async function filesThatAreNotKept(): Promise<string[]> {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const files = loaded.filter((name) => name.includes("/assets/"));
  const kept = await Promise.all(files.map((name) => caches.match(name)));
  return files.filter((_, index) => kept[index] === undefined);
}

async function isServed(text: string): Promise<void> {
  await waitFor(`the server to have ${JSON.stringify(text)}`, async () => (await savedText()) === text);
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
    await isServed("Saved. Typed in a tunnel. And once more.");
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
    await isServed("Begun without a network.");
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
    await isServed(expected);
    expect(writer.faults).toEqual([]);
  });

  it("a laptop that slept finds out, and what was typed before it noticed is saved", async () => {
    await using proxy = await TcpProxy.start(site.server.port);
    await using writer = await Writer.open(
      site.browser,
      url.replace(String(site.server.port), String(proxy.port)),
      ana,
    );
    await writer.focus();
    await writer.type("Before. ");
    await writer.isSaved();
    // Both sides believe in a connection that is dead.
    proxy.drop();
    await writer.type("Asleep. ");
    await writer.says("Trying to save…");
    await writer.page.locator("footer interline-status").getByText("Kept on this device.").waitFor();
    await writer.says("Offline. Your changes are kept on this device.");
    proxy.reset();
    proxy.resume();
    await writer.isSaved();
    await isServed("Before. Asleep. ");
  });

  it("the tab closes without a question while everything is kept, and asks where nothing can be", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    const asked: string[] = [];
    writer.page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await writer.focus();
    await writer.type("saved");
    await writer.isSaved();
    await site.server.kill();
    await writer.type(" kept");
    await writer.says("Offline. Your changes are kept on this device.");
    await writer.keeps(" kept");
    await writer.page.close({ runBeforeUnload: true });
    await waitFor("the page to close", () => writer.page.isClosed());
    expect(asked).toEqual([]);
    await site.server.restart();

    await using bea = await Writer.open(site.browser, `${url}-private`, {
      name: "Bea",
      color: 6,
      prepare: () =>
        Object.defineProperty(window, "indexedDB", {
          value: {
            open: () => {
              throw new DOMException("forbidden", "SecurityError");
            },
          },
        }),
    });
    bea.page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await bea.focus();
    await bea.type("saved");
    await bea.isSaved();
    await site.server.kill();
    await bea.type(" not kept");
    await bea.says("Offline. Not saved on this device. Keep this tab open.");
    await bea.page.close({ runBeforeUnload: true });
    await waitFor("the question", () => asked.length > 0);
    expect(asked).toEqual(["beforeunload"]);
    await site.server.restart();
    expect([...writer.faults, ...bea.faults]).toEqual([]);
  });

  it("two tabs show one text, take turns, and all of it is saved once", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    await using other = await writer.anotherTab();
    await writer.focus();
    await writer.type("Both. ");
    await writer.isSaved();
    await other.seesText("Both. ");
    await site.server.kill();
    await writer.says("Offline.");
    await other.says("Offline.");
    await writer.type("From the first.");
    await other.seesText("Both. From the first.");
    await other.says("Offline. Your changes are kept on this device.");
    await other.caretTo("Both. From".length);
    await other.type(" inside");
    await other.seesText("Both. From inside the first.");
    await writer.seesText("Both. From inside the first.");
    await writer.press("Control+End");
    await writer.type(" And again.");
    await other.seesText("Both. From inside the first. And again.");
    // Whichever is closed, the other has it all.
    await writer.keeps(" And again.");
    await writer.page.close();
    await other.press("Control+End");
    await other.type(" Alone.");
    await other.says("Offline. Your changes are kept on this device.");
    await site.server.restart();
    await other.networkIsBack();
    await other.isSaved();
    await other.seesText("Both. From inside the first. And again. Alone.");
    await isServed("Both. From inside the first. And again. Alone.");
    expect([...writer.faults, ...other.faults]).toEqual([]);
  });

  it("what a closed tab left is saved by one that is open", async () => {
    await using writer = await Writer.open(site.browser, url, ana);
    await using other = await writer.anotherTab();
    await writer.focus();
    await writer.type("Typed, ");
    await writer.isSaved();
    await other.seesText("Typed, ");
    await site.server.kill();
    await writer.type("and closed.");
    await writer.says("Offline. Your changes are kept on this device.");
    await writer.keeps("and closed.");
    await writer.page.close();
    await site.server.restart();
    await other.networkIsBack();
    await other.seesText("Typed, and closed.");
    await other.isSaved();
    await isServed("Typed, and closed.");
  });
});
