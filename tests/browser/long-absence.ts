import { openDocument } from "@interline/client";
import { expect } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import type { PageHost } from "./page-host.ts";
import type { Watched } from "./pages/long-absence.ts";
import type { SharedSite } from "./shared-site.ts";

export const EDITS = 10_000;
const TEXT = `${"-".repeat(79)}\n`.repeat(1_250);
export const KEYS = "typed while it is merged ".repeat(3);

/**
 * One writer comes back after both have written without each other, and types while the two are merged: 10,000 own and 10,000 missed edits, in
 * runs of `run` at one place each. Checks that nothing was lost or mixed.
 */
export async function comeBack(
  { browser, server }: SharedSite,
  host: PageHost,
  { id, run }: { readonly id: string; readonly run: number },
): Promise<Watched> {
  const random = seededRandom();
  await using proxy = await TcpProxy.start(server.port);
  const places = (): number[] => Array.from({ length: EDITS / run }, () => random.next());
  const bob = openDocument({
    url: server.syncUrl,
    document: id,
    user: { id: "bob", name: "Bob", color: 2 },
    environment: nodeEnvironment(),
  });
  await waitFor("the document", () => bob.isReady);
  bob.insert(0, TEXT);
  await bob.flush();
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  const asked = new URLSearchParams({ url: `ws://127.0.0.1:${proxy.port}/sync`, document: id });
  await page.goto(`${host.origin}/?${asked.toString()}`);
  await page.waitForFunction(() => window.session.status.state === "synced");

  proxy.refuse();
  proxy.reset();
  await page.waitForFunction(() => window.session.status.state === "offline");
  for (const place of places()) {
    let at = Math.floor(place * (bob.text.points + 1));
    for (let letter = 0; letter < run; letter++) bob.insert(at++, "b");
  }
  await bob.flush();
  await page.evaluate(([all, letters]) => window.write(all, letters), [places(), run] as const);
  await page.evaluate(() => window.show());
  await page.locator('interline-editor [role="textbox"][aria-busy="false"]').focus();
  await page.waitForFunction(() => window.session.status.isKept);
  await page.evaluate(() => window.watch());

  await proxy.accept();
  await page.evaluate(() => window.session.reconnect());
  // One key after another, all through the merge and a little longer.
  await page.keyboard.type(KEYS);
  await page.waitForFunction(() => window.session.status.state === "synced");
  await waitFor("both texts to be equal", async () => {
    const shown = await page.evaluate(() => window.document.querySelector("interline-editor")?.value);
    return shown === String(bob.text);
  });
  const text = String(bob.text);
  expect(text.length).toBe(TEXT.length + 2 * EDITS + KEYS.length);
  const count = (letter: string): number => text.split(letter).length - 1;
  expect(count("b")).toBe(EDITS + KEYS.split("b").length - 1);
  expect(text).toContain(KEYS);
  const watched = await page.evaluate(() => window.watched());
  expect(faults).toEqual([]);
  await page.context().close();
  bob.close();
  return watched;
}
