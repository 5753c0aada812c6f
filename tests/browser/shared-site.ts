import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type ServerOptions, ServerProcess } from "../support/server-process.ts";

/** What the tests of one file share. */
export interface SharedSite {
  readonly browser: Browser;
  /** On a folder of its own. A test that kills it starts it again. */
  readonly server: ServerProcess;
}

/** Starts a browser for all tests of the file that calls this, and closes it after them. */
export function sharedBrowser(): Pick<SharedSite, "browser"> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  return {
    get browser() {
      return started(browser);
    },
  };
}

/**
 * Starts a browser and a server for all tests of the file that calls this, and ends both after them.
 *
 * @param options called when the tests begin: what they depend on may be started before
 */
export function sharedSite(options: () => Promise<ServerOptions> | ServerOptions = () => ({})): SharedSite {
  const shared = sharedBrowser();
  let server: ServerProcess | undefined;
  beforeAll(async () => {
    server = await ServerProcess.start(await options());
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  return {
    get browser() {
      return shared.browser;
    },
    get server() {
      return started(server);
    },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("Only a test can use what the tests of a file share.");
  return part;
}
