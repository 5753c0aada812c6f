import {
  type Access,
  createDocumentServer,
  type DocumentEvent,
  type DocumentServer,
  GENERAL_ACCESS,
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

/** Whoever has a token is who it says, and may write; others have general access. */
const people: Access = {
  hasGuests: true,
  authenticate: ({ token }) => ({ id: token }),
  authorize: ({ id }) => (id === undefined ? GENERAL_ACCESS : "write"),
};

interface Server extends AsyncDisposable {
  readonly server: DocumentServer;
}

/** A document server with connections of its own. `hasAccess`: only those with a share link come in. */
async function startServer({ hasAccess = false, hasGuests = false } = {}): Promise<Server> {
  const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  // Heads are never compared in the time of a test: whatever is heard was published.
  const log = new RedisLog({ store, compareMs: 60_000 });
  const { catalogue } = log;
  const links = new ShareLinks(catalogue);
  const access = hasGuests ? people : hasAccess ? tokenAccess({ catalogue, links }) : undefined;
  // Guests are not asked about again by time either.
  const server = createDocumentServer({ log, access, ...(hasGuests && { recheckMs: Infinity }) });
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

const gus = { id: "gus", name: "Gus", color: 2 };
test("what an owner decides on one server is in effect on the other, for who is in and who comes", async () => {
  await using here = await startServer({ hasGuests: true });
  await using there = await startServer({ hasGuests: true });
  const { sharing } = here.server;
  const of = async (id?: string): Promise<string> => {
    const rights = await there.server.gatekeeper.rightsOf({ id }, "ruled", id ?? "guest_x");
    return "code" in rights ? rights.code : rights.role;
  };
  await here.server.documents.create({ id: "ruled", text: "text", author: gus, owner: "" });
  const [guest, ann] = [await watch(there, "ruled"), await watch(there, "ruled", "ann")];
  const roleOf = (events: readonly DocumentEvent[]): string | undefined => {
    const last = events.findLast((event) => event.type === "access");
    return last?.role;
  };
  await waitFor("the roles", () => roleOf(guest) === "write" && roleOf(ann) === "write");
  await sharing.change("ruled", { access: "suggest" });
  await waitFor("the guest's new role", () => roleOf(guest) === "suggest");
  expect([await of(), await of("ann")]).toEqual(["suggest", "write"]);
  await sharing.change("ruled", { isFrozen: true });
  await waitFor("nobody to write", () => roleOf(guest) === "read" && roleOf(ann) === "read");
  await sharing.change("ruled", { isFrozen: false, access: "none" });
  await waitFor("the guest to be out", () => guest.at(-1)?.type === "ended");
  expect(guest.at(-1)).toEqual({ type: "ended", code: "ERR_FORBIDDEN" });
  await waitFor("the right to write", () => roleOf(ann) === "write");
  await sharing.changePerson("ruled", "ann", { isRemoved: true });
  await waitFor("her to be out", () => ann.at(-1)?.type === "ended");
  expect(ann.at(-1)).toEqual({ type: "ended", code: "ERR_REMOVED" });
  const again = await watch(there, "ruled", "ann");
  await sharing.changePerson("ruled", "ann", { isBlocked: true });
  await waitFor("her to be out again", () => again.at(-1)?.type === "ended");
  expect(again.at(-1)).toEqual({ type: "ended", code: "ERR_BLOCKED" });
  expect([await of(), await of("ann"), await of("bob")]).toEqual(["none", "ERR_BLOCKED", "write"]);
  // A document that nobody has open there is asked about as well.
  await sharing.changePerson("ruled", "ann", { isBlocked: false });
  expect(await of("ann")).toBe("write");
});

test("of two servers that are asked at a time for the owner of a document, both say the same", async () => {
  await using here = await startServer({ hasGuests: true });
  await using there = await startServer({ hasGuests: true });
  const made = await Promise.all([here, there].map(({ server }) => server.links.ownerLink("both", "x", 1)));
  expect(made[0]?.token).toBeDefined();
  expect(made[1]?.token).toBe(made[0]?.token);
  await here.server.documents.create({ id: "claimed", text: "x", author: gus, owner: "" });
  const claims = [here.server.sharing.claim("claimed", "ann"), there.server.sharing.claim("claimed", "bob")];
  expect((await Promise.all(claims)).filter(Boolean)).toEqual([true]);
});
