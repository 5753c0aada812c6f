import { expect, it } from "vitest";
import { twoWriteBehindProxy } from "../../browser/behind-proxy.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";
import { startHttpProxy } from "../../support/carriers/http-proxy.ts";
import { ServerProcess } from "../../support/server-process.ts";

const shared = sharedBrowser();

it("over an event stream two write as ever", () => twoWriteBehindProxy(shared, { isBuffering: false }));

it("[E7] over an event stream the page says that the server has gone, and saves what was typed when it is back", async () => {
  await using server = await ServerProcess.start();
  await using proxy = await startHttpProxy(server.port, { isBuffering: false });
  const behind = `http://127.0.0.1:${proxy.port}/d/proxied`;
  await using ana = await Writer.open(shared.browser, behind, { name: "Ana Ruiz", color: 12 });
  await ana.focus();
  await ana.type("Before.");
  await ana.isSaved();
  await server.kill();
  await ana.type(" Meanwhile.");
  await ana.says("Offline. Your changes are kept on this device.");
  await server.restart();
  await ana.isSaved();
  await ana.reopen();
  await ana.seesText("Before. Meanwhile.");
  expect(ana.faults).toEqual([]);
});
