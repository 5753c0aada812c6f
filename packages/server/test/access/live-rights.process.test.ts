import { once } from "node:events";
import { request } from "node:http";
import type { Role } from "@interline/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { type Access, AccessError, type Visitor } from "../../src/access/access.ts";
import type { DocumentServerOptions } from "../../src/server.ts";
import { RawClient, type RunningServer, startServer } from "../gateway/clients.ts";

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** Rights by person, which a test may change. A token is the person's id. */
function rights(roles: Record<string, Role>, visitor: Partial<Visitor> = {}): Access {
  return {
    authenticate({ token }) {
      if (token === undefined) throw new AccessError("ERR_TOKEN_MISSING", "who is this?");
      return { id: token === "guest" ? undefined : token, ...visitor };
    },
    authorize: ({ id }) => roles[id ?? "guest"] ?? "none",
  };
}

async function start(access: Access, options: Partial<DocumentServerOptions> = {}): Promise<RunningServer> {
  server = await startServer({ access, recheckMs: Infinity, ...options });
  return server;
}

async function connected({ url }: RunningServer, token?: string, id = "said"): Promise<RawClient> {
  const client = new RawClient(url);
  await once(client.socket, "open");
  client.say("hello", 1, [id, id, 1], ...(token === undefined ? [] : [token]));
  return client;
}

async function opened(running: RunningServer, token: string, id = "said"): Promise<RawClient> {
  const client = await connected(running, token, id);
  await client.next("welcome");
  client.say("open", 1, "doc", `session-${token}`, 0, "", 0, false, 0);
  await client.next("opened");
  return client;
}

describe("who connects", () => {
  test("is who the token says, whatever the client says", async () => {
    const running = await start(rights({ ann: "write", bob: "read" }, { name: "Ann B." }));
    const bob = await opened(running, "bob");
    const ann = await opened(running, "ann", "bob");
    expect((await bob.next("peers")).joined).toMatchObject([
      { user: { id: "ann", name: "Ann B.", color: 1 } },
    ]);
    ann.say("user", ["bob", "Bob", 7]);
    expect((await bob.next("peers")).joined).toMatchObject([
      { user: { id: "ann", name: "Ann B.", color: 7 } },
    ]);
  });

  test("as a guest is nobody that has logged in", async () => {
    const running = await start(rights({ ann: "write", guest: "read" }));
    const ann = await opened(running, "ann");
    const guest = await opened(running, "guest", "ann");
    const [{ user } = { user: undefined }] = (await ann.next("peers")).joined;
    expect(user).toMatchObject({ id: expect.stringMatching(/^guest_/), name: "ann" });
    guest.say("user", ["ann", "Other", 2]);
    const [renamed] = (await ann.next("peers")).joined;
    expect(renamed?.user).toEqual({ id: user?.id, name: "Other", color: 2 });
  });

  test("may show the token in a header", async () => {
    const running = await start(rights({ ann: "write" }));
    const client = new RawClient(running.url, { headers: { authorization: "Bearer ann" } });
    await once(client.socket, "open");
    client.say("hello", 1, ["x", "x", 1]);
    await client.next("welcome");
  });

  test("[A4] without a token is told, and not to come back", async () => {
    const client = await connected(await start(rights({})));
    expect(await client.next("error")).toMatchObject({ code: "ERR_TOKEN_MISSING", channel: undefined });
    expect((await client.end()).code).toBe(4401);
  });

  test("finds a token in an address not looked at", async () => {
    const running = await start(rights({ ann: "write" }));
    const client = new RawClient(`${running.url}?token=ann`);
    await once(client.socket, "open");
    client.say("hello", 1, ["ann", "ann", 1]);
    expect(await client.next("error")).toMatchObject({ code: "ERR_TOKEN_MISSING" });
  });

  test("while the login cannot be asked is told to come back", async () => {
    const access = { ...rights({}), authenticate: () => Promise.reject(new Error("the login is down")) };
    const client = await connected(await start(access), "ann");
    expect(await client.next("error")).toMatchObject({ code: "ERR_ACCESS_UNAVAILABLE" });
    expect((await client.end()).code).toBe(1011);
  });

  test("is not heard before the answer, and waits no longer than for a hello", async () => {
    const access = { ...rights({}), authenticate: () => new Promise<never>(() => {}) };
    const running = await start(access, { limits: { helloTimeoutMs: 50 } });
    const hasty = await connected(running, "ann");
    hasty.say("open", 1, "doc", "session", 0, "", 0, false, 0);
    await hasty.end();
    expect(hasty.received).toMatchObject([{ type: "error", code: "ERR_TIMEOUT" }]);
    const patient = await connected(running, "ann");
    expect(await patient.next("error")).toMatchObject({ code: "ERR_TIMEOUT" });
    expect((await patient.end()).code).toBe(4408);
  });

  test("is let go when the token runs out, to come back with another", async () => {
    const running = await start(rights({ ann: "write" }, { expiresAt: Date.now() + 150 }));
    const ann = await opened(running, "ann");
    expect(await ann.next("error")).toMatchObject({ code: "ERR_TOKEN_EXPIRED", channel: undefined });
    expect((await ann.end()).code).toBe(4419);
  });

  test("from a foreign page is told in HTTP", async () => {
    const { url } = await start(rights({}));
    const answer = request(url.replace("ws", "http"), {
      headers: { upgrade: "websocket", connection: "upgrade", origin: "https://evil.example" },
    }).end();
    const [response] = await once(answer, "response");
    let body = "";
    for await (const chunk of response) body += chunk;
    expect(response.statusCode).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ code: "ERR_ORIGIN_FORBIDDEN" });
  });
});

