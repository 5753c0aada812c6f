import { expect } from "vitest";
import { startHttpProxy } from "../support/carriers/http-proxy.ts";
import { ServerProcess } from "../support/server-process.ts";
import type { SharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

/** Two write one text, one of them behind a proxy that lets no WebSocket through. */
export async function twoWriteBehindProxy(
  { browser }: Pick<SharedSite, "browser">,
  options: { readonly isBuffering: boolean },
): Promise<void> {
  await using server = await ServerProcess.start();
  await using proxy = await startHttpProxy(server.port, options);
  const behind = `http://127.0.0.1:${proxy.port}/d/proxied`;
  await using ana = await Writer.open(browser, behind, { name: "Ana Ruiz", color: 12 });
  await using jonas = await Writer.open(browser, `${server.url}/d/proxied`, {
    name: "Jonas Weber",
    color: 6,
  });
  await ana.focus();
  await ana.type("Over whatever gets through.");
  await ana.isSaved();
  await jonas.seesText("Over whatever gets through.");
  await jonas.focus();
  await jonas.press("Control+End");
  await jonas.type(" And back.");
  await jonas.isSaved();
  await ana.seesText("Over whatever gets through. And back.");
  await ana.caretOf("Jonas Weber");
  expect([...ana.faults, ...jonas.faults]).toEqual([]);
}
