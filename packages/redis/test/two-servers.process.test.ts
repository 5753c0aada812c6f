import {
  createDocumentServer,
  type DocumentEvent,
  type DocumentServer,
  ShareLinks,
  tokenAccess,
} from "@interline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { RedisLog, RedisStore } from "../src/index.ts";

let redis: RedisProcess;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

interface Server extends AsyncDisposable {
  readonly server: DocumentServer;
}

/** A document server with connections of its own. `hasAccess`: only those with a share link come in. */
async function startServer({ hasAccess = false } = {}): Promise<Server> {
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  // Heads are never compared in the time of a test: whatever is heard was published.
  const log = new RedisLog({ store, compareMs: 60_000 });
  const { catalogue } = log;
  const access = hasAccess ? tokenAccess({ catalogue, links: new ShareLinks(catalogue) }) : undefined;
  const server = createDocumentServer({ log, access });
  return {
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await log.close();
      await store.close();
    },
  };
}

/** Opens a document and keeps what happens to it. */
async function watch({ server }: Server, document: string, token?: string): Promise<DocumentEvent[]> {
  const events: DocumentEvent[] = [];
  server.watch({
    document,
    credentials: { token },
    since: { version: 0, entryId: "" },
    onEvent: (event) => events.push(event),
  });
  await waitFor("the document to open", () => events.some(({ type }) => type === "opened"));
  return events;
}

const ann = { id: "ann", name: "Ann", color: 1 };

test("a document that is deleted on one server ends on the other", async () => {
  await using here = await startServer();
  await using there = await startServer();
  await here.server.documents.create({ id: "gone", text: "soon", author: ann, owner: ann.id });
  const events = await watch(there, "gone");
  await here.server.documents.delete("gone");
  await waitFor("the end", () => events.some(({ type }) => type === "ended"));
  expect(events.at(-1)).toEqual({ type: "ended", code: "ERR_DOCUMENT_DELETED" });
  await expect(there.server.documents.read("gone")).rejects.toMatchObject({ code: "ERR_DOCUMENT_DELETED" });
});

test("a share link that is revoked on one server, itself or above it, lets nobody in on the other, nor stay", async () => {
  await using here = await startServer({ hasAccess: true });
  await using there = await startServer({ hasAccess: true });
  await here.server.documents.create({ id: "shared", text: "for you", author: ann, owner: ann.id });
  const made = { document: "shared", createdBy: "ann", time: Date.now() };
  const { link } = await here.server.links.create({ ...made, role: "own" });
  const { token } = await here.server.links.create({ ...made, role: "read", parent: link.id });
  const events = await watch(there, "shared", token);
  expect(await here.server.links.revoke("shared", link.id, Date.now())).toBe(true);
  await waitFor("the end", () => events.some(({ type }) => type === "ended"));
  expect(events.at(-1)).toEqual({ type: "ended", code: "ERR_LINK_REVOKED" });
  expect(await there.server.gatekeeper.admit({ token })).toMatchObject({ code: "ERR_LINK_REVOKED" });
});
