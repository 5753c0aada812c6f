import { allows, type LinkRole, type Role, ROLES } from "@interline/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Running, run, Socket, tokenFor } from "./running.ts";

/** Who asks: with a token of a login or a share link that gives this role, or with none. */
const ASKERS = ["nobody", ...ROLES] as const;
type Asker = (typeof ASKERS)[number];

interface Row {
  /** A message, or a route as the description of the API has it. */
  readonly action: string;
  readonly needs: Exclude<Role, "none">;
  /** What the role is for: one document, or all. */
  readonly of: "document" | "*";
  /** Makes what the action is about; resolves with its id. */
  readonly prepare?: (on: Running, document: string) => Promise<string>;
  /** Does it; resolves with the code of the refusal, or `done`. */
  readonly act: (asked: Asked) => Promise<string>;
}

interface Asked {
  /** What was prepared. */
  readonly thing?: string;
  readonly on: Running;
  readonly document: string;
  readonly token: string | undefined;
}

const OWNER = await tokenFor("owner", { "*": "own" });
/** Where everybody needs a token, and where those without one have general access. */
let server: Running;
let withGuests: Running;
let count = 0;
beforeAll(async () => {
  [server, withGuests] = await Promise.all([run({ isClosed: true }), run({ hasGuests: true })]);
});
afterAll(() => Promise.all([server.stop(), withGuests.stop()]));

/** Asks a route; resolves with its code, or `done`. */
function route(method: string, path: (document: string) => string, body?: unknown): Row["act"] {
  return async ({ on, document, token }) => {
    const stop = new AbortController();
    const answer = await ask(on, method, path(document), { token, body, signal: stop.signal });
    if (answer.ok) {
      stop.abort();
      return "done";
    }
    const { code } = (await answer.json()) as { code: string };
    const status = code === "ERR_DOCUMENT_OWNED" ? 409 : /^ERR_(TOKEN|LINK)_/.test(code) ? 401 : 403;
    expect(answer.status, code).toBe(status);
    return code;
  };
}

/** Says a message on an open channel; resolves with the code of the error or refusal before the next `pong`, or `done`. */
function message(of: (channel: number) => unknown[]): Row["act"] {
  return async ({ on, document, token }) => {
    const client = await Socket.connect(on, token);
    try {
      const first = await client.next("welcome", "error");
      if (first[0] === "error") return String(first[1]);
      client.say("open", 1, document, `session-${document}`, 0, "", 0, false, 0);
      const [opened, code] = await client.next("opened", "error");
      if (opened === "opened") await client.next("op");
      client.say(...of(1));
      client.say("ping");
      let refused: string | undefined;
      for (;;) {
        const said = await client.next("ack", "refused", "error", "pong");
        if (said[0] === "refused") refused = String(said[3]);
        if (said[0] === "error") refused = String(said[1]);
        if (said[0] === "ack") return "done";
        if (said[0] === "pong") break;
      }
      if (refused !== undefined) return refused;
      if (of(1)[0] !== "submit") return "done";
      // An operation of who may not open the document: let pass, since it may have been on its way.
      if (opened === "error") return String(code);
      await client.next("ack");
      return "done";
    } finally {
      client.socket.terminate();
    }
  };
}

/** Opens a document; resolves with the code of the error, or `done`. */
const open: Row["act"] = async ({ on, document, token }) => {
  const client = await Socket.connect(on, token);
  try {
    const first = await client.next("welcome", "error");
    if (first[0] === "error") return String(first[1]);
    client.say("open", 1, document, "session", 0, "", 0, false, 0);
    const [name, code] = await client.next("opened", "error");
    return name === "opened" ? "done" : String(code);
  } finally {
    client.socket.terminate();
  }
};

const doc = (rest: string) => (document: string) => `/documents/${document}${rest}`;

