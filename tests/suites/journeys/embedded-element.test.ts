import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { ServerProcess } from "../../support/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

/** Opens a page that has the elements registered, and the text field of a host in it. */
function openHost(name: string): Promise<Writer> {
  return Writer.open(site.browser, `${site.server.url}/d/${name}`, { name: "Ana Ruiz", color: 12 });
}

/** Puts an editor with `autofocus` into the page, and returns when its document is ready. */
async function addEditor(page: Page, document: string): Promise<void> {
  await page.evaluate(
    ([src, name]) =>
      new Promise<void>((resolve) => {
        const editor = window.document.createElement("interline-editor");
        const user = { id: "host", name: "Host", color: 2 };
        Object.assign(editor, { id: "added", src, document: name, user, autofocus: true });
        editor.addEventListener("il-ready", () => resolve());
        window.document.body.append(editor);
      }),
    [site.server.syncUrl, document] as const,
  );
}

/** What is typed into the added editor, and the fields of the host. */
function texts(page: Page): Promise<{ editor: string; fields: string[] }> {
  return page.evaluate(() => {
    const editor = document.querySelector("#added") as HTMLElement & { value: string };
    const host = document.querySelector("#host");
    const inner = host?.shadowRoot?.firstElementChild?.shadowRoot?.querySelector("input");
    const outer = document.querySelector<HTMLInputElement>("#outer");
    return { editor: editor.value, fields: [outer?.value ?? "", inner?.value ?? ""] };
  });
}

it("an editor that becomes ready takes the focus only if nothing else has it, through shadow roots", async () => {
  await using ana = await openHost("focus");
  const { page } = ana;
  await page.evaluate(() => {
    const outer = document.createElement("input");
    outer.id = "outer";
    const host = document.createElement("div");
    host.id = "host";
    const middle = document.createElement("div");
    host.attachShadow({ mode: "open" }).append(middle);
    middle.attachShadow({ mode: "open" }).append(document.createElement("input"));
    document.body.append(outer, host);
    outer.focus();
  });
  await addEditor(page, "focus-outer");
  await ana.type("name");
  expect(await texts(page)).toEqual({ editor: "", fields: ["name", ""] });

  await page.evaluate(() => {
    document.querySelector("#added")?.remove();
    document
      .querySelector("#host")
      ?.shadowRoot?.firstElementChild?.shadowRoot?.querySelector("input")
      ?.focus();
  });
  await addEditor(page, "focus-inner");
  await ana.type("password");
  expect(await texts(page)).toEqual({ editor: "", fields: ["name", "password"] });

  await page.evaluate(() => {
    document.querySelector("#added")?.remove();
    const focused = document.querySelector("#host")?.shadowRoot?.firstElementChild?.shadowRoot;
    focused?.querySelector("input")?.blur();
  });
  await addEditor(page, "focus-free");
  await ana.type("text");
  await waitFor("the text", async () => (await texts(page)).editor === "text");
  expect(ana.faults).toEqual([]);
});

/** The added editor as the page's scripts have it. */
interface Added extends HTMLElement {
  readonly value: string;
  readonly selectionStart: number;
}

/** What a move must not change. */
function placeOf(page: Page): Promise<{ caret: number; scrollTop: number; hasFocus: boolean }> {
  return page.evaluate(() => {
    const frame = document.querySelector("iframe")?.contentDocument;
    const editor = (frame?.querySelector("#added") ?? document.querySelector("#added")) as Added;
    return {
      caret: editor.selectionStart,
      scrollTop: editor.shadowRoot?.querySelector(".cm-scroller")?.scrollTop ?? 0,
      hasFocus: editor.ownerDocument.hasFocus() && editor.ownerDocument.activeElement === editor,
    };
  });
}

