import { createServer, request as ask } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../../support/chromium.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { Writer } from "../../browser/writer.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});

/** A proxy that takes `/pad` off each path and says so, and has something else everywhere else. It lets no WebSocket through. */
async function startProxy(port: number): Promise<AsyncDisposable & { readonly port: number }> {
  const proxy = createServer((request, response) => {
    const { method, url = "/", headers } = request;
    if (!url.startsWith("/pad/")) return void response.writeHead(404).end();
    const asked = ask(
      { port, method, path: url.slice(4), headers: { ...headers, "x-forwarded-prefix": "/pad" } },
      (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)),
    );
    asked.on("error", () => response.destroy());
    request.pipe(asked);
  });
  proxy.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      proxy.close();
      proxy.closeAllConnections();
      await once(proxy, "close");
    },
  };
}

it("under a path two write as ever, and the page opens without the server", async () => {
  await using folder = await temporaryFolder();
  await using server = await ServerProcess.start({
    dataDirectory: folder.path,
    args: ["--base-path", "/pad/", "--trust-proxy"],
  });
  await using proxy = await startProxy(server.port);
  const behind = `http://127.0.0.1:${proxy.port}/pad/d/minutes`;
  await using ana = await Writer.open(browser, behind, { name: "Ana Ruiz", color: 12 });
  await using jonas = await Writer.open(browser, `${server.url}/pad/d/minutes`, { name: "Jonas", color: 6 });
  await ana.focus();
  await ana.type("Under a path.");
  await ana.isSaved();
  await jonas.seesText("Under a path.");
  // What others write is kept on the device a moment later; with one's own words it is kept at once.
  await jonas.focus();
  await jonas.type("Yes. ");
  await jonas.isSaved();
  await ana.seesText("Yes. Under a path.");
  const page = jonas.page;
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
  expect(scope).toBe(`${server.url}/pad/`);
  await page.goto(`${server.url}/pad/`);
  await page.waitForURL(/\/pad\/d\/[0-9a-z]{20}$/);
  await server.kill();
  await page.goto(`${server.url}/pad/d/minutes`);
  await jonas.seesText("Yes. Under a path.");
  expect(ana.faults).toEqual([]);
});