const TABLE: readonly Row[] = [
  // Messages. What does no harm to anybody is let pass for who may not even read: their channel has ended.
  { action: "open", needs: "read", of: "document", act: open },
  {
    action: "submit",
    needs: "write",
    of: "document",
    act: message((ch) => ["submit", ch, 1, 1, 4, ["x"], 0]),
  },
  { action: "settled", needs: "read", of: "document", act: message((ch) => ["settled", ch, 0]) },
  { action: "select", needs: "read", of: "document", act: message((ch) => ["select", ch, 1, 1, 2]) },
  { action: "user", needs: "read", of: "document", act: message(() => ["user", ["me", "Me", 2]]) },
  { action: "check", needs: "read", of: "document", act: message((ch) => ["check", ch, 0, "hash"]) },
  { action: "away", needs: "read", of: "document", act: message(() => ["away", true]) },
  { action: "close", needs: "read", of: "document", act: message((ch) => ["close", ch]) },
  { action: "ping", needs: "read", of: "document", act: message(() => ["ping"]) },
  // Routes.
  { action: "post /documents", needs: "write", of: "*", act: route("POST", () => "/documents", {}) },
  { action: "get /documents", needs: "read", of: "*", act: route("GET", () => "/documents") },
  { action: "post /import", needs: "write", of: "*", act: route("POST", () => "/import", "text") },
  { action: "get /backup", needs: "own", of: "*", act: route("GET", () => "/backup") },
  { action: "get /documents/{id}", needs: "read", of: "document", act: route("GET", doc("")) },
  {
    action: "patch /documents/{id}",
    needs: "write",
    of: "document",
    act: route("PATCH", doc(""), { title: "X" }),
  },
  { action: "delete /documents/{id}", needs: "own", of: "document", act: route("DELETE", doc("")) },
  {
    action: "post /documents/{id}/undelete",
    needs: "own",
    of: "document",
    act: route("POST", doc("/undelete")),
  },
  { action: "get /documents/{id}/text", needs: "read", of: "document", act: route("GET", doc("/text")) },
  {
    action: "put /documents/{id}/text",
    needs: "write",
    of: "document",
    act: route("PUT", doc("/text"), "x"),
  },
  {
    action: "post /documents/{id}/text",
    needs: "write",
    of: "document",
    act: route("POST", doc("/text"), "x"),
  },
  {
    action: "post /documents/{id}/operations",
    needs: "write",
    of: "document",
    act: route("POST", doc("/operations"), { version: 1, operation: ["x"] }),
  },
  {
    action: "get /documents/{id}/operations",
    needs: "read",
    of: "document",
    act: route("GET", doc("/operations")),
  },
  { action: "get /documents/{id}/people", needs: "read", of: "document", act: route("GET", doc("/people")) },
  { action: "get /documents/{id}/events", needs: "read", of: "document", act: route("GET", doc("/events")) },
  { action: "get /documents/{id}/export", needs: "read", of: "document", act: route("GET", doc("/export")) },
  { action: "get /documents/{id}/links", needs: "own", of: "document", act: route("GET", doc("/links")) },
  {
    action: "post /documents/{id}/links",
    needs: "own",
    of: "document",
    act: route("POST", doc("/links"), { role: "read" }),
  },
  {
    action: "delete /documents/{id}/links/{link}",
    needs: "own",
    of: "document",
    prepare: async (on, document) => (await newLink(document, "read", OWNER, on)).link,
    act: (asked) => route("DELETE", doc(`/links/${asked.thing}`))(asked),
  },
  { action: "get /documents/{id}/access", needs: "read", of: "document", act: route("GET", doc("/access")) },
  {
    action: "patch /documents/{id}/access",
    needs: "own",
    of: "document",
    act: route("PATCH", doc("/access"), { access: "read", frozen: true }),
  },
  {
    action: "post /documents/{id}/owner",
    needs: "write",
    of: "document",
    act: async (asked) => {
      const code = await route("POST", doc("/owner"), {})(asked);
      // Let in, and told that somebody owns it.
      return code === "ERR_DOCUMENT_OWNED" ? "done" : code;
    },
  },
  {
    action: "delete /documents/{id}/people/{person}",
    needs: "own",
    of: "document",
    act: route("DELETE", doc("/people/zoe")),
  },
  { action: "get /documents/{id}/blocked", needs: "own", of: "document", act: route("GET", doc("/blocked")) },
  {
    action: "put /documents/{id}/blocked/{person}",
    needs: "own",
    of: "document",
    act: route("PUT", doc("/blocked/zoe")),
  },
  {
    action: "delete /documents/{id}/blocked/{person}",
    needs: "own",
    of: "document",
    act: route("DELETE", doc("/blocked/zoe")),
  },
];

function expected(asker: Asker, { needs, act }: Row): string {
  if (asker === "nobody") return "ERR_TOKEN_MISSING";
  if (allows(asker, needs)) return "done";
  if (asker === "none" && act !== open && isHarmless(needs, act)) return "done";
  return needs === "write" && allows(asker, "read") ? "ERR_READ_ONLY" : "ERR_FORBIDDEN";
}

