import { type GeneralAccess, guestIdOf, type Role, startedId } from "@interline/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Running, run, Socket, tokenFor } from "./running.ts";

const OWNER = await tokenFor("owner", { "*": "own" });
let server: Running;
let count = 0;
beforeAll(async () => {
  // Nothing is asked again by time: what takes effect does so because it was decided.
  server = await run({ hasGuests: true, recheckMs: Infinity });
});
afterAll(() => server.stop());

/** A document of the operator, with this general access. */
async function newDocument(access: GeneralAccess): Promise<string> {
  const id = `doc-${++count}`;
  await ask(server, "POST", "/documents", { token: OWNER, body: { id, text: "text" } });
  await decide(id, { access });
  return id;
}

async function decide(id: string, body: { access?: GeneralAccess; frozen?: boolean }): Promise<void> {
  const answer = await ask(server, "PATCH", `/documents/${id}/access`, { token: OWNER, body });
  expect(answer.status).toBe(200);
}

async function outcome(asked: Promise<Response>): Promise<[number, string]> {
  const answer = await asked;
  const { code = "done" } = answer.status === 204 ? {} : ((await answer.json()) as { code?: string });
  return [answer.status, code];
}

function read(id: string, token?: string): Promise<[number, string]> {
  return outcome(ask(server, "GET", `/documents/${id}`, { token }));
}

function write(id: string, token?: string): Promise<[number, string]> {
  return outcome(ask(server, "POST", `/documents/${id}/text`, { token, body: "!" }));
}

/** What somebody may do, found by trying. */
async function roleOf(id: string, token?: string): Promise<Role> {
  if ((await read(id, token))[1] !== "done") return "none";
  if ((await write(id, token))[1] !== "done") return "read";
  const links = await ask(server, "GET", `/documents/${id}/links`, { token });
  return links.ok ? "own" : "write";
}

interface Claimed {
  readonly ownerLink: { readonly id: string; readonly token: string; readonly path: string };
}

function claim(id: string, body: object, token?: string): Promise<Response> {
  return ask(server, "POST", `/documents/${id}/owner`, { token, body });
}

const secretOf = (name: string): string => `${name}-a1b2c3d4e5f6g7h8i9j0`;

/** Writes the first words of a document, as somebody whose client says this id. */
async function begin(id: string, guest: string, token?: string): Promise<Socket> {
  const socket = await Socket.open(server, id, token, guest);
  await socket.next("opened");
  socket.say("submit", 1, 1, 0, 0, ["first "], 0);
  await socket.next("ack");
  return socket;
}

describe("general access", () => {
  test("is write for a document that a guest makes, and none for that of somebody with a login", async () => {
    await ask(server, "POST", "/documents", { body: { id: "guests" } });
    await ask(server, "POST", "/documents", { token: OWNER, body: { id: "logins" } });
    expect([await roleOf("guests"), await roleOf("logins")]).toEqual(["write", "none"]);
    expect(await roleOf("logins", OWNER)).toBe("own");
  });

  test("holds at once for who has the document open, over the socket and for events", async () => {
    const id = await newDocument("write");
    const guest = await Socket.open(server, id);
    expect(await guest.next("access")).toEqual(["access", 1, "write"]);
    const events = await ask(server, "GET", `/documents/${id}/events`);
    await decide(id, { access: "comment" });
    expect(await guest.next("access")).toEqual(["access", 1, "comment"]);
    guest.say("submit", 1, 1, 1, 4, ["x"], 0);
    expect(await guest.next("refused", "ack")).toEqual(["refused", 1, 1, "ERR_READ_ONLY"]);
    await decide(id, { frozen: true });
    expect(await guest.next("access")).toEqual(["access", 1, "read"]);
    await decide(id, { access: "write" });
    await decide(id, { frozen: false });
    expect(await guest.next("access")).toEqual(["access", 1, "write"]);
    await decide(id, { access: "none" });
    expect(await guest.next("error")).toEqual(["error", "ERR_FORBIDDEN", expect.any(String), 1]);
    expect(await events.text()).toContain('event: ended\ndata: {"code":"ERR_FORBIDDEN"}');
    expect(await roleOf(id)).toBe("none");
    guest.socket.terminate();
  });

  test("of one document is nothing for another, and nobody without a token lists or takes all", async () => {
    const [open, shut] = [await newDocument("write"), await newDocument("none")];
    expect([await roleOf(open), await roleOf(shut)]).toEqual(["write", "none"]);
    expect(await outcome(ask(server, "GET", "/documents"))).toEqual([403, "ERR_FORBIDDEN"]);
    expect(await outcome(ask(server, "GET", "/backup"))).toEqual([403, "ERR_FORBIDDEN"]);
    expect(await outcome(ask(server, "POST", "/documents", { body: { id: shut } }))).toEqual([
      403,
      "ERR_FORBIDDEN",
    ]);
  });

  test("stays as it was set when something else is decided", async () => {
    const id = await newDocument("read");
    await decide(id, { frozen: true });
    const answer = await ask(server, "GET", `/documents/${id}/access`, { token: OWNER });
    expect(await answer.json()).toEqual({ access: "read", frozen: true, owned: true });
  });

  test.each([{ access: "own" }, { access: "king" }, { frozen: "yes" }, { acces: "read" }, []])(
    "is not set by %j",
    async (body) => {
      const id = await newDocument("read");
      const asked = ask(server, "PATCH", `/documents/${id}/access`, { token: OWNER, body });
      expect(await outcome(asked)).toEqual([400, "ERR_REQUEST_SHAPE"]);
    },
  );
});

