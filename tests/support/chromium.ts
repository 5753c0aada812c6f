import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { chromium as part, find, headlessChromium, thisMachine } from "../../scripts/real-parts.mjs";
import { killWithUs } from "./kill-with-us.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ARGUMENTS = [
  "--no-sandbox", // root, as in a container, has none
  "--disable-gpu",
  // Debian turns these on, which without a graphics card costs half as much processor time again.
  "--disable-gpu-rasterization",
  "--disable-gpu-compositing",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface LaunchOptions {
  /** Whether a page that is left may come back as it was, as in a browser that people use; Playwright turns this off. */
  readonly hasBackForwardCache?: boolean;
}

/**
 * Starts the real Chromium that `npm test` found, without a window; its headless shell if there is one. Close
 * it in the end.
 */
export function launchChromium({ hasBackForwardCache = false }: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    // The headless shell has no back/forward cache.
    executablePath: (hasBackForwardCache ? undefined : find(headlessChromium, thisMachine())) ?? executable(),
    args: ARGUMENTS,
    ...(hasBackForwardCache ? { ignoreDefaultArgs: ["--disable-back-forward-cache"] } : {}),
  });
}

/**
 * One person's Chromium with tabs, of which only the one in front is visible (`page.bringToFront()`). In a browser that Playwright
 * starts itself every page is, always.
 */
export async function launchTabbedChromium(): Promise<
  { readonly context: BrowserContext } & AsyncDisposable
> {
  const profile = await temporaryFolder();
  const child = spawn(
    executable(),
    [...ARGUMENTS, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile.path}`],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  killWithUs(child);
  const address = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.on("data", (data) => {
      output += data;
      const [url] = /ws:\/\/\S+/.exec(output) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", () => reject(new Error(output)));
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("the browser has no context");
  return {
    context,
    async [Symbol.asyncDispose]() {
      await browser.close();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await profile[Symbol.asyncDispose]();
    },
  };
}

function executable(): string {
  const path = find(part, thisMachine(chromium.executablePath()));
  if (!path) throw new Error(`Chromium is missing: run "npm test", or set ${part.variable}.`);
  return path;
}