/** Messages on a channel that has ended are let pass. */
function isHarmless(needs: Role, act: Row["act"]): boolean {
  const { action = "" } = TABLE.find((row) => row.act === act) ?? {};
  return needs === "read" && !action.includes(" ");
}

async function newDocument(on = server): Promise<string> {
  const id = `doc-${++count}`;
  const author = { id: "owner", name: "owner", color: 1 };
  await on.documents.documents.create({ id, text: "text", title: "T", author, owner: "owner" });
  return id;
}

async function newLink(
  document: string,
  role: LinkRole,
  by = OWNER,
  on = server,
): Promise<{ token: string; link: string }> {
  const made = await ask(on, "POST", `/documents/${document}/links`, { token: by, body: { role } });
  const { token, link } = (await made.json()) as { token: string; link: { id: string } };
  return { token, link: link.id };
}

/** Everything that a refused action could have changed. */
async function stateOf(
  document: string,
  { documents: { documents, links, sharing } }: Running,
): Promise<unknown> {
  const record = await documents.record(document);
  const isThere = record.deletedAt === undefined;
  const { version, text } = isThere ? await documents.read(document) : { version: 0, text: "" };
  return [record, version, text.toString(), await links.list(document), await sharing.read(document)];
}

/** Does what a row says, and finds what it should; what is refused changes nothing. */
async function check(row: Row, asked: Asked, wanted: string): Promise<void> {
  const thing = (await row.prepare?.(asked.on, asked.document)) ?? "";
  const before = wanted === "done" ? undefined : await stateOf(asked.document, asked.on);
  expect(await row.act({ ...asked, thing })).toBe(wanted);
  if (before !== undefined) expect(await stateOf(asked.document, asked.on)).toEqual(before);
}

describe.each(TABLE)("$action needs the right to $needs", (row) => {
  test.each(ASKERS)("with a login's token that gives %s", async (asker) => {
    const document = await newDocument();
    const scope = row.of === "*" ? "*" : document;
    const token = asker === "nobody" ? undefined : await tokenFor("ann", { [scope]: asker });
    await check(row, { on: server, document, token }, expected(asker, row));
  });

  test.each(["none", "read", "write"] as const)(
    "with a login's token that gives own, but %s for this one",
    async (role) => {
      const document = await newDocument();
      const token = await tokenFor("ann", { "*": "own", [document]: role });
      // What is for all documents at once leaves none out: a backup is for those who own each.
      const isForAll = row.of === "*" && row.needs !== "own";
      const wanted = isForAll ? "done" : expected(row.of === "*" ? "write" : role, row);
      await check(row, { on: server, document, token }, wanted);
    },
  );

  test("with a share link that came from a revoked one", async () => {
    const document = await newDocument();
    const above = await newLink(document, "own");
    const { token } = await newLink(document, "own", above.token);
    await ask(server, "DELETE", `/documents/${document}/links/${above.link}`, { token: OWNER });
    await check(row, { on: server, document, token }, "ERR_LINK_REVOKED");
  });

  test.each(ROLES.filter((role) => role !== "none"))("with a share link that gives %s", async (role) => {
    const document = await newDocument();
    const { token } = await newLink(document, role);
    // A link is for one document: whatever it gives there, it gives nothing with all.
    await check(row, { on: server, document, token }, row.of === "*" ? "ERR_FORBIDDEN" : expected(role, row));
    const other = await newDocument();
    const elsewhere = { on: server, document: other, token };
    expect(await route("GET", doc("/text"))(elsewhere)).toBe("ERR_FORBIDDEN");
  });

  describe.each(ROLES.filter((role) => role !== "own"))("where the general access is %s", (access) => {
    test("without a token, also of a link or a login that had more", async () => {
      const document = await newDocument(withGuests);
      await withGuests.documents.sharing.change(document, { access });
      // Whoever has no token may make documents, and neither list those of others nor take all of them.
      const ofAll = row.needs === "write" ? "done" : "ERR_FORBIDDEN";
      const wanted = row.of === "*" ? ofAll : expected(access, row);
      await check(row, { on: withGuests, document, token: undefined }, wanted);
    });
  });

  test.each(ROLES)("with a login's token that gives %s, on a frozen document", async (role) => {
    const document = await newDocument();
    await server.documents.sharing.change(document, { isFrozen: true });
    const token = await tokenFor("ann", { [row.of === "*" ? "*" : document]: role });
    const left = role === "own" || role === "none" || row.of === "*" ? role : "read";
    await check(row, { on: server, document, token }, expected(left, row));
  });

  test.each(["none", "write", "own"] as const)(
    "with a login's token that gives %s, blocked",
    async (role) => {
      const document = await newDocument();
      await server.documents.sharing.changePerson(document, "ann", { isBlocked: true });
      const token = await tokenFor("ann", { [row.of === "*" ? "*" : document]: role });
      const isOut = row.of !== "*" && role !== "own";
      const code = isOut && isHarmless(row.needs, row.act) && row.act !== open ? "done" : "ERR_BLOCKED";
      await check(row, { on: server, document, token }, isOut ? code : expected(role, row));
    },
  );
});

