import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Role } from "@interline/client";
import {
  type Access,
  AccessError,
  createDocumentServer,
  type DocumentServer,
  MemoryLog,
} from "@interline/server";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { webApp } from "../../../apps/server/src/http/web-app.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { waitFor } from "../../support/wait-for.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const SECRET = "a secret of at least thirty-two bytes";
const OTHER = { id: "ana", name: "Ana", color: 1 };
const START = "# Minutes\n\nWe met.\n";
const shared = sharedBrowser();

/** Somebody with their caret at the end of the text, who reaches the server through a proxy. */
async function writerAt(
  proxy: TcpProxy,
  path: string,
  colorScheme: "light" | "dark" = "light",
): Promise<Writer> {
  const writer = await Writer.open(shared.browser, `http://127.0.0.1:${proxy.port}${path}`, {
    name: "Wim Wolf",
    color: 7,
    context: {
      permissions: ["clipboard-read", "clipboard-write"],
      acceptDownloads: true,
      colorScheme,
      reducedMotion: "reduce",
    },
  });
  await writer.seesText(START);
  await writer.focus();
  await writer.press("Control+End");
  return writer;
}

async function loseNetwork(writer: Writer, proxy: TcpProxy): Promise<void> {
  proxy.refuse();
  proxy.reset();
  await writer.says("Offline. Your changes are kept on this device.");
}

async function findNetwork(writer: Writer, proxy: TcpProxy): Promise<void> {
  await proxy.accept();
  await writer.networkIsBack();
}

