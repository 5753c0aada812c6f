import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openDocument, type Role, type SharedDocument } from "@interline/client";
import { type Access, AccessError, createDocumentServer, MemoryLog } from "@interline/server";
import { describe, expect, it } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { waitFor } from "../support/wait-for.ts";

/** A server with rights that a test changes, which nobody tells it, and who connects to it. */
async function start(roles: Record<string, Role>, tokenMs = Infinity) {
  let given = 0;
  const access: Access = {
    authenticate({ token }) {
      const [id = ""] = token?.split(".") ?? [];
      if (id === "" || roles[id] === undefined) throw new AccessError("ERR_TOKEN_INVALID", "who is this?");
      return { id, ...(tokenMs === Infinity ? {} : { expiresAt: Date.now() + tokenMs }) };
    },
    authorize: ({ id = "" }) => roles[id] ?? "none",
  };
  const server = createDocumentServer({ log: new MemoryLog(), access });
  const http = createServer();
  server.attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const open = new Set<SharedDocument>();
  return {
    server,
    /** Tokens that were given. */
    given: () => given,
    async connect(id: string): Promise<SharedDocument> {
      const document = openDocument({
        url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/sync`,
        document: "doc",
        user: { id, name: id, color: 1 },
        token: async () => `${id}.${++given}`,
        environment: nodeEnvironment(),
        backoff: { firstMs: 20, maxMs: 100 },
      });
      open.add(document);
      await waitFor("the text", () => document.isReady || document.status.state === "denied");
      return document;
    },
    async [Symbol.asyncDispose]() {
      for (const document of open) document.close();
      await server.close();
      http.close();
    },
  };
}

describe("rights", () => {
  it("[A3] [A5] that come and go do so by themselves, and not a word is lost", async () => {
    const roles: Record<string, Role> = { ann: "write", bob: "write" };
    await using running = await start(roles);
    const [ann, bob] = [await running.connect("ann"), await running.connect("bob")];
    ann.insert(0, "together ");
    await ann.flush();
    await waitFor("bob to see it", () => bob.text.toString() === "together ");

    roles["bob"] = "read";
    await waitFor("bob to know", () => bob.role === "read");
    bob.insert(9, "kept");
    await waitFor("it to be refused", () => bob.status.state === "readonly" && bob.status.code !== undefined);
    expect(bob.status).toMatchObject({ code: "ERR_READ_ONLY", pendingEdits: 1 });
    bob.insert(13, " here");
    ann.insert(0, "We: ");
    await waitFor("bob to read on", () => bob.text.toString() === "We: together kept here");
    expect(ann.peers).toMatchObject([{ user: { id: "bob" } }]);

    roles["bob"] = "write";
    await waitFor("it to be saved", () => bob.status.state === "synced");
    await waitFor("ann to see it", () => ann.text.toString() === "We: together kept here");

    roles["bob"] = "none";
    await waitFor("bob to be out", () => bob.status.state === "denied");
    expect(bob.status.code).toBe("ERR_FORBIDDEN");
    bob.insert(0, "still mine: ");
    expect(bob.text.toString()).toBe("still mine: We: together kept here");
    await expect(bob.flush()).rejects.toMatchObject({ code: "ERR_FORBIDDEN" });
    roles["bob"] = "own";
    bob.reconnect();
    await bob.flush();
    await waitFor("ann to see it", () => ann.text.toString() === "still mine: We: together kept here");
  });

  it("[A4] of a token that runs out go over to the next, in the middle of a sentence", async () => {
    await using running = await start({ ann: "write" }, 300);
    const ann = await running.connect("ann");
    let typed = 0;
    await waitFor("many tokens", async () => {
      ann.insert(ann.text.points, `${typed++} `);
      return running.given() > 4;
    });
    await ann.flush();
    const { text } = await running.server.documents.read("doc");
    expect(text.toString()).toBe(Array.from({ length: typed }, (_, index) => `${index} `).join(""));
  });

  it("of nobody end at the door, for good", async () => {
    await using running = await start({ ann: "write" });
    const eve = await running.connect("eve");
    expect(eve.status).toMatchObject({ state: "denied", code: "ERR_TOKEN_INVALID" });
    expect(running.given()).toBe(1);
  });
});
