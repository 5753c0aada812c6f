import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { expect, it } from "vitest";
import { launchChromium } from "../../support/chromium.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";
import { PageHost } from "../../browser/page-host.ts";

it("the React example is built, and two people write in it, through a break and a reload", async () => {
  const host = await PageHost.serve(fileURLToPath(new URL("../../../examples/react", import.meta.url)));
  await using server = await ServerProcess.start({
    args: ["--allow-origin", host.origin],
  });
  const browser = await launchChromium();
  const faults: string[] = [];
  async function open(by: Browser, name: string): Promise<Page> {
    const page = await (await by.newContext()).newPage();
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("console", (message) => {
      // That the server cannot be reached for a while is no fault of the page, whatever it tries.
      const isAway = /WebSocket|ERR_CONNECTION_REFUSED/.test(message.text());
      if (message.type() === "error" && !isAway) faults.push(message.text());
    });
    const asked = new URLSearchParams({ server: server.syncUrl, document: "note", name });
    await page.goto(`${host.origin}/?${asked.toString()}`);
    await page.locator("textarea:enabled").waitFor();
    return page;
  }
  const holds = (page: Page, text: string) =>
    waitFor(JSON.stringify(text), async () => (await page.locator("textarea").inputValue()) === text);
  try {
    const [ana, jonas] = [await open(browser, "Ana"), await open(browser, "Jonas")];
    await ana.getByRole("listitem").getByText("Jonas").waitFor();
    await ana.locator("textarea").pressSequentially("One 🧶");
    await holds(jonas, "One 🧶");
    await ana.getByRole("status").getByText("Saved").waitFor();

    // The caret stays between the letters where it was, whoever writes before and behind it.
    const caret = (page: Page): Promise<readonly [number, number]> =>
      page.locator("textarea").evaluate((field: HTMLTextAreaElement) => {
        return [field.selectionStart, field.selectionEnd] as const;
      });
    await ana.keyboard.press("Home");
    await ana.keyboard.press("ArrowRight");
    await ana.keyboard.press("Shift+ArrowRight");
    await jonas.locator("textarea").focus();
    await jonas.keyboard.press("Home");
    await jonas.keyboard.type("🧵 ");
    await holds(ana, "🧵 One 🧶");
    expect(await caret(ana)).toEqual([4, 5]);
    await ana.keyboard.type("N");
    await holds(jonas, "🧵 ONe 🧶");
    await jonas.keyboard.press("End");
    await jonas.keyboard.type("!");
    await holds(ana, "🧵 ONe 🧶!");
    expect(await caret(ana)).toEqual([5, 5]);
    await ana.keyboard.type("-");
    await holds(jonas, "🧵 ON-e 🧶!");
    for (const key of ["Backspace", "Backspace", "n"]) await ana.keyboard.press(key);
    await holds(jonas, "🧵 One 🧶!");
    await jonas.keyboard.press("Backspace");
    await jonas.keyboard.press("Home");
    for (const key of ["Delete", "Delete"]) await jonas.keyboard.press(key);
    await holds(ana, "One 🧶");

    // The browser has moved the caret, and the page has not been told when somebody else types.
    const hold = await ana.evaluateHandle(() => {
      const held = new AbortController();
      for (const name of ["selectionchange", "select", "keyup"]) {
        window.addEventListener(name, (event) => event.stopImmediatePropagation(), {
          capture: true,
          signal: held.signal,
        });
      }
      return held;
    });
    await ana.keyboard.press("Home");
    await ana.keyboard.press("End");
    await jonas.keyboard.type("- ");
    await holds(ana, "- One 🧶");
    await hold.evaluate((held) => held.abort());
    await ana.keyboard.type("!");
    await holds(jonas, "- One 🧶!");
    await ana.keyboard.press("Backspace");
    await jonas.keyboard.press("Backspace");
    await jonas.keyboard.press("Backspace");
    await holds(ana, "One 🧶");

    await jonas.keyboard.press("End");
    await server.kill();
    await jonas.locator("textarea").pressSequentially(" two");
    await jonas.getByRole("status").getByText("Kept on this device").waitFor();
    await jonas.reload();
    await jonas.locator("textarea:enabled").waitFor();
    await holds(jonas, "One 🧶 two");
    await server.restart();
    await holds(ana, "One 🧶 two");
    await jonas.getByRole("status").getByText("Saved").waitFor();
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
    await host.close();
  }
});
