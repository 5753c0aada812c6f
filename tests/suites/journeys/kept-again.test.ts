import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { openDocument } from "@interline/client";
import { sharedSite } from "../../browser/shared-site.ts";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

/** The parts of the editor's element that are asked from outside. */
interface OpenEditor {
  readonly value: string;
  readonly session: { readonly status: { readonly isKept: boolean; readonly pendingEdits: number } };
}

/** What may become of `localStorage`, done in a page before anything else. */
const losses: Record<string, () => void> = {
  "is cleared": () => localStorage.clear(),
  "has another id": () =>
    localStorage.setItem("interline.user", JSON.stringify({ id: "another", name: "Another", color: 2 })),
  "throws when it is read": () => {
    Storage.prototype.getItem = () => {
      throw new DOMException("blocked", "SecurityError");
    };
  },
  "throws when it is written": () => {
    localStorage.clear();
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
  "throws when it is named": () =>
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("blocked", "SecurityError");
      },
    }),
};

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('interline-editor [role="textbox"][aria-busy="false"]').waitFor();
  return page;
}

function statusOf(page: Page) {
  return page.locator("interline-editor").evaluate((editor) => {
    const { value, session } = editor as unknown as OpenEditor;
    return { value, isKept: session.status.isKept, pendingEdits: session.status.pendingEdits };
  });
}

/** Types where nothing reaches the server, until the page says that it is kept. */
async function typeOffline(page: Page, proxy: TcpProxy, text: string): Promise<void> {
  proxy.drop("up");
  await page.locator('interline-editor [role="textbox"]').focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await waitFor("the words to be kept", async () => {
    const { value, isKept, pendingEdits } = await statusOf(page);
    return value.endsWith(text) && isKept && pendingEdits > 0;
  });
}

async function savedText(document: string): Promise<string> {
  const reader = openDocument({
    url: site.server.syncUrl,
    document,
    user: { id: "reader", name: "Reader", color: 1 },
    environment: nodeEnvironment(),
  });
  await waitFor("the reader", () => reader.isReady);
  const text = reader.text.toString();
  reader.close();
  return text;
}

it.each(Object.keys(losses))(
  "what was kept is there at the next open, and is saved once, though localStorage %s",
  async (way) => {
    const document = `again-${Object.keys(losses).indexOf(way)}`;
    await using proxy = await TcpProxy.start(site.server.port);
    const url = `http://127.0.0.1:${proxy.port}/d/${document}`;
    const context = await site.browser.newContext();
    const page = await open(context, url);
    await typeOffline(page, proxy, "Said to be kept.");
    await page.close();
    proxy.reset();
    proxy.resume();
    await context.addInitScript(losses[way]!);
    const again = await open(context, url);
    await waitFor("the words", async () => (await statusOf(again)).value === "Said to be kept.");
    await waitFor("them to be saved", async () => (await savedText(document)) === "Said to be kept.");
    await context.close();
  },
);

it("what an earlier build kept under the id of its user is found, also when the id is forgotten", async () => {
  await using proxy = await TcpProxy.start(site.server.port);
  const url = `http://127.0.0.1:${proxy.port}/d/earlier-build`;
  const context = await site.browser.newContext();
  const page = await open(context, url);
  await typeOffline(page, proxy, "Kept by an earlier build.");
  await page.close();
  proxy.reset();
  proxy.resume();
  // As it would have kept it, while no page has the document open.
  const elsewhere = await context.newPage();
  await elsewhere.goto(`http://127.0.0.1:${proxy.port}/healthz`);
  await elsewhere.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open("interline");
        request.addEventListener("success", () => {
          const database = request.result;
          const transaction = database.transaction(["copies", "texts"], "readwrite");
          for (const name of ["copies", "texts"]) {
            const store = transaction.objectStore(name);
            const cursors = store.openCursor();
            cursors.addEventListener("success", () => {
              const cursor = cursors.result;
              if (cursor === null) return;
              const [account, ...rest] = cursor.key as string[];
              if (account === "aB3dE5gH7jK9mN1pQ3sT5v") return;
              store.put(cursor.value, ["aB3dE5gH7jK9mN1pQ3sT5v", ...rest]);
              cursor.delete();
              cursor.continue();
            });
          }
          transaction.addEventListener("complete", () => {
            database.close();
            resolve();
          });
          transaction.addEventListener("abort", () => reject(transaction.error));
        });
      }),
  );
  const again = await open(context, url);
  await waitFor("the words", async () => (await statusOf(again)).value === "Kept by an earlier build.");
  await waitFor("them to be saved", async () => {
    return (await savedText("earlier-build")) === "Kept by an earlier build.";
  });
  await context.close();
});

it("a page whose database is deleted while it is open does not claim to keep, until it has kept again", async () => {
  await using proxy = await TcpProxy.start(site.server.port);
  const url = `http://127.0.0.1:${proxy.port}/d/deleted-database`;
  const context = await site.browser.newContext();
  const page = await open(context, url);
  await typeOffline(page, proxy, "Kept, and deleted.");
  const claims = await page.evaluate(async () => {
    const editor = document
      .querySelector("document-page")
      ?.shadowRoot?.querySelector("interline-editor") as unknown as {
      session: {
        status: { isKept: boolean };
        on(name: "status", listener: (status: { isKept: boolean }) => void): void;
      };
    };
    const heard = [editor.session.status.isKept];
    editor.session.on("status", ({ isKept }) => void heard.push(isKept));
    await new Promise((resolve) => {
      indexedDB.deleteDatabase("interline").addEventListener("success", resolve);
    });
    const isAgain = (): boolean => heard.includes(false) && heard.at(-1) === true;
    for (let turn = 0; turn < 400 && !isAgain(); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return heard;
  });
  expect([...new Set(claims)]).toEqual([true, false]);
  expect(claims.at(-1)).toBe(true);
  await page.close();
  proxy.reset();
  proxy.resume();
  const again = await open(context, url);
  await waitFor("the words", async () => (await statusOf(again)).value === "Kept, and deleted.");
  await context.close();
});
