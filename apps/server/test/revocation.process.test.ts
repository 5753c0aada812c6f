import { once } from "node:events";
import { request } from "node:http";
import type { LinkRole } from "@interline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, type Running, run, Socket, tokenFor } from "./running.ts";

let server: Running;
let owner: string;
beforeAll(async () => {
  // Nothing is asked again by time: what is cut off here is cut off by the revocation.
  server = await run({ isClosed: true, recheckMs: Infinity });
  owner = await tokenFor("owner", { "*": "own" });
});
afterAll(() => server.stop());

interface Made {
  readonly token: string;
  readonly link: { readonly id: string; readonly parent: string | null; readonly revokedAt: number | null };
}

async function makeDocument(id: string): Promise<void> {
  const made = await ask(server, "POST", "/documents", { token: owner, body: { id, text: "text" } });
  expect(made.status).toBe(201);
}

async function makeLink(document: string, token: string, role: LinkRole): Promise<Made> {
  const made = await ask(server, "POST", `/documents/${document}/links`, { token, body: { role } });
  expect(made.status).toBe(201);
  return (await made.json()) as Made;
}

/** A link, one that came from it, and one that came from that. */
async function makeTree(document: string): Promise<readonly [Made, Made, Made]> {
  const first = await makeLink(document, owner, "own");
  const second = await makeLink(document, first.token, "own");
  return [first, second, await makeLink(document, second.token, "own")];
}

async function revoke(document: string, { link }: Made): Promise<void> {
  const path = `/documents/${document}/links/${link.id}`;
  expect((await ask(server, "DELETE", path, { token: owner })).status).toBe(204);
}

async function refusal(asked: Promise<Response>): Promise<[number, unknown]> {
  const answer = await asked;
  return [answer.status, ((await answer.json()) as { code: unknown }).code];
}

test("of a link cuts off everybody who has the document open by it or by one that came from it", async () => {
  await makeDocument("open");
  const tree = await makeTree("open");
  const other = await makeLink("open", owner, "write");
  const cut = await Promise.all(tree.map(({ token }) => Socket.open(server, "open", token)));
  const stays = await Socket.open(server, "open", other.token);
  for (const client of [...cut, stays]) await client.next("access");
  await revoke("open", tree[0]);
  for (const client of cut) {
    expect(await client.next("error")).toEqual(["error", "ERR_LINK_REVOKED", "this link was revoked", 1]);
    client.say("open", 2, "open", "again", 0, "", 0, false, 0);
    expect((await client.next("error", "opened"))[1]).toBe("ERR_LINK_REVOKED");
  }
  stays.say("submit", 1, 1, 1, 4, [4, "!"], 0);
  expect((await stays.next("ack", "error"))[0]).toBe("ack");
  for (const client of [...cut, stays]) client.socket.terminate();
});

test("of a link leaves nobody below it a right to a document that nobody has open", async () => {
  await makeDocument("cold");
  const [first, second, third] = await makeTree("cold");
  await revoke("cold", first);
  for (const { token } of [first, second, third]) {
    for (const [method, path, body] of [
      ["GET", "/text", undefined],
      ["PUT", "/text", "mine"],
      ["DELETE", "", undefined],
      ["GET", "/links", undefined],
      ["POST", "/links", { role: "own" }],
      ["GET", "/events", undefined],
    ] as const) {
      const asked = ask(server, method, `/documents/cold${path}`, { token, body });
      expect(await refusal(asked), `${method} ${path}`).toEqual([401, "ERR_LINK_REVOKED"]);
    }
  }
  const listed = await ask(server, "GET", "/documents/cold/links", { token: owner });
  const { links } = (await listed.json()) as { links: Made["link"][] };
  expect(links).toHaveLength(3);
  for (const { revokedAt } of links) expect(revokedAt).toBeTypeOf("number");
  expect(links.map(({ parent }) => parent)).toEqual(
    expect.arrayContaining([null, first.link.id, second.link.id]),
  );
});

test("of a link stops a request whose body is still under way", async () => {
  await makeDocument("slow");
  const [first, second] = await makeTree("slow");
  const asked = request(`${server.url}/api/v1/documents/slow/text`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${second.token}`,
      "content-type": "text/plain",
      "content-length": "5",
      expect: "100-continue",
    },
  });
  asked.flushHeaders();
  // The server has let the request in, and waits for its body.
  await once(asked, "continue");
  await revoke("slow", first);
  asked.end("late!");
  const [answer] = await once(asked, "response");
  expect(answer.statusCode).toBe(401);
  const { text } = await server.documents.documents.read("slow");
  expect(text.toString()).toBe("text");
});

test("a link that would be dead at once is not made", async () => {
  await makeDocument("dead");
  for (const expiresAt of [0, 1, Math.floor(Date.now() / 1000), Date.now()]) {
    const body = { role: "read", expiresAt };
    const asked = ask(server, "POST", "/documents/dead/links", { token: owner, body });
    expect(await refusal(asked)).toEqual([400, "ERR_REQUEST_SHAPE"]);
  }
  const body = { role: "read", expiresAt: Date.now() + 60_000 };
  expect((await ask(server, "POST", "/documents/dead/links", { token: owner, body })).status).toBe(201);
});
