import { openDocument, type SharedDocument } from "@interline/client";
import { afterAll, beforeAll } from "vitest";
import { nodeEnvironment } from "../node-environment.ts";
import { ServerProcess } from "../server-process.ts";
import { waitFor } from "../wait-for.ts";
import { type Engine, type EnginePage, FIND_EDITOR } from "./engine-page.ts";

/** What the tests of one engine share: a browser, and a server that a test may kill and start again. */
export class EngineSite<Browser extends Engine = Engine> {
  readonly server: ServerProcess;
  readonly engine: Browser;

  constructor(server: ServerProcess, engine: Browser) {
    this.server = server;
    this.engine = engine;
  }

  /** Opens a document in a tab of its own and returns when it can be typed in. */
  async open(document: string, site = this.server.url): Promise<Awaited<ReturnType<Browser["newTab"]>>> {
    const page = (await this.engine.newTab()) as Awaited<ReturnType<Browser["newTab"]>>;
    await page.goto(`${site}/d/${document}`);
    await waitFor("the text box", () =>
      page.evaluate(`${FIND_EDITOR} return box?.getAttribute("aria-busy") === "false";`),
    ).catch(async (cause: unknown) => {
      const state = await page.evaluate(`${FIND_EDITOR}
        return { address: location.href, title: document.title, shown: document.body?.innerText.slice(0, 200),
          status: editor?.session?.status };`);
      throw new Error(`The page cannot be typed in: ${JSON.stringify(state)}`, { cause });
    });
    return page;
  }

  /** Somebody else, in the process of the test. */
  async somebody(document: string): Promise<SharedDocument> {
    const other = openDocument({
      url: this.server.syncUrl,
      document,
      user: { id: "other", name: "Other", color: 1 },
      environment: nodeEnvironment(),
    });
    await waitFor("somebody else", () => other.isReady);
    return other;
  }
}

/** Starts a browser and a server for the tests of the block that calls this, and ends both after them. */
export function engineSite<Browser extends Engine>(
  launch: () => Promise<Browser>,
): () => EngineSite<Browser> {
  let site: EngineSite<Browser> | undefined;
  beforeAll(async () => {
    // Two browsers start at the same time in each file: on a busy machine that takes minutes.
    const server = ServerProcess.start({ readyWithinMs: 300_000 });
    site = new EngineSite(...(await Promise.all([server, launch()])));
  });
  afterAll(async () => {
    await site?.engine[Symbol.asyncDispose]();
    await site?.server[Symbol.asyncDispose]();
  });
  return () => {
    if (site === undefined) throw new Error("Only a test can use what the tests of an engine share.");
    return site;
  };
}

export async function isSaved(other: SharedDocument, text: string): Promise<void> {
  await waitFor(`${JSON.stringify(text)} to be saved`, () => other.text.toString() === text);
}

export async function focus(page: EnginePage): Promise<void> {
  await page.evaluate(`${FIND_EDITOR} box.focus();`);
}

export function shown(page: EnginePage): Promise<unknown> {
  return page.evaluate(`${FIND_EDITOR} return editor.value;`);
}

export async function sees(page: EnginePage, text: string): Promise<void> {
  await waitFor(`${JSON.stringify(text)} to be shown`, async () => (await shown(page)) === text);
}

/** What is shown is on the device, as the page knows. */
export async function keeps(page: EnginePage, text: string): Promise<void> {
  await waitFor(`${JSON.stringify(text)} to be kept`, () =>
    page.evaluate(
      `${FIND_EDITOR} return editor.value === ${JSON.stringify(text)} && editor.session.status.isKept;`,
    ),
  );
}

/** Returns once the site opens without a server: its service worker is active and has all files. */
export async function opensOffline(page: EnginePage): Promise<void> {
  await waitFor("the page's files to be kept", () =>
    page.evaluate(`
      await navigator.serviceWorker.ready;
      return (await caches.match(new URL("/", location.href))) !== undefined;`),
  );
}