describe("any kind of link", () => {
  const kinds: Readonly<Record<string, (id: string) => Promise<string>>> = {
    "an owner link": async (id: string) => {
      await begin(id, secretOf("maker"));
      return ((await (await claim(id, { secret: secretOf("maker") })).json()) as Claimed).ownerLink.token;
    },
    ...Object.fromEntries(
      (["read", "comment", "suggest", "write", "own"] as const).map((role) => [
        `a link that gives ${role}`,
        (id: string) => link(id, role),
      ]),
    ),
    "a link that came from a link": async (id: string) => link(id, "write", await link(id, "own")),
    "a link that expires": async (id: string) => link(id, "write", OWNER, Date.now() + 60_000),
    "a login's token": async (id: string) => tokenFor("ann", { [id]: "own" }),
  };

  async function link(id: string, role: string, token = OWNER, expiresAt?: number): Promise<string> {
    await ask(server, "POST", "/documents", { token: OWNER, body: { id } });
    const body = { role, ...(expiresAt !== undefined && { expiresAt }) };
    const made = await ask(server, "POST", `/documents/${id}/links`, { token, body });
    return ((await made.json()) as { token: string }).token;
  }

  describe.each(Object.keys(kinds))("%s", (kind) => {
    test("gives no more than the general access when its token is stripped off", async () => {
      const id = `strip-${++count}`;
      const token = (await kinds[kind]?.(id)) ?? "";
      await ask(server, "POST", "/documents", { token: OWNER, body: { id } });
      for (const access of ["none", "read", "comment", "suggest", "write"] as const) {
        await decide(id, { access });
        const least = access === "comment" || access === "suggest" ? "read" : access;
        expect(await roleOf(id), access).toBe(least);
        const guest = await Socket.open(server, id);
        const [name, what] =
          access === "none" ? await guest.next("error") : ["access", (await guest.next("access"))[2]];
        expect([name, what]).toEqual(access === "none" ? ["error", "ERR_FORBIDDEN"] : ["access", access]);
        guest.socket.terminate();
      }
      // What is left of a token lets nobody in, and is not taken for none.
      await decide(id, { access: "write" });
      for (const part of [
        token.slice(0, -1),
        token.split(".").slice(0, 2).join("."),
        token.split(".")[1],
        "x",
      ]) {
        expect(await read(id, part)).toEqual([401, "ERR_TOKEN_INVALID"]);
      }
    });
  });
});

