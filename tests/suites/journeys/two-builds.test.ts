import { expect, it } from "vitest";
import { isServed } from "../../browser/saved-text.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";
import { freePort } from "../../support/free-port.ts";
import { unpackPeer } from "../../support/peer.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const shared = sharedBrowser();

it("two tabs of one device, one with the page of the first release, share what is typed and lose nothing", async () => {
  await using folder = await temporaryFolder();
  const { program } = await unpackPeer("1.0");
  const at = { dataDirectory: folder.path, port: await freePort() };
  const url = `http://127.0.0.1:${at.port}/d/two-builds`;
  const first = await ServerProcess.start({ ...at, program });
  await using old = await Writer.open(shared.browser, url, { name: "Ana Ruiz", color: 12 });
  await old.focus();
  await old.type("Old. ");
  await old.isSaved();
  await old.isInstalled();
  await first.stop();
  await old.type("Waits. ");
  await old.keeps("Waits. ");

  // The old tab's service worker gives way to the new page.
  await using server = await ServerProcess.start(at);
  await old.networkIsBack();
  await old.isSaved();
  await using tab = await old.anotherTab();
  await tab.seesText("Old. Waits. ");
  await tab.focus();
  await tab.press("Control+End");
  await tab.type("New. ");
  await tab.isSaved();
  await old.seesText("Old. Waits. New. ");

  await server.kill();
  await tab.says("Offline.");
  await tab.type("From the new one. ");
  await tab.keeps("From the new one. ");
  await old.press("Control+Home");
  await old.type("From the old one. ");
  await old.keeps("From the old one. ");
  await server.restart();
  await tab.networkIsBack();
  await old.networkIsBack();
  await tab.isSaved();
  await old.isSaved();
  const text = "From the old one. Old. Waits. New. From the new one. ";
  await isServed(server, url, text);
  await old.seesText(text);
  await tab.seesText(text);

  // What the old page leaves when it is closed offline is found by the new one.
  await server.kill();
  await old.press("Control+End");
  await old.type("Left behind.");
  await old.keeps("Left behind.");
  await old.page.close();
  await server.restart();
  await tab.networkIsBack();
  await tab.seesText(`${text}Left behind.`);
  await tab.isSaved();
  await isServed(server, url, `${text}Left behind.`);
  expect([...old.faults, ...tab.faults]).toEqual([]);
});