describe("who makes a document", () => {
  test("owns it, over HTTP as by typing first", async () => {
    const [ann, bob] = await Promise.all([
      tokenFor("ann", { "*": "write" }),
      tokenFor("bob", { "*": "write" }),
    ]);
    await ask(server, "POST", "/documents", { token: ann, body: { id: "anns" } });
    const client = await Socket.open(server, "anns-2", ann, "bob");
    await client.next("opened");
    client.say("submit", 1, 1, 0, 0, ["first"], 0);
    await client.next("ack");
    for (const id of ["anns", "anns-2"]) {
      expect(await (await ask(server, "GET", `/documents/${id}`, { token: bob })).json()).toMatchObject({
        owner: "ann",
      });
      expect((await ask(server, "DELETE", `/documents/${id}`, { token: bob })).status).toBe(403);
      expect((await ask(server, "DELETE", `/documents/${id}`, { token: ann })).status).toBe(200);
    }
    client.socket.terminate();
  });
});

describe("who has a right to all documents but one", () => {
  test("neither sees it among them nor makes it", async () => {
    const [before, excepted, after] = [await newDocument(), await newDocument(), await newDocument()];
    const roles = { "*": "write", [excepted]: "none", unmade: "none", readable: "read" } as const;
    const token = await tokenFor("bea", roles);
    const query = `/documents?after=${before.slice(0, -1)}&limit=1000`;
    const list = async (as: string): Promise<string[]> => {
      const answer = await ask(server, "GET", query, { token: as });
      return ((await answer.json()) as { documents: { id: string }[] }).documents.map(({ id }) => id);
    };
    const all = await list(OWNER);
    expect(all).toEqual(expect.arrayContaining([before, excepted, after]));
    expect(await list(token)).toEqual(all.filter((id) => id !== excepted));
    const nowhere = { on: server, document: "", token };
    for (const [id, code] of [
      ["unmade", "ERR_FORBIDDEN"],
      ["readable", "ERR_READ_ONLY"],
      [excepted, "ERR_FORBIDDEN"],
    ]) {
      expect(await route("POST", () => "/documents", { id, text: "x" })(nowhere)).toBe(code);
      expect(await route("POST", () => `/import?id=${id}`, "x")(nowhere)).toBe(code);
    }
    expect((await ask(server, "GET", "/documents/unmade", { token: OWNER })).status).toBe(404);
  });
});

describe("who writes over HTTP", () => {
  test("is who the token says; who came by a link is nobody that has logged in", async () => {
    const document = await newDocument();
    const { token } = await newLink(document, "write");
    for (const [as, body] of [
      [await tokenFor("api", { [document]: "write" }), "by api"],
      [token, "by a guest"],
    ] as const) {
      expect((await ask(server, "POST", `/documents/${document}/text`, { token: as, body })).status).toBe(
        200,
      );
    }
    const history = await ask(server, "GET", `/documents/${document}/operations`, { token: OWNER });
    const { operations } = (await history.json()) as { operations: { author: string }[] };
    expect(operations.map(({ author }) => author)).toEqual([
      "owner",
      "api",
      expect.stringMatching(/^guest_[\w-]{43}$/),
    ]);
  });
});

describe("the table", () => {
  test("has every message and every route", async () => {
    const { paths } = (await (await ask(server, "GET", "/openapi.json")).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace("/api/v1", "")}`),
    );
    // `hello` is how everybody begins: with no token it is refused in every row.
    const messages = ["open", "submit", "settled", "check", "select", "user", "away", "close", "ping"];
    expect(TABLE.map(({ action }) => action).toSorted()).toEqual([...messages, ...routes].toSorted());
  });

  test("and what it refuses is counted by its code", async () => {
    const text = await server.metrics.text();
    for (const code of ["ERR_FORBIDDEN", "ERR_READ_ONLY", "ERR_TOKEN_MISSING"]) {
      expect(text).toMatch(new RegExp(`interline_refused_total\\{code="${code}"\\} [1-9]`));
    }
  });
});