describe("who starts a document", () => {
  test("owns it by the secret that its id is a hash of, whoever writes in it first", async () => {
    const secret = secretOf("starter");
    const id = startedId(secret);
    const thief = secretOf("thief");
    const first = await begin(id, thief);
    for (const wrong of [thief, "", "short", secret.slice(1), `${secret}x`, secret.toUpperCase()]) {
      expect(await outcome(claim(id, { secret: wrong }))).toEqual([403, "ERR_FORBIDDEN"]);
    }
    expect(await outcome(claim(id, {}))).toEqual([403, "ERR_FORBIDDEN"]);
    const answers = await Promise.all([1, 2, 3].map(async () => claim(id, { secret })));
    const claims = await Promise.all(answers.map(async (answer) => (await answer.json()) as Claimed));
    expect(new Set(claims.map(({ ownerLink }) => ownerLink.token)).size).toBe(1);
    const { token, path } = claims[0]?.ownerLink ?? {};
    expect(path).toBe(`/d/${id}#token=${token}`);
    expect(await roleOf(id, token)).toBe("own");
    expect(await outcome(claim(id, { secret: thief }))).toEqual([409, "ERR_DOCUMENT_OWNED"]);
    const ann = await tokenFor("ann", { "*": "write" });
    expect(await outcome(claim(id, {}, ann))).toEqual([409, "ERR_DOCUMENT_OWNED"]);
    first.socket.terminate();
  });

  test("is not whoever makes it over the API with an id that they have heard of", async () => {
    const secret = secretOf("early");
    const id = startedId(secret);
    const made = await ask(server, "POST", "/documents", { body: { id, secret: secretOf("thief") } });
    expect(made.status).toBe(201);
    expect(await made.json()).not.toHaveProperty("ownerLink");
    const { ownerLink } = (await (await claim(id, { secret })).json()) as Claimed;
    expect(await roleOf(id, ownerLink.token)).toBe("own");
  });

  test("with an id that they chose is the guest who wrote first, if their id is a secret", async () => {
    const [ann, bob] = [secretOf("ann"), secretOf("bob")];
    await begin("chosen", ann);
    const second = await Socket.open(server, "chosen", undefined, bob);
    await second.next("opened");
    second.say("submit", 1, 1, 1, 6, ["me "], 0);
    await second.next("ack");
    expect(await outcome(claim("chosen", { secret: bob }))).toEqual([403, "ERR_FORBIDDEN"]);
    // Others know only the hash, which proves nothing.
    expect(await outcome(claim("chosen", { secret: guestIdOf(ann) }))).toEqual([403, "ERR_FORBIDDEN"]);
    const { ownerLink } = (await (await claim("chosen", { secret: ann })).json()) as Claimed;
    expect(await roleOf("chosen", ownerLink.token)).toBe("own");
  });

  test.each(["ann", "a".repeat(64), "u7Qd", "abababababababababababab"])(
    "owns nothing with the id %s, which may write",
    async (weak) => {
      const id = `weak-${++count}`;
      await begin(id, weak);
      expect(await outcome(claim(id, { secret: weak }))).toEqual([403, "ERR_FORBIDDEN"]);
    },
  );

  test("over the API gets the owner link with the answer, once, and again with the secret", async () => {
    const secret = secretOf("script");
    const body = { id: "made", text: "text", secret };
    const answers = await Promise.all([1, 2, 3].map(async () => ask(server, "POST", "/documents", { body })));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["201", "409", "409"]);
    const made = (await answers.find(({ ok }) => ok)?.json()) as Claimed & { owner: string };
    expect(made.owner).toBe(guestIdOf(secret));
    const again = (await (await claim("made", { secret })).json()) as Claimed;
    expect(again.ownerLink.token).toBe(made.ownerLink.token);
    expect(await roleOf("made", made.ownerLink.token)).toBe("own");
    const imported = await ask(server, "POST", "/import?id=imported", { body: "text" });
    expect(await roleOf("imported", ((await imported.json()) as Claimed).ownerLink.token)).toBe("own");
  });

  test("does not get it again once it was revoked", async () => {
    const secret = secretOf("lost");
    const id = startedId(secret);
    await begin(id, secret);
    const { ownerLink } = (await (await claim(id, { secret })).json()) as Claimed;
    const gone = await ask(server, "DELETE", `/documents/${id}/links/${ownerLink.id}`, { token: OWNER });
    expect(gone.status).toBe(204);
    expect(await outcome(claim(id, { secret }))).toEqual([401, "ERR_LINK_REVOKED"]);
    expect(await read(id, ownerLink.token)).toEqual([401, "ERR_LINK_REVOKED"]);
  });
});

describe("a document that nobody owns", () => {
  test("goes to the first with a login who claims it, and keeps its general access", async () => {
    await server.documents.documents.create({
      id: "old",
      text: "old",
      author: { id: "x", name: "X", color: 1 },
      owner: "",
    });
    const about = async (): Promise<unknown> => (await ask(server, "GET", "/documents/old/access")).json();
    expect(await about()).toEqual({ access: "write", frozen: false, owned: false });
    expect(await outcome(claim("old", { secret: secretOf("guest") }))).toEqual([403, "ERR_FORBIDDEN"]);
    const tokens = await Promise.all(["ann", "bob", "cy"].map((name) => tokenFor(name, { "*": "write" })));
    const outcomes = await Promise.all(tokens.map((token) => outcome(claim("old", {}, token))));
    expect(outcomes.map(([status]) => String(status)).toSorted()).toEqual(["200", "409", "409"]);
    const winner = tokens[outcomes.findIndex(([status]) => status === 200)];
    expect(await outcome(claim("old", {}, winner))).toEqual([200, "done"]);
    expect(await Promise.all(tokens.map((token) => roleOf("old", token)))).toEqual(
      tokens.map((token) => (token === winner ? "own" : "write")),
    );
    expect(await about()).toEqual({ access: "write", frozen: false, owned: true });
  });
});

