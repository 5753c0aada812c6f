import { expect, it } from "vitest";
import { ServerProcess } from "../../support/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";
import { PageHost } from "../../browser/page-host.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

it("without a login there is no text, no caret, no link to copy and nothing to try: only why", async () => {
  const env = { JWT_SECRET: "a secret of at least thirty-two bytes" };
  await using server = await ServerProcess.start({ env });
  const page = await site.browser.newPage();
  for (const path of ["/d/minutes", "/"]) {
    await page.goto(server.url + path);
    const closed = page.getByRole("alert");
    await closed.getByRole("heading", { name: "No access", level: 2 }).waitFor();
    expect(await closed.textContent()).toContain("opens only with a login or a link");
    expect(await page.locator("interline-editor").count()).toBe(0);
    for (const name of ["Copy link", "Try now", "Try again"]) {
      expect(await page.getByRole("button", { name }).count(), `${path}: ${name}`).toBe(0);
    }
  }
  await page.context().close();
});

it("an address that leads nowhere is answered with the page's own words, and the way from there", async () => {
  const page = await site.browser.newPage();
  for (const path of ["/nowhere", "/d/a/b", "/d/", "/assets/none"]) {
    const answer = await page.goto(site.server.url + path);
    expect(answer?.status(), path).toBe(404);
    await page.getByRole("heading", { name: "There is no document at this address." }).waitFor();
  }
  await page.getByRole("link", { name: "New document" }).click();
  await page.locator('interline-editor [aria-busy="false"]').waitFor();
  await page.context().close();
});

it("a document whose first line is blank has the title that the API gave it", async () => {
  const body = JSON.stringify({ id: "blank", title: "Minutes of May", text: "\n\nPresent: all" });
  const headers = { "content-type": "application/json" };
  const api = `${site.server.url}/api/v1/documents`;
  expect((await fetch(api, { method: "POST", headers, body })).status).toBe(201);
  await using ana = await Writer.open(site.browser, `${site.server.url}/d/blank`, { name: "Ana", color: 12 });
  await waitFor("the title", async () => (await ana.page.title()) === "Minutes of May · Interline");
  await ana.caretTo(0);
  await ana.type("Notes");
  await waitFor(
    "the first line to be the title",
    async () => (await ana.page.title()) === "Notes · Interline",
  );
  expect(ana.faults).toEqual([]);
});

it("a page of an origin that is not allowed reads that, and not that it is offline", async () => {
  const host = await PageHost.start("foreign.ts");
  const page = await site.browser.newPage();
  await page.goto(`${host.origin}/#${site.server.syncUrl}`);
  await page.getByText("The server does not take pages from this address.").waitFor();
  await page.context().close();
  await host.close();
});
