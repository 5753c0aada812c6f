import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from "playwright-core";
import { crash } from "./crash.ts";
import { waitFor } from "../support/wait-for.ts";

export interface WriterOptions {
  readonly name: string;
  /** 1 to 12. */
  readonly color: number;
  /** Name and colour were made up by the page. */
  readonly isNewcomer?: boolean;
  readonly context?: BrowserContextOptions;
  /** Runs in each page before anything else. */
  readonly prepare?: () => void;
}

/** One person with a browser of their own, in one document. */
export class Writer implements AsyncDisposable {
  readonly name: string;
  readonly #context: BrowserContext;
  #page: Page;
  /** Faults that the page reported: must stay empty. */
  readonly faults: string[] = [];

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.#context = context;
    this.#page = this.#watched(page);
  }

  /** The tab that is open now. */
  get page(): Page {
    return this.#page;
  }

  #watched(page: Page): Page {
    page.on("pageerror", (error) => this.faults.push(error.stack ?? error.message));
    return page;
  }

  /** Opens an address and returns when the text can be edited. */
  static async open(
    browser: Browser,
    url: string,
    { context: options, ...person }: WriterOptions,
  ): Promise<Writer> {
    return await Writer.openIn(await browser.newContext(options), url, person);
  }

  /** The same in a tab of a browser that is open already. It closes with the last of them. */
  static async openIn(
    context: BrowserContext,
    url: string,
    { name, color, isNewcomer = false, prepare }: Omit<WriterOptions, "context">,
  ): Promise<Writer> {
    const user = JSON.stringify({ id: name.replaceAll(/\W/g, "-"), name, color });
    await context.addInitScript((kept) => localStorage.setItem("interline.user", kept), user);
    if (isNewcomer) await context.addInitScript(() => localStorage.setItem("interline.chosen", "no"));
    if (prepare) await context.addInitScript(prepare);
    // A busy machine is slow.
    context.setDefaultTimeout(90_000);
    const page = await context.newPage();
    const writer = new Writer(name, context, page);
    await writer.goto(url);
    return writer;
  }

  /** Opens an address in the tab, and returns when the text can be edited. */
  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
    await this.#page.locator('interline-editor [role="textbox"][aria-busy="false"]').waitFor();
  }

  /** Closes the tab, asking nothing, and opens the address in another. */
  async reopen(url = this.#page.url()): Promise<void> {
    await this.#page.close();
    this.#page = this.#watched(await this.#context.newPage());
    await this.goto(url);
  }

  /** One more tab of the same browser. */
  async anotherTab(url = this.#page.url()): Promise<Writer> {
    const writer = new Writer(this.name, this.#context, await this.#context.newPage());
    await writer.goto(url);
    return writer;
  }

  /** Ends the tab's process at once. */
  async crash(): Promise<void> {
    await crash(this.#page);
  }

  /** True once the page opens without a network. */
  async isInstalled(): Promise<void> {
    await this.#page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }

  /**
   * What was typed is on this device's disk, as the page knows: only then may a test close the tab without the browser's question, or
   * kill it. The disk itself cannot be asked: another reader may be shown a write that is taken back when its page dies before it is done.
   */
  async keeps(text: string): Promise<void> {
    const editor = this.#page.locator("interline-editor");
    await waitFor(`${this.name} to keep ${JSON.stringify(text.slice(0, 80))}`, () =>
      editor.evaluate((element, typed) => {
        const { value, session } = element as unknown as OpenEditor;
        return value.includes(typed) && session.status.isKept;
      }, text),
    );
  }

  /** The browser tells the page that there is a network again. */
  async networkIsBack(): Promise<void> {
    await this.#page.evaluate(() => window.dispatchEvent(new Event("online")));
  }

  /** What the bottom line says. */
  async says(words: string): Promise<void> {
    await this.#page.locator("footer interline-status .words").getByText(words).waitFor();
  }

  /** How long the text is that is shown, in UTF-16 code units. */
  length(): Promise<number> {
    return this.page
      .locator("interline-editor")
      .evaluate((editor) => (editor as HTMLElement & { readonly textLength: number }).textLength);
  }

  /** The whole text as the editor shows it. */
  text(): Promise<string> {
    return this.page
      .locator("interline-editor")
      .evaluate((editor) => (editor as HTMLElement & { readonly value: string }).value);
  }

  async seesText(text: string): Promise<void> {
    let last = "";
    await waitFor(`${this.name} to see ${JSON.stringify(text.slice(0, 80))}`, async () => {
      last = await this.text();
      return last === text;
    }).catch((error: unknown) => {
      throw new Error(`${this.name} sees ${JSON.stringify(last.slice(0, 400))}`, { cause: error });
    });
  }

  /** Everything typed here is durable at the server. */
  async isSaved(): Promise<void> {
    await this.page.locator('header interline-status [role="img"][aria-label="Saved"]').waitFor();
  }

  async focus(): Promise<void> {
    await this.page.locator('interline-editor [role="textbox"]').focus();
  }

  /** Puts the caret at an offset of the text, by keys only. */
  async caretTo(characters: number): Promise<void> {
    await this.focus();
    await this.page.keyboard.press("Control+Home");
    for (let step = 0; step < characters; step++) await this.page.keyboard.press("ArrowRight");
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async paste(text: string): Promise<void> {
    await this.page.locator('interline-editor [role="textbox"]').evaluate((element, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  /** The caret of somebody else, by their name. */
  async caretOf(name: string): Promise<{ left: number; top: number }> {
    const flag = this.page.locator("interline-editor .caret .flag").getByText(name, { exact: true });
    await flag.waitFor({ state: "attached" });
    return await flag.evaluate((element) => {
      const matrix = new DOMMatrix(getComputedStyle(element.parentElement as Element).transform);
      return { left: matrix.e, top: matrix.f };
    });
  }

  /** What axe-core has to say against the page: the rule, and the elements. */
  async axeFinds(): Promise<unknown[]> {
    await this.#page.evaluate(axe.source);
    return await this.#page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: AxeRunner }).axe.run();
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    });
  }

  devTools(): Promise<CDPSession> {
    return this.#context.newCDPSession(this.#page);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

/** The parts of the editor's element that are asked from outside. */
interface OpenEditor {
  readonly value: string;
  readonly session: { readonly status: { readonly isKept: boolean } };
}

interface AxeRunner {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}
