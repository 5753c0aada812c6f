import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";

const site = sharedSite();

type Way = "is absent" | "throws when named" | "throws when called" | "rejects";

/** Takes every optional part of the platform away. Runs in the page, before anything else. */
function takeAway(way: Way): void {
  const refused = (): DOMException => new DOMException("switched off", "SecurityError");
  const end = (): unknown => {
    if (way === "throws when called") throw refused();
    const answer = Promise.reject(refused());
    answer.catch(() => {});
    return answer;
  };
  const stub = (): unknown =>
    new Proxy(function () {}, {
      get: (_, name) => (name === "then" ? undefined : stub()),
      apply: end,
      construct: () => end() as object,
    });
  const replace = (of: object, name: string): void => {
    const by: PropertyDescriptor = {
      configurable: true,
      get: () => {
        if (way === "throws when named") throw refused();
        return way === "is absent" ? undefined : stub();
      },
    };
    Object.defineProperty(of, name, by);
  };
  for (const name of ["BroadcastChannel", "indexedDB", "localStorage", "sessionStorage", "Notification"]) {
    replace(window, name);
  }
  for (const name of ["locks", "storage", "serviceWorker", "clipboard"]) replace(navigator, name);
}

it.each(["is absent", "throws when named", "throws when called", "rejects"] as const)(
  "where every optional part of the platform %s, the page opens, and what is typed is saved",
  async (way) => {
    const url = `${site.server.url}/d/platform-${way.replaceAll(" ", "-")}`;
    const context = await site.browser.newContext();
    await context.addInitScript(`(${takeAway.toString()})(${JSON.stringify(way)})`);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(url);
    await page.locator('interline-editor [role="textbox"][aria-busy="false"]').waitFor();
    await page.locator('interline-editor [role="textbox"]').focus();
    await page.keyboard.type("Typed without it.");
    await page.locator('header interline-status [role="img"][aria-label="Saved"]').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  },
);