/** The page says that nothing of it is saved, and gives out every word of it, both ways. */
async function givesOut(writer: Writer, text: string, where = "unsent-text"): Promise<void> {
  const { page } = writer;
  await page
    .locator("footer interline-status .words")
    .getByText(/^Your last changes are only on this device\.$/)
    .waitFor();
  expect(await page.locator('header interline-status [aria-label="Saved"]').count()).toBe(0);
  expect(await page.locator("footer interline-status").getByText("Saved", { exact: true }).count()).toBe(0);
  expect(await writer.text()).toBe(text);
  await page.evaluate(() => navigator.clipboard.writeText("nothing"));
  await page.locator(where).getByRole("button", { name: "Copy the text" }).click();
  await waitFor("the text to be copied", async () => {
    return (await page.evaluate(() => navigator.clipboard.readText())) === text;
  });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(where).getByRole("button", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Minutes.txt");
  expect(await readFile(await download.path(), "utf8")).toBe(text);
}

/** Wim's login, as far as the page looks at it: whose copies on this device it shows. */
const TOKEN = ["{}", JSON.stringify({ sub: "wim" }), "signed"]
  .map((part) => Buffer.from(part).toString("base64url"))
  .join(".");

describe("a share link that is taken back", () => {
  it("leaves unsent words in the tab, to copy and download; another link saves them, once", async () => {
    await using server = await ServerProcess.start({
      env: { JWT_SECRET: SECRET },
    });
    await using proxy = await TcpProxy.start(server.port);
    const owner = await new SignJWT({ documents: { "*": "own" } })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("owner")
      .sign(new TextEncoder().encode(SECRET));
    const ask = async (method: string, path: string, body?: object): Promise<Response> => {
      const answer = await fetch(`${server.url}/api/v1/documents${path}`, {
        method,
        headers: { authorization: `Bearer ${owner}`, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      expect(answer.ok).toBe(true);
      return answer;
    };
    const share = async (): Promise<{ path: string; link: { id: string } }> =>
      (await (await ask("POST", "/minutes/links", { role: "write" })).json()) as never;
    const savedText = async (): Promise<string> =>
      ((await (await ask("GET", "/minutes/text")).json()) as { text: string }).text;
    await ask("POST", "", { id: "minutes", text: START });
    const first = await share();
    await using writer = await writerAt(proxy, first.path);
    await writer.type("All of us.");
    await writer.isSaved();

    await loseNetwork(writer, proxy);
    await writer.type(" Not sent 🧶.");
    await ask("DELETE", `/minutes/links/${first.link.id}`);
    await findNetwork(writer, proxy);
    const text = `${START}All of us. Not sent 🧶.`;
    await writer.page.getByRole("heading", { name: "You no longer have access" }).waitFor();
    await writer.page.locator("unsent-text").getByText("The link to this document was revoked.").waitFor();
    await givesOut(writer, text);
    expect(await writer.axeFinds()).toEqual([]);
    // Nothing more is taken that could not be saved, and asking again changes nothing.
    await writer.focus();
    await writer.type("lost?");
    expect(await writer.text()).toBe(text);
    await writer.page.locator("unsent-text").getByRole("button", { name: "Try again" }).click();
    await givesOut(writer, text);
    // It is on the device: the tab may be closed without a question.
    await writer.reopen();
    await givesOut(writer, text);
    expect(await savedText()).toBe(`${START}All of us.`);

    await writer.page.evaluate((path) => location.assign(path), (await share()).path);
    await waitFor("it to be saved", async () => (await savedText()) === text);
    await writer.isSaved();
    await writer.page.locator("unsent-text").waitFor({ state: "detached" });
    await writer.reopen();
    await writer.seesText(text);
    await writer.isSaved();
    expect(await savedText()).toBe(text);
    expect(writer.faults).toEqual([]);
  });
});

describe("a right", () => {
  it("that ends in the middle of a sentence leaves every letter saved or unsent", async () => {
    const roles: Record<string, Role> = { wim: "write" };
    await using site = await ownSite(roles);
    await using proxy = await TcpProxy.start(site.port);
    await using writer = await writerAt(proxy, `/d/minutes#token=${TOKEN}`);
    let typed = 0;
    const letters = (async () => {
      // One letter after another, until the page takes no more.
      for (;;) {
        await writer.type(String.fromCodePoint(97 + (typed++ % 26)));
        if (typed > 40) delete roles["wim"];
        if (
          (await writer.page.locator('interline-editor [role="textbox"][aria-readonly="true"]').count()) > 0
        )
          return;
      }
    })();
    await letters;
    const taken = (await writer.text()).slice(START.length);
    const alphabet = "abcdefghijklmnopqrstuvwxyz".repeat(40);
    expect(taken.length).toBeGreaterThan(40);
    expect(taken).toBe(alphabet.slice(0, taken.length));
    const saved = await site.text();
    expect(`${START}${taken}`.startsWith(saved)).toBe(true);

    roles["wim"] = "write";
    const isUnsent = (await writer.page.locator("unsent-text").count()) > 0;
    const retry = writer.page
      .locator(isUnsent ? "unsent-text" : "footer")
      .getByRole("button", { name: /^Try/ });
    await retry.click();
    await writer.isSaved();
    await waitFor("it to be saved", async () => (await site.text()) === `${START}${taken}`);
    expect(writer.faults).toEqual([]);
  });

  it("to write that becomes one to read leaves unsent words in the tab; once it returns they are saved by themselves", async () => {
    const roles: Record<string, Role> = { wim: "write" };
    await using site = await ownSite(roles);
    await using proxy = await TcpProxy.start(site.port);
    await using writer = await writerAt(proxy, `/d/minutes#token=${TOKEN}`, "dark");
    await loseNetwork(writer, proxy);
    await writer.type("Not sent.");
    roles["wim"] = "read";
    await findNetwork(writer, proxy);
    await writer.page.getByRole("heading", { name: "You can only read this document now" }).waitFor();
    const text = `${START}Not sent.`;
    await givesOut(writer, text);
    expect(await writer.axeFinds()).toEqual([]);
    await writer.focus();
    await writer.type("lost?");
    // What others write is seen all the same.
    await site.documents.append("minutes", " At noon.", OTHER);
    const merged = await waitForText(writer, (now) => now.includes("At noon."));
    expect([`${START}Not sent. At noon.`, `${START} At noon.Not sent.`]).toContain(merged);
    await givesOut(writer, merged);
    expect(await site.text()).toBe(`${START} At noon.`);

    roles["wim"] = "write";
    await writer.isSaved();
    await writer.page.locator("unsent-text").waitFor({ state: "detached" });
    expect(await site.text()).toBe(merged);
    await writer.focus();
    await writer.press("Control+End");
    await writer.type(" Me again.");
    await writer.isSaved();
    expect(await site.text()).toBe(`${merged} Me again.`);
    expect(writer.faults).toEqual([]);
  });
});

async function waitForText(writer: Writer, isIt: (text: string) => boolean): Promise<string> {
  let text = "";
  await waitFor("the text", async () => isIt((text = await writer.text())));
  return text;
}

/** The page and a server in this process, with rights that a test changes. */
async function ownSite(
  roles: Record<string, Role>,
): Promise<
  AsyncDisposable & { port: number; documents: DocumentServer["documents"]; text(): Promise<string> }
> {
  const access: Access = {
    authenticate({ token }) {
      if (token !== TOKEN) throw new AccessError("ERR_TOKEN_INVALID", "who is this?");
      return { id: "wim" };
    },
    authorize: ({ id = "" }) => roles[id] ?? "none",
  };
  const server = createDocumentServer({ log: new MemoryLog(), access });
  await server.documents.create({ id: "minutes", text: START, author: OTHER, owner: "ana" });
  const http = createServer(webApp(fileURLToPath(new URL("../../../apps/web/dist", import.meta.url))));
  server.attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    port: (http.address() as AddressInfo).port,
    documents: server.documents,
    text: async () => (await server.documents.read("minutes")).text.toString(),
    async [Symbol.asyncDispose]() {
      await server.close();
      http.close();
      http.closeAllConnections();
    },
  };
}
