import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

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
