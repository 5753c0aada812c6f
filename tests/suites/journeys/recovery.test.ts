import { once } from "node:events";
import { rm } from "node:fs/promises";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ServerProcess, serverProgram } from "../../support/server-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const shared = sharedBrowser();

async function command(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [serverProgram, ...args], { stdio: "ignore" });
  expect(await once(child, "close")).toEqual([0, null]);
}

it("gives out the text as it was when the server comes back with an older backup, also after a reload", async () => {
  await using folder = await temporaryFolder();
  const dataDirectory = join(folder.path, "data");
  const file = join(folder.path, "today.backup");
  await using server = await ServerProcess.start({ dataDirectory, args: ["--open"] });
  await using writer = await Writer.open(shared.browser, `${server.url}/d/diary`, {
    name: "Wim Wolf",
    color: 7,
    context: {
      viewport: { width: 390, height: 740 },
      colorScheme: "dark",
      hasTouch: true,
      isMobile: true,
      permissions: ["clipboard-read", "clipboard-write"],
    },
  });
  const { page } = writer;
  await writer.type("Monday.\n");
  await writer.isSaved();
  await command("backup", file, "--url", server.url);
  await writer.type("Tuesday, a day that only this page remembers.\n");
  await writer.isSaved();
  const text = await writer.text();

  await server.kill();
  await rm(dataDirectory, { recursive: true });
  await command("restore", file, "--data-dir", dataDirectory);
  await server.restart();
  await page
    .getByRole("alert")
    .getByText("Some of your text may be missing here. A copy is kept on this device.")
    .waitFor();
  await writer.seesText("Monday.\n");
  await page.reload();
  await writer.seesText("Monday.\n");

  await page.getByRole("button", { name: "Show" }).click();
  const dialog = page.getByRole("dialog", { name: "Text that may be missing" });
  await dialog.waitFor();
  expect(await dialog.locator("pre").textContent()).toBe(text);
  const box = await dialog.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 1e9)).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await dialog.getByRole("button", { name: "Copy the text" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.reload();
  await writer.seesText("Monday.\n");
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(writer.faults).toEqual([]);
});
