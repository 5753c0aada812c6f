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
  /** Does it; resolves with the code of the refusal, or `done`. */
  readonly act: (asked: Asked) => Promise<string>;
}

interface Asked {
  readonly document: string;
  readonly token: string | undefined;
}

const OWNER = await tokenFor("owner", { "*": "own" });
let server: Running;
let count = 0;
beforeAll(async () => {
  server = await run({ isClosed: true });
});
afterAll(() => server.stop());

/** Asks a route; resolves with its code, or `done`. */
function route(method: string, path: (document: string) => string, body?: unknown): Row["act"] {
  return async ({ document, token }) => {
    const stop = new AbortController();
    const answer = await ask(server, method, path(document), { token, body, signal: stop.signal });
    if (answer.ok) {
      stop.abort();
      return "done";
    }
    const { code } = (await answer.json()) as { code: string };
    expect(answer.status, code).toBe(/^ERR_(TOKEN|LINK)_/.test(code) ? 401 : 403);
    return code;
  };
}

/** Says a message on an open channel; resolves with the code of the error or refusal before the next `pong`, or `done`. */
function message(of: (channel: number) => unknown[]): Row["act"] {
  return async ({ document, token }) => {
    const client = await Socket.connect(server, token);
    try {
      const first = await client.next("welcome", "error");
      if (first[0] === "error") return String(first[1]);
      client.say("open", 1, document, `session-${document}`, 0, "", 0, false, 0);
      const [opened] = await client.next("opened", "error");
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
      if (opened === "error") return "ERR_FORBIDDEN";
      await client.next("ack");
      return "done";
    } finally {
      client.socket.terminate();
    }
  };
}

/** Opens a document; resolves with the code of the error, or `done`. */
const open: Row["act"] = async ({ document, token }) => {
  const client = await Socket.connect(server, token);
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
    act: async ({ document, token }) => {
      const { link } = await newLink(document, "read");
      return route("DELETE", doc(`/links/${link}`))({ document, token });
    },
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

async function newDocument(): Promise<string> {
  const id = `doc-${++count}`;
  await ask(server, "POST", "/documents", { token: OWNER, body: { id, text: "text", title: "T" } });
  return id;
}

async function newLink(
  document: string,
  role: LinkRole,
  by = OWNER,
): Promise<{ token: string; link: string }> {
  const made = await ask(server, "POST", `/documents/${document}/links`, { token: by, body: { role } });
  const { token, link } = (await made.json()) as { token: string; link: { id: string } };
  return { token, link: link.id };
}

async function stateOf(document: string): Promise<unknown> {
  const [about, text] = await Promise.all(
    ["", "/text"].map((rest) => ask(server, "GET", `/documents/${document}${rest}`, { token: OWNER })),
  );
  return [await about?.json(), await text?.json()];
}

describe.each(TABLE)("$action needs the right to $needs", (row) => {
  test.each(ASKERS)("with a login's token that gives %s", async (asker) => {
    const document = await newDocument();
    const scope = row.of === "*" ? "*" : document;
    const token = asker === "nobody" ? undefined : await tokenFor("ann", { [scope]: asker });
    const before = await stateOf(document);
    expect(await row.act({ document, token })).toBe(expected(asker, row));
    if (!allows(asker === "nobody" ? "none" : asker, row.needs))
      expect(await stateOf(document)).toEqual(before);
  });

  test.each(["none", "read", "write"] as const)(
    "with a login's token that gives own, but %s for this one",
    async (role) => {
      const document = await newDocument();
      const token = await tokenFor("ann", { "*": "own", [document]: role });
      const before = await stateOf(document);
      // What is for all documents at once leaves none out: a backup is for those who own each.
      const isForAll = row.of === "*" && row.needs !== "own";
      expect(await row.act({ document, token })).toBe(
        isForAll ? "done" : expected(row.of === "*" ? "write" : role, row),
      );
      if (row.of !== "*" && !allows(role, row.needs)) expect(await stateOf(document)).toEqual(before);
    },
  );

  test("with a share link that came from a revoked one", async () => {
    const document = await newDocument();
    const above = await newLink(document, "own");
    const { token } = await newLink(document, "own", above.token);
    await ask(server, "DELETE", `/documents/${document}/links/${above.link}`, { token: OWNER });
    const before = await stateOf(document);
    expect(await row.act({ document, token })).toBe("ERR_LINK_REVOKED");
    expect(await stateOf(document)).toEqual(before);
  });

  test.each(ROLES.filter((role) => role !== "none"))("with a share link that gives %s", async (role) => {
    const document = await newDocument();
    const { token } = await newLink(document, role);
    const before = await stateOf(document);
    // A link is for one document: whatever it gives there, it gives nothing with all.
    const wanted = row.of === "*" ? "ERR_FORBIDDEN" : expected(role, row);
    expect(await row.act({ document, token })).toBe(wanted);
    if (wanted !== "done") expect(await stateOf(document)).toEqual(before);
    const other = await newDocument();
    expect(await route("GET", doc("/text"))({ document: other, token })).toBe("ERR_FORBIDDEN");
  });
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
    const token = await tokenFor("ann", roles);
    const query = `/documents?after=${before.slice(0, -1)}&limit=1000`;
    const list = async (as: string): Promise<string[]> => {
      const answer = await ask(server, "GET", query, { token: as });
      return ((await answer.json()) as { documents: { id: string }[] }).documents.map(({ id }) => id);
    };
    const all = await list(OWNER);
    expect(all).toEqual(expect.arrayContaining([before, excepted, after]));
    expect(await list(token)).toEqual(all.filter((id) => id !== excepted));
    for (const [id, code] of [
      ["unmade", "ERR_FORBIDDEN"],
      ["readable", "ERR_READ_ONLY"],
      [excepted, "ERR_FORBIDDEN"],
    ]) {
      expect(await route("POST", () => "/documents", { id, text: "x" })({ document: "", token })).toBe(code);
      expect(await route("POST", () => `/import?id=${id}`, "x")({ document: "", token })).toBe(code);
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
    const messages = ["open", "submit", "settled", "select", "user", "close", "ping"];
    expect(TABLE.map(({ action }) => action).toSorted()).toEqual([...messages, ...routes].toSorted());
  });

  test("and what it refuses is counted by its code", async () => {
    const text = await server.metrics.text();
    for (const code of ["ERR_FORBIDDEN", "ERR_READ_ONLY", "ERR_TOKEN_MISSING"]) {
      expect(text).toMatch(new RegExp(`interline_refused_total\\{code="${code}"\\} [1-9]`));
    }
  });
});
