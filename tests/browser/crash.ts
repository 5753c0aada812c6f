import type { Page } from "playwright-core";

/** Ends a page's process at once. */
export async function crash(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  // Nobody is left to answer.
  devTools.send("Page.crash").catch(() => undefined);
  await crashed;
}