it("an element keeps caret, focus and scroll through any move, and its styles in another document", async () => {
  await using ana = await openHost("moves");
  const { page } = ana;
  await page.evaluate(() => {
    for (const name of ["first", "second"]) {
      const box = document.createElement("div");
      box.id = name;
      document.body.append(box);
    }
    (document.activeElement as HTMLElement | null)?.blur();
    // A host's shortcut for whoever does not write.
    const host = { shortcuts: 0 };
    Object.assign(window, { host });
    document.addEventListener("keydown", ({ target }) => {
      if (!(target as HTMLElement).isContentEditable) host.shortcuts++;
    });
  });
  await addEditor(page, "moves-added");
  await page.evaluate(() => {
    (document.querySelector("#added") as HTMLElement).style.blockSize = "200px";
  });
  await page.keyboard.insertText(Array.from({ length: 60 }, (_, line) => `line ${line}`).join("\n"));
  await page.keyboard.press("ArrowLeft");
  const value = (): Promise<string> => page.evaluate(() => (document.querySelector("#added") as Added).value);
  await waitFor("the end to be in view", async () => (await placeOf(page)).scrollTop > 500);
  const before = await placeOf(page);
  expect(before.hasFocus).toBe(true);

  await page.evaluate(() => {
    document.querySelector("#first")?.append(document.querySelector("#added") as Node);
  });
  expect(await placeOf(page)).toEqual(before);
  await ana.type("A");
  await waitFor("the key", async () => (await value()).endsWith("line 5A9"));

  const moved = await placeOf(page);
  await page.evaluate(() => {
    const second = document.querySelector("#second") as Element & {
      moveBefore(node: Node, child: Node | null): void;
    };
    second.moveBefore(document.querySelector("#added") as Node, null);
  });
  expect(await placeOf(page)).toEqual(moved);
  await ana.type("B");
  await waitFor("the key", async () => (await value()).endsWith("line 5AB9"));

  const looks = await page.evaluate(() => {
    const editor = document.querySelector("#added") as Added;
    const look = (): unknown[] => {
      const content = editor.shadowRoot?.querySelector(".cm-content");
      const announcer = editor.shadowRoot?.querySelector(".announcer");
      if (!content || !announcer) return [];
      return [
        getComputedStyle(content).whiteSpace,
        getComputedStyle(content).color,
        getComputedStyle(announcer).position,
      ];
    };
    const here = look();
    const frame = document.createElement("iframe");
    // In view: Chromium draws no frames of an iframe that nobody sees, so CodeMirror would not measure.
    frame.style.cssText = "position: fixed; inset: 0 auto auto 0; block-size: 300px";
    document.body.append(frame);
    frame.contentDocument?.body.append(editor);
    return { here, there: look() };
  });
  expect(looks.there).toEqual(looks.here);
  expect(await placeOf(page)).toEqual({ ...moved, caret: moved.caret + 1, scrollTop: expect.any(Number) });
  expect(await page.evaluate(() => (window as unknown as { host: object }).host)).toEqual({ shortcuts: 0 });
  expect(ana.faults).toEqual([]);
});

it.each(["append", "adoptNode and insertBefore", "back again"] as const)(
  "an element that was moved into another document (%s) takes keys, undo and events as before",
  async (way) => {
    const name = `adopted-${way.replaceAll(" ", "-")}`;
    await using ana = await openHost(`${name}-host`);
    await using bea = await Writer.open(site.browser, `${site.server.url}/d/${name}`, {
      name: "Bea Berg",
      color: 3,
    });
    const { page } = ana;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await addEditor(page, name);
    await ana.type("one two");
    await ana.press("ArrowLeft", "ArrowLeft", "ArrowLeft");
    await ana.type("and ");
    await bea.seesText("one and two");
    await page.evaluate((how) => {
      const editor = document.querySelector("#added") as Added;
      const frame = document.createElement("iframe");
      // In view: Chromium draws no frames of an iframe that nobody sees, so CodeMirror would not measure.
      frame.style.cssText = "position: fixed; inset: 0 auto auto 0; block-size: 300px";
      document.body.append(frame);
      const there = frame.contentDocument as Document;
      if (how === "adoptNode and insertBefore") there.body.insertBefore(there.adoptNode(editor), null);
      else there.body.append(editor);
      if (how !== "back again") return;
      document.body.append(editor);
      // The frame has kept the focus, and nothing is taken from a frame.
      editor.focus();
    }, way);
    const added = () =>
      page.evaluate(() => {
        const editor = (document.querySelector("iframe")?.contentDocument?.querySelector("#added") ??
          document.querySelector("#added")) as Added;
        return { text: editor.value, caret: editor.selectionStart, readOnly: !editor.isContentEditable };
      });
    const sees = (text: string) =>
      waitFor(`${JSON.stringify(text)} in the moved element`, async () => (await added()).text === text);
    expect(await added()).toEqual({ text: "one and two", caret: "one and ".length, readOnly: false });
    // Keys, one after another, and what others type in between.
    await ana.type("then ");
    await bea.seesText("one and then two");
    await bea.press("Control+Home");
    await bea.type("0 ");
    await sees("0 one and then two");
    await ana.press("Backspace", "Enter");
    await ana.type("x");
    await bea.seesText("0 one and then\nxtwo");
    await sees("0 one and then\nxtwo");
    // What was typed before the move can be undone, and nothing of others.
    for (let step = 0; step < 12; step++) await ana.press("Control+z");
    await bea.seesText("0 ");
    await sees("0 ");
    for (let step = 0; step < 12; step++) await ana.press("Control+y");
    await bea.seesText("0 one and then\nxtwo");
    expect([...ana.faults, ...bea.faults]).toEqual([]);
  },
);

it("the status goes on when a page translator has replaced its words", async () => {
  await using mortal = await ServerProcess.start();
  const url = `${mortal.url}/d/translated`;
  await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  await mortal.kill();
  const detail = ana.page.locator("footer interline-status .detail");
  await detail.getByText(/^Reconnecting/).waitFor();
  const translated = await detail.evaluate((element) => {
    for (const node of Array.from(element.childNodes)) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const font = document.createElement("font");
      font.textContent = "Neuer Versuch";
      node.replaceWith(font);
    }
    return element.textContent;
  });
  expect(translated).toBe("Neuer Versuch");
  await detail.getByText(/^Reconnecting/).waitFor();
  expect(ana.faults).toEqual([]);
});
