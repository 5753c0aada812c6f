import type { Copy, DocumentKey } from "@interline/client";
import { storeContract } from "@interline/client/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { crash } from "./crash.ts";
import { PageHost } from "./page-host.ts";
import { sharedBrowser } from "./shared-site.ts";

const shared = sharedBrowser();
let host: PageHost;
let page: Page;

const key: DocumentKey = { account: "ana", server: "ws://host/sync", document: "notes" };
const copy: Copy = {
  session: "s1",
  lastSeq: 1,
  version: 1,
  entryId: "e1",
  since: [],
  inFlight: undefined,
  buffer: ["x"],
  bufferEdits: 1,
  pendingSince: 1,
  recovered: [],
  savedAt: 1,
};

beforeAll(async () => {
  host = await PageHost.start("stores.ts");
});

afterAll(() => host?.close());

beforeEach(async () => {
  page = await (await shared.browser.newContext()).newPage();
  await page.goto(host.origin);
  return () => page.context().close();
});

describe("the store of a browser", () => {
  for (const { name } of storeContract) {
    it(name, async () => {
      await page.evaluate((title) => window.runStoreCase(title), name);
    });
  }

  it("keeps copies over a reload of the page, and through the end of its process", async () => {
    const save = async ({ k, c }: { k: DocumentKey; c: Copy }) => {
      await window.openStore("kept").save(k, { copy: c, text: "abc" });
    };
    const load = (k: DocumentKey) => window.openStore("kept").load(k, "s1");
    await page.evaluate(save, { k: key, c: copy });
    await page.reload();
    expect(await page.evaluate(load, key)).toMatchObject({ text: "abc", copy: { buffer: ["x"] } });
    const later = await page.context().newPage();
    await page.evaluate(save, { k: key, c: { ...copy, buffer: ["y"] } });
    await crash(page);
    await later.goto(host.origin);
    expect(await later.evaluate(load, key)).toMatchObject({ copy: { buffer: ["y"] } });
  });

  it("gives the lock of a killed tab to the next", async () => {
    const take = async ({ k, wait }: { k: DocumentKey; wait: number }) =>
      (await window.openStore("kept").lock(k, "s1", wait)) !== undefined;
    expect(await page.evaluate(take, { k: key, wait: 0 })).toBe(true);
    const other = await page.context().newPage();
    await other.goto(host.origin);
    expect(await other.evaluate(take, { k: key, wait: 0 })).toBe(false);
    const waiting = other.evaluate(take, { k: key, wait: 5_000 });
    await crash(page);
    expect(await waiting).toBe(true);
  });

  it("lets go of a database that another page changes, and opens it again", async () => {
    const words = await page.evaluate(
      async ({ k, c }) => {
        const store = window.openStore("changing");
        await store.save(k, { copy: c, text: "abc" });
        // Would hang for ever if the store held on.
        await new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase("changing");
          request.addEventListener("success", resolve);
          request.addEventListener("error", reject);
        });
        const before = (await store.list(k)).length;
        await store.save(k, { copy: c, text: "abc" });
        return [before, (await store.list(k)).length];
      },
      { k: key, c: copy },
    );
    expect(words).toEqual([0, 1]);
  });

  it("says that nothing can be kept where a newer page has changed the database", async () => {
    const code = await page.evaluate(async (k) => {
      await new Promise<void>((resolve) => {
        const request = indexedDB.open("newer", 99);
        request.addEventListener("success", () => {
          request.result.close();
          resolve();
        });
      });
      return window
        .openStore("newer")
        .list(k)
        .then(
          () => "none",
          (fault: { code: string }) => fault.code,
        );
    }, key);
    expect(code).toBe("ERR_DEVICE_UNAVAILABLE");
  });

  it("says that the disk is full, and keeps what it had", async () => {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send("Storage.overrideQuotaForOrigin", { origin: host.origin, quotaSize: 500_000 });
    await page.evaluate(({ k, c }) => window.openStore("full").save(k, { copy: c, text: "abc" }), {
      k: key,
      c: copy,
    });
    const code = await page.evaluate(
      async ({ k, c }) =>
        window
          .openStore("full")
          .save(k, { copy: c, text: "x".repeat(2_000_000) })
          .then(
            () => "none",
            (fault: { code: string }) => fault.code,
          ),
      { k: key, c: copy },
    );
    expect(code).toBe("ERR_DEVICE_FULL");
    await devTools.send("Storage.overrideQuotaForOrigin", { origin: host.origin });
    expect(await page.evaluate((k) => window.openStore("full").load(k, "s1"), key)).toMatchObject({
      text: "abc",
    });
  });
});
