import { SignJWT } from "jose";
import { expect, it } from "vitest";
import { ServerProcess } from "../../support/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const SECRET = "a secret of at least thirty-two bytes";
const shared = sharedBrowser();

it("a link lets somebody in with its right, until it is taken back", async () => {
  await using server = await ServerProcess.start({ env: { JWT_SECRET: SECRET } });
  const owner = await new SignJWT({ documents: { "*": "own" } })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("owner")
    .sign(new TextEncoder().encode(SECRET));
  const ask = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ path: string; link: { id: string } }> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${owner}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(answer.ok).toBe(true);
    return answer.status === 204 ? ({} as never) : ((await answer.json()) as never);
  };
  await ask("POST", "/documents", { id: "minutes", text: "# Minutes\n\nWe met.\n" });
  const [toRead, toWrite] = await Promise.all(
    ["read", "write"].map((role) => ask("POST", "/documents/minutes/links", { role })),
  );

  await using reader = await Writer.open(shared.browser, `${server.url}${toRead?.path}`, {
    name: "Rea",
    color: 3,
  });
  await using writer = await Writer.open(shared.browser, `${server.url}${toWrite?.path}`, {
    name: "Wim",
    color: 7,
  });
  await reader.seesText("# Minutes\n\nWe met.\n");
  await reader.says("You can read this document.");
  await writer.focus();
  await writer.page.keyboard.press("Control+End");
  await writer.type("All of us.");
  await reader.seesText("# Minutes\n\nWe met.\nAll of us.");
  // The reader is seen, and cannot type.
  await writer.page.locator('header interline-people button[data-person="3"]').waitFor();
  await reader.focus();
  await reader.type("Me too!");
  await writer.type(" Yes.");
  await reader.seesText("# Minutes\n\nWe met.\nAll of us. Yes.");

  await ask("DELETE", `/documents/minutes/links/${toRead?.link.id}`);
  await reader.page.locator("footer").getByText("The link to this document was revoked.").waitFor();
  expect(await reader.page.getByText("You can read this document.").count()).toBe(0);
  await writer.type(" Still here.");
  await waitFor("the text to be saved", async () => {
    const answer = await fetch(`${server.url}/api/v1/documents/minutes/text`, {
      headers: { authorization: `Bearer ${owner}`, accept: "text/plain" },
    });
    return (await answer.text()).endsWith("Still here.");
  });
  await reader.page.evaluate((path) => location.assign(path), toWrite?.path ?? "");
  await reader.page.locator('interline-editor [role="textbox"][aria-busy="false"]').waitFor();
  await waitFor("the new link to count", async () => {
    await reader.focus();
    await reader.type("!");
    return (await reader.text()).includes("!");
  });
  const page = await shared.browser.newPage();
  await page.goto(`${server.url}/d/minutes`);
  await page
    .locator("closed-document")
    .getByText("This document opens only with a login or a link")
    .waitFor();
  await page.context().close();
  expect([...reader.faults, ...writer.faults]).toEqual([]);
});
