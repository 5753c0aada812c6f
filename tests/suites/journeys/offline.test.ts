import { beforeEach, describe, expect, it } from "vitest";
import { isServed } from "../../browser/saved-text.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();
let documents = 0;
let url: string;

const ana = { name: "Ana Ruiz", color: 12 };

beforeEach(() => {
  url = `${site.server.url}/d/away-${documents++}`;
});

describe("offline", () => {
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
    await isServed(site.server, url, "Before. Asleep. ");
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
    await isServed(site.server, url, "Both. From inside the first. And again. Alone.");
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
    await isServed(site.server, url, "Typed, and closed.");
  });
});