describe("rights", () => {
  test("[A1] [A2] of a reader are to read, and to be seen", async () => {
    const running = await start(rights({ ann: "write", bob: "read" }));
    const ann = await opened(running, "ann");
    const bob = await opened(running, "bob");
    expect(await ann.next("access")).toMatchObject({ role: "write" });
    expect(await bob.next("access")).toMatchObject({ channel: 1, role: "read" });
    ann.say("submit", 1, 1, 0, 0, ["hello"], 0);
    await bob.next("ops");
    bob.say("submit", 1, 1, 1, 5, [5, "!"], 0);
    expect(await bob.next("refused")).toMatchObject({ seq: 1, code: "ERR_READ_ONLY" });
    bob.say("select", 1, 1, 2, 4);
    expect((await ann.next("selections")).selections).toEqual([
      { peer: expect.any(Number), selection: { anchor: 2, head: 4 } },
    ]);
  });

  test("[A1] [A3] that change do so for who is connected, and leave the connection open", async () => {
    const roles: Record<string, Role> = { ann: "read" };
    const running = await start(rights(roles));
    const ann = await opened(running, "ann");
    ann.say("submit", 1, 1, 0, 0, ["x"], 0);
    expect(await ann.next("refused")).toMatchObject({ code: "ERR_READ_ONLY" });
    roles["ann"] = "write";
    await running.documents.recheck();
    expect(await ann.next("access")).toMatchObject({ role: "write" });
    ann.say("submit", 1, 2, 0, 0, ["x"], 0);
    await ann.next("ack");
    roles["ann"] = "none";
    await running.documents.recheck();
    expect(await ann.next("error")).toMatchObject({ code: "ERR_FORBIDDEN", channel: 1 });
    ann.say("submit", 1, 3, 1, 1, ["y"], 0);
    ann.say("open", 2, "doc", "session-2", 0, "", 0, false, 0);
    expect(await ann.next("error")).toMatchObject({ code: "ERR_FORBIDDEN", channel: 2 });
    expect(ann.closed).toBeUndefined();
  });

  test("[A5] that change with no word to the server are noticed by themselves", async () => {
    const roles: Record<string, Role> = { ann: "write" };
    const running = await start(rights(roles), { recheckMs: undefined });
    const ann = await opened(running, "ann");
    await ann.next("access");
    roles["ann"] = "read";
    expect(await ann.next("access")).toMatchObject({ role: "read" });
  });

  test("stay as they are while they cannot be asked for, and a document is not opened", async () => {
    let isDown = false;
    const access: Access = {
      ...rights({}),
      authorize: () => (isDown ? Promise.reject(new Error("down")) : "write"),
    };
    const running = await start(access);
    const ann = await opened(running, "ann");
    isDown = true;
    await running.documents.recheck();
    ann.say("submit", 1, 1, 0, 0, ["x"], 0);
    await ann.next("ack");
    ann.say("open", 2, "other", "session-2", 0, "", 0, false, 0);
    expect(await ann.next("error")).toMatchObject({ code: "ERR_ACCESS_UNAVAILABLE", channel: 2 });
  });

  test("that change while a document is being opened hold from its beginning", async () => {
    const asked: ((role: Role) => void)[] = [];
    const access: Access = { ...rights({}), authorize: () => new Promise((resolve) => asked.push(resolve)) };
    const running = await start(access);
    const ann = await connected(running, "ann");
    await ann.next("welcome");
    ann.say("open", 1, "doc", "session", 0, "", 0, false, 0);
    await expect.poll(() => asked.length).toBe(1);
    await running.documents.recheck();
    asked[0]?.("write");
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.("read");
    expect(await ann.next("access")).toMatchObject({ role: "read" });
    ann.say("submit", 1, 1, 0, 0, ["x"], 0);
    expect(await ann.next("refused")).toMatchObject({ code: "ERR_READ_ONLY" });
  });

  test("are asked for once more if they change while everybody is asked", async () => {
    let role: Role = "write";
    let answer: (() => void) | undefined;
    let isSlow = false;
    const access: Access = {
      ...rights({}),
      async authorize() {
        const now = role;
        if (isSlow) await new Promise<void>((resolve) => (answer = resolve));
        return now;
      },
    };
    const running = await start(access);
    const ann = await opened(running, "ann");
    await ann.next("access");
    isSlow = true;
    const first = running.documents.recheck();
    role = "read";
    const second = running.documents.recheck();
    isSlow = false;
    answer?.();
    await Promise.all([first, second]);
    expect(await ann.next("access")).toMatchObject({ role: "read" });
  });
});
