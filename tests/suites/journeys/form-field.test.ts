import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PageHost } from "../../browser/page-host.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";

const shared = sharedBrowser();
let host: PageHost;
let server: ServerProcess;
let documents = 0;

beforeAll(async () => {
  host = await PageHost.start("form.ts");
  server = await ServerProcess.start({ args: ["--allow-origin", host.origin] });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await host?.close();
});

/** The element as the page's scripts have it. */
type Field = HTMLTextAreaElement & { readonly shadowRoot: ShadowRoot };

const field = (page: Page) => page.locator("interline-editor");
const value = (page: Page): Promise<string> => field(page).evaluate((one) => (one as unknown as Field).value);

/** A page with this markup in a form, whose documents are not open. */
async function formWith(markup: string): Promise<Page> {
  const page = await (await shared.browser.newContext()).newPage();
  await page.goto(host.origin);
  await page.evaluate((html) => {
    const place = document.querySelector("#place");
    if (place !== null) place.innerHTML = html;
  }, markup);
  return page;
}

/** Opens the document of the editor in it. */
async function open(page: Page): Promise<void> {
  await field(page).evaluate(
    (one, [src, id]) => {
      Object.assign(one, { src, document: id, user: { id: "ana", name: "Ana", color: 1 } });
    },
    [server.syncUrl, `field-${documents++}`] as const,
  );
  await page.locator("interline-editor:state(ready)").waitFor();
}

it("what a composition makes longer than maxlength is taken back when it ends, and no sooner", async () => {
  const page = await formWith(`<interline-editor maxlength="5"></interline-editor>`);
  await open(page);
  await field(page).click();
  await page.keyboard.type("abc");
  const tools = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    tools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await compose("に");
  await compose("にほん");
  await expect.poll(() => value(page)).toBe("abcにほん");
  await tools.send("Input.insertText", { text: "日本語" });
  await waitFor("the end", async () => (await value(page)) === "abc日本");
  await page.context().close();
});

it("a composition in the textarea inside is not cut off when the document comes", async () => {
  const page = await formWith(`<interline-editor><textarea>abc</textarea></interline-editor>`);
  await page.locator("textarea").focus();
  await page.keyboard.press("Control+End");
  const tools = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    tools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await compose("に");
  const ready = field(page).evaluate(
    (one) => new Promise((resolve) => one.addEventListener("il-ready", resolve, { once: true })),
  );
  const opened = open(page);
  await ready;
  await expect.poll(() => page.locator("textarea").evaluate((one) => one.matches(":focus"))).toBe(true);
  await compose("にほ");
  await tools.send("Input.insertText", { text: "日本" });
  await opened;
  await expect.poll(() => value(page)).toBe("abc日本");
  await page.keyboard.type("!");
  await waitFor("the key", async () => (await value(page)) === "abc日本!");
  await page.context().close();
});

it("a form is submitted when everything is saved and valid, and its text is not reset with it", async () => {
  const page = await formWith(
    `<interline-editor name="notes" required require-saved></interline-editor><button>Send</button><button type="reset">Reset</button>`,
  );
  await open(page);
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    const form = document.forms[0];
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      told.push(`submit ${JSON.stringify(new FormData(form).get("notes"))}`);
    });
    const editor = document.querySelector("interline-editor");
    editor?.addEventListener("invalid", () => told.push("invalid"));
    editor?.addEventListener("il-reset", () => told.push("il-reset"));
  });
  const told = () => page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  const send = page.getByRole("button", { name: "Send" });
  await send.click();
  expect(await told()).toEqual(["invalid"]);
  await expect.poll(() => page.locator("interline-editor:state(user-invalid)").count()).toBe(1);
  // What is wrong is shown at the text, and there one goes on.
  await page.keyboard.type("Now there is some");
  expect(await page.locator("interline-editor:state(user-invalid):state(synced)").count()).toBe(0);
  await page.locator("interline-editor:state(synced):not(:state(user-invalid))").waitFor();
  await send.click();
  expect((await told()).at(-1)).toBe('submit "Now there is some"');
  await page.getByRole("button", { name: "Reset" }).click();
  expect((await told()).at(-1)).toBe("il-reset");
  await expect.poll(() => value(page)).toBe("Now there is some");
  await page.context().close();
});

it("a paste or drop of 50 MB is refused, or cut to maxlength, without holding up the page", async () => {
  for (const [markup, length, refusals] of [
    [`<interline-editor></interline-editor>`, 0, 2],
    [`<interline-editor maxlength="3000"></interline-editor>`, 3000, 0],
  ] as const) {
    const page = await formWith(markup);
    await open(page);
    const outcome = await field(page).evaluate(async (one) => {
      const editor = one as unknown as Field;
      let refused = 0;
      editor.addEventListener("il-too-long", () => refused++);
      const data = new DataTransfer();
      data.setData("text/plain", `${"x".repeat(79)}\n`.repeat(625_000));
      const box = editor.getBoundingClientRect();
      const content = editor.shadowRoot.querySelector(".cm-content");
      const init = { bubbles: true, cancelable: true };
      content?.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: data }));
      const at = { clientX: box.x + 20, clientY: box.y + 15 };
      content?.dispatchEvent(new DragEvent("drop", { ...init, ...at, dataTransfer: data }));
      await new Promise((resolve) => setTimeout(resolve));
      return [editor.textLength, refused];
    });
    expect(outcome).toEqual([length, refusals]);
    await page.context().close();
  }
});

it("looks like a field of its page, as high as its text between rows and max-height", async () => {
  const page = await formWith(
    `<style>form { font: 18px/27px monospace } interline-editor { max-height: 200px }</style>
     <interline-editor rows="3"></interline-editor>`,
  );
  await open(page);
  const look = () =>
    field(page).evaluate((one) => {
      const { shadowRoot } = one as unknown as Field;
      const style = (selector: string): CSSStyleDeclaration =>
        getComputedStyle(shadowRoot.querySelector(selector) as Element);
      const scroller = shadowRoot.querySelector(".cm-scroller") as HTMLElement;
      return {
        font: [
          style(".cm-scroller").fontFamily,
          style(".cm-scroller").fontSize,
          style(".cm-scroller").lineHeight,
        ],
        edge: style(".base").borderTopWidth,
        ring: style(".base").outlineStyle,
        height: one.getBoundingClientRect().height,
        strips: [style(".strip").display, style(".bottom").display],
        scrolls: scroller.scrollHeight > scroller.clientHeight,
      };
    });
  // Three lines of 27 px, 10 px above and below, and the edge.
  expect(await look()).toEqual({
    font: ["monospace", "18px", "27px"],
    edge: "1px",
    ring: "none",
    height: 3 * 27 + 2 * 10 + 2,
    strips: ["none", "none"],
    scrolls: false,
  });
  await field(page).click();
  for (let line = 0; line < 3; line++) await page.keyboard.press("Enter");
  await waitFor("a higher field", async () => (await look()).height === 4 * 27 + 2 * 10 + 2);
  for (let line = 0; line < 10; line++) await page.keyboard.press("Enter");
  await waitFor("a field that scrolls", async () => (await look()).scrolls);
  await expect.poll(() => look()).toMatchObject({ height: 200, ring: "solid" });
  await field(page).evaluate((one) => {
    const people = document.createElement("span");
    people.slot = "people";
    people.textContent = "Three people";
    one.append(people);
  });
  await waitFor("the strip", async () => (await look()).strips[0] === "flex");
  await page.context().close();
});