describe("people", () => {
  const id = async (socket: Socket): Promise<string> => {
    const peers = await socket.next("peers");
    return ((peers[3] as [number, [string]][])[0]?.[1] ?? [""])[0];
  };

  test("that an owner removes are out at once, and may come again", async () => {
    const document = await newDocument("write");
    const watcher = await Socket.open(server, document, OWNER);
    await watcher.next("opened");
    const guest = await Socket.open(server, document, undefined, secretOf("gus"));
    await guest.next("access");
    const person = await id(watcher);
    expect(person).toBe(guestIdOf(secretOf("gus")));
    expect(
      (await ask(server, "DELETE", `/documents/${document}/people/${person}`, { token: OWNER })).status,
    ).toBe(204);
    expect(await guest.next("error")).toEqual(["error", "ERR_REMOVED", expect.any(String), 1]);
    guest.say("open", 2, document, "again", 0, "", 0, false, 0);
    expect((await guest.next("opened", "error"))[0]).toBe("opened");
    for (const socket of [watcher, guest]) socket.socket.terminate();
  });

  test("that an owner blocks are out at once, and are not let in again by any way, until they are let in again", async () => {
    const document = await newDocument("write");
    const blocked = (method: string): Promise<Response> =>
      ask(server, method, `/documents/${document}/blocked/ann`, { token: OWNER });
    const token = await tokenFor("ann", { [document]: "write" });
    const ann = await Socket.open(server, document, token);
    const other = await Socket.open(server, document, await tokenFor("bob", { [document]: "write" }));
    for (const socket of [ann, other]) await socket.next("access");
    expect((await blocked("PUT")).status).toBe(204);
    expect(await ann.next("error")).toEqual(["error", "ERR_BLOCKED", expect.any(String), 1]);
    ann.say("open", 2, document, "again", 0, "", 0, false, 0);
    expect((await ann.next("opened", "error"))[1]).toBe("ERR_BLOCKED");
    expect(await read(document, token)).toEqual([403, "ERR_BLOCKED"]);
    expect(await write(document, token)).toEqual([403, "ERR_BLOCKED"]);
    const listed = await ask(server, "GET", `/documents/${document}/blocked`, { token: OWNER });
    expect(await listed.json()).toEqual({ people: ["ann"] });
    other.say("ping");
    expect((await other.next("pong", "error"))[0]).toBe("pong");
    expect((await blocked("DELETE")).status).toBe(204);
    expect(await roleOf(document, token)).toBe("write");
    for (const socket of [ann, other]) socket.socket.terminate();
  });

  test("of bad ids are not decided about", async () => {
    const document = await newDocument("write");
    for (const person of ["a%20b", "x".repeat(65), "%00"]) {
      const asked = ask(server, "PUT", `/documents/${document}/blocked/${person}`, { token: OWNER });
      expect((await asked).status).toBe(400);
    }
    const nowhere = ask(server, "PUT", "/documents/nowhere/blocked/ann", { token: OWNER });
    expect(await outcome(nowhere)).toEqual([404, "ERR_DOCUMENT_NOT_FOUND"]);
  });
});

describe("where everybody owns everything", () => {
  test("nothing can be decided", async () => {
    const open = await run();
    await ask(open, "POST", "/documents", { body: { id: "d" } });
    for (const [method, path, body] of [
      ["PATCH", "/access", { access: "none" }],
      ["POST", "/owner", { secret: secretOf("me") }],
      ["PUT", "/blocked/ann", undefined],
      ["DELETE", "/people/ann", undefined],
      ["POST", "/links", { role: "own" }],
    ] as const) {
      expect(await outcome(ask(open, method, `/documents/d${path}`, { body }))).toEqual([
        409,
        "ERR_ACCESS_OPEN",
      ]);
    }
    await open.stop();
  });
});
