import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, type Running, run, Socket } from "./running.ts";

let server: Running;
beforeEach(async () => {
  server = await run();
});
afterEach(() => server.stop());

async function outcome(asked: Promise<Response>): Promise<[status: number, code: string]> {
  const answer = await asked;
  const { code } = (await answer.json()) as { code: string };
  return [answer.status, code];
}

async function make(id = "doc", text = "Good morning"): Promise<void> {
  expect((await ask(server, "POST", "/documents", { body: { id, text, title: "Greeting" } })).status).toBe(
    201,
  );
}

describe("documents over HTTP", () => {
  test("are made, with or without an id", async () => {
    const made = await ask(server, "POST", "/documents", { body: { id: "doc", title: "T", text: "a😀" } });
    expect(made.headers.get("location")).toBe("/api/v1/documents/doc");
    expect(await made.json()).toEqual({
      id: "doc",
      title: "T",
      owner: "",
      createdAt: expect.any(Number),
      deletedAt: null,
      version: 1,
      length: 2,
    });
    const nameless = await ask(server, "POST", "/documents", { body: {} });
    expect(await nameless.json()).toMatchObject({ id: expect.stringMatching(/^\w[\w-]{21}$/), version: 0 });
    expect(await outcome(ask(server, "POST", "/documents", { body: { id: "doc" } }))).toEqual([
      409,
      "ERR_DOCUMENT_EXISTS",
    ]);
    expect(await outcome(ask(server, "POST", "/documents", { body: { id: "a/b" } }))).toEqual([
      400,
      "ERR_DOCUMENT_ID",
    ]);
  });

  test("are listed page by page", async () => {
    for (const id of ["c", "a", "b"]) await make(id);
    const first = await (await ask(server, "GET", "/documents?limit=2")).json();
    expect(first).toMatchObject({ documents: [{ id: "a" }, { id: "b" }], next: "b" });
    const second = await (await ask(server, "GET", "/documents?limit=2&after=b")).json();
    expect(second).toMatchObject({ documents: [{ id: "c", title: "Greeting" }], next: null });
  });

  test("are read as JSON with the version, or as text", async () => {
    await make();
    const json = await ask(server, "GET", "/documents/doc/text");
    expect(await json.json()).toEqual({ version: 1, text: "Good morning" });
    expect(json.headers.get("etag")).toBe('"1"');
    const plain = await ask(server, "GET", "/documents/doc/text", { headers: { accept: "text/plain" } });
    expect(plain.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await plain.text()).toBe("Good morning");
    const same = await ask(server, "GET", "/documents/doc/text", { headers: { "if-none-match": '"1"' } });
    expect(same.status).toBe(304);
    expect(await outcome(ask(server, "GET", "/documents/none/text"))).toEqual([
      404,
      "ERR_DOCUMENT_NOT_FOUND",
    ]);
  });

  test("that are replaced change by the smallest operation, at once for who has them open", async () => {
    await make();
    const ann = await Socket.open(server, "doc", undefined, "ann");
    await ann.next("op");
    const put = await ask(server, "PUT", "/documents/doc/text", {
      body: "Good evening",
      headers: { "if-match": '"1"' },
    });
    expect(await put.json()).toEqual({ version: 2 });
    expect(put.headers.get("etag")).toBe('"2"');
    const [, , version, , operation] = await ann.next("op");
    expect(version).toBe(2);
    expect(operation).not.toContain("Good evening");
    const late = ask(server, "PUT", "/documents/doc/text", {
      body: { text: "x" },
      headers: { "if-match": '"1"' },
    });
    expect(await outcome(late)).toEqual([412, "ERR_VERSION_MISMATCH"]);
    const odd = ask(server, "PUT", "/documents/doc/text", { body: "x", headers: { "if-match": "W/2" } });
    expect(await outcome(odd)).toEqual([412, "ERR_VERSION_MISMATCH"]);
    const any = await ask(server, "PUT", "/documents/doc/text", { body: "x", headers: { "if-match": "*" } });
    expect(any.status).toBe(200);
  });

  test("are written, or told, only if the text is one of those that are named", async () => {
    await make();
    await ask(server, "PUT", "/documents/doc/text", { body: "two" });
    const tried = async (method: string, headers: Record<string, string>): Promise<unknown> => {
      const body = method === "GET" ? undefined : "!";
      const answer = await ask(server, method, "/documents/doc/text", { body, headers });
      return answer.status === 412 ? ((await answer.json()) as { code: unknown }).code : answer.status;
    };
    const changed = "ERR_VERSION_MISMATCH";
    expect(await tried("GET", { "if-none-match": '"1", W/"2"' })).toBe(304);
    expect(await tried("GET", { "if-none-match": "*" })).toBe(304);
    expect(await tried("GET", { "if-none-match": '"1", "3"' })).toBe(200);
    expect(await tried("GET", { "if-match": '"1"' })).toBe(changed);
    for (const method of ["PUT", "POST"]) {
      expect(await tried(method, { "if-match": '"1", "9"' })).toBe(changed);
      expect(await tried(method, { "if-match": 'W/"2"' })).toBe(changed);
      expect(await tried(method, { "if-none-match": "*" })).toBe(changed);
      expect(await tried(method, { "if-none-match": '"1", "2"' })).toBe(changed);
    }
    expect(await tried("PUT", { "if-match": '"1", "2"' })).toBe(200);
    expect(await tried("POST", { "if-match": '"2", "3"' })).toBe(200);
    expect(await tried("POST", { "if-match": "*" })).toBe(200);
    expect(await tried("PUT", { "if-none-match": '"1"' })).toBe(200);
    expect(await (await ask(server, "GET", "/documents/doc/text")).json()).toEqual({ version: 6, text: "!" });
  });

  test("are renamed and put away only at the version that the request is for", async () => {
    await make();
    await ask(server, "PUT", "/documents/doc/text", { body: "two" });
    const tried = async (method: string, headers: Record<string, string>): Promise<number> => {
      const body = method === "PATCH" ? { title: "Two" } : undefined;
      return (await ask(server, method, "/documents/doc", { body, headers })).status;
    };
    for (const method of ["PATCH", "DELETE"]) {
      expect(await tried(method, { "if-match": '"1"' })).toBe(412);
      expect(await tried(method, { "if-none-match": "*" })).toBe(412);
    }
    expect(await (await ask(server, "GET", "/documents/doc")).json()).toMatchObject({
      title: expect.not.stringMatching("Two") as unknown,
      deletedAt: null,
    });
    for (const method of ["PATCH", "DELETE"]) expect(await tried(method, { "if-match": '"2"' })).toBe(200);
    expect((await ask(server, "GET", "/documents/doc")).status).toBe(410);
  });

  test("take text at the end, and operations for an older version", async () => {
    await make("doc", "bc");
    expect(await (await ask(server, "POST", "/documents/doc/text", { body: "d" })).json()).toEqual({
      version: 2,
    });
    const body = { version: 1, operation: ["a"] };
    const added = await ask(server, "POST", "/documents/doc/operations", { body });
    expect([added.status, await added.json()]).toEqual([201, { version: 3 }]);
    expect(await (await ask(server, "GET", "/documents/doc/text")).json()).toEqual({
      version: 3,
      text: "abcd",
    });
    for (const [operation, status, code] of [
      [[9, "x"], 422, "ERR_LENGTH_MISMATCH"],
      [[1e308, "x"], 422, "ERR_OPERATION_NUMBER"],
      [[0.5, "x"], 422, "ERR_OPERATION_NUMBER"],
      [[{ d: 0 }], 422, "ERR_OPERATION_NUMBER"],
      [[], 422, "ERR_OPERATION_EMPTY"],
      [[null], 400, "ERR_REQUEST_SHAPE"],
      ["x", 400, "ERR_REQUEST_SHAPE"],
    ] as const) {
      const bad = ask(server, "POST", "/documents/doc/operations", { body: { version: 3, operation } });
      expect(await outcome(bad), JSON.stringify(operation)).toEqual([status, code]);
    }
    const ahead = ask(server, "POST", "/documents/doc/operations", {
      body: { version: 9, operation: ["x"] },
    });
    expect(await outcome(ahead)).toEqual([409, "ERR_VERSION_AHEAD"]);
  });

  test("have a history, and texts at its versions", async () => {
    await make("doc", "a");
    for (const text of ["ab", "abc"]) await ask(server, "PUT", "/documents/doc/text", { body: text });
    const page = await (await ask(server, "GET", "/documents/doc/operations?after=1&limit=1")).json();
    expect(page).toEqual({
      operations: [{ version: 2, author: "api", time: expect.any(Number), operation: [1, "b"] }],
      next: 2,
    });
    expect(await (await ask(server, "GET", "/documents/doc/text?version=2")).json()).toEqual({
      version: 2,
      text: "ab",
    });
    expect(await outcome(ask(server, "GET", "/documents/doc/text?version=7"))).toEqual([
      409,
      "ERR_VERSION_AHEAD",
    ]);
  });

  test("are renamed, deleted and brought back", async () => {
    await make();
    const ann = await Socket.open(server, "doc", undefined, "ann");
    await ann.next("opened");
    const renamed = await ask(server, "PATCH", "/documents/doc", { body: { title: "Other" } });
    expect(await renamed.json()).toMatchObject({ title: "Other" });
    expect(await (await ask(server, "DELETE", "/documents/doc")).json()).toMatchObject({
      deletedAt: expect.any(Number),
    });
    expect(await ann.next("reopen")).toEqual(["reopen", 1, "ERR_DOCUMENT_DELETED"]);
    expect(await outcome(ask(server, "GET", "/documents/doc"))).toEqual([410, "ERR_DOCUMENT_DELETED"]);
    expect(await (await ask(server, "GET", "/documents?deleted=true")).json()).toMatchObject({
      documents: [{ id: "doc" }],
    });
    expect((await ask(server, "POST", "/documents/doc/undelete")).status).toBe(200);
    expect(await (await ask(server, "GET", "/documents/doc/text")).json()).toMatchObject({
      text: "Good morning",
    });
  });

  test("tell who is here", async () => {
    await make();
    const ann = await Socket.open(server, "doc", undefined, "ann");
    await ann.next("opened");
    expect(await (await ask(server, "GET", "/documents/doc/people")).json()).toEqual({
      people: [{ id: "ann", name: "ann", color: 1, quietMs: expect.any(Number) }],
    });
  });

  test("come from files and go into files", async () => {
    const made = await ask(server, "POST", "/import?filename=C%3A%5CNotes%5CPläne%20%22A%22.md&id=doc", {
      body: "\uFEFF# Pläne\r\nund so",
      headers: { "content-type": "text/markdown; charset=utf-8" },
    });
    expect(await made.json()).toMatchObject({ id: "doc", title: 'Pläne "A"' });
    const file = await ask(server, "GET", "/documents/doc/export?format=md");
    expect(await file.text()).toBe("# Pläne\nund so");
    expect(file.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(file.headers.get("content-disposition")).toBe(
      "attachment; filename=\"Pl_ne _A_.md\"; filename*=UTF-8''Pl%C3%A4ne%20%22A%22.md",
    );
    expect((await ask(server, "GET", "/documents/doc/export")).headers.get("content-type")).toBe(
      "text/plain; charset=utf-8",
    );
    expect(await outcome(ask(server, "GET", "/documents/doc/export?format=exe"))).toEqual([
      400,
      "ERR_REQUEST_SHAPE",
    ]);
  });

  test("have one kind of line end, however their text comes in, but operations as they are", async () => {
    const lines = "one\r\ntwo\rthree\r\n";
    const text = async (): Promise<unknown> =>
      ((await (await ask(server, "GET", "/documents/doc/text")).json()) as { text: unknown }).text;
    await ask(server, "POST", "/documents", { body: { id: "doc", text: lines } });
    expect(await text()).toBe("one\ntwo\nthree\n");
    await ask(server, "POST", "/documents/doc/text", { body: { text: lines } });
    expect(await text()).toBe("one\ntwo\nthree\none\ntwo\nthree\n");
    const headers = { "content-type": "text/plain" };
    const put = await ask(server, "PUT", "/documents/doc/text", { body: lines, headers });
    // The text is not what was sent (RFC 9110, section 9.3.4).
    expect([put.status, put.headers.get("etag")]).toEqual([200, null]);
    expect(await text()).toBe("one\ntwo\nthree\n");
    const { version } = (await put.json()) as { version: number };
    const operation = ["a\r\nb\r"];
    await ask(server, "POST", "/documents/doc/operations", { body: { version, operation } });
    expect(await text()).toBe("a\r\nb\rone\ntwo\nthree\n");
    const whole = await ask(server, "PUT", "/documents/doc/text", { body: "a\nb\none\n", headers });
    expect(whole.headers.get("etag")).toBe(`"${version + 2}"`);
    expect(await text()).toBe("a\nb\none\n");
  });

  test("give no share links where everybody may do everything", async () => {
    await make();
    expect(await outcome(ask(server, "POST", "/documents/doc/links", { body: { role: "read" } }))).toEqual([
      409,
      "ERR_ACCESS_OPEN",
    ]);
  });

  test("may be asked by pages of friends, and by no others", async () => {
    const asked = (origin: string) => ask(server, "GET", "/documents", { headers: { origin } });
    const friend = await asked("https://friend.example");
    expect([friend.status, friend.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "https://friend.example",
    ]);
    expect(await outcome(asked("https://evil.example"))).toEqual([403, "ERR_ORIGIN_FORBIDDEN"]);
    const preflight = await ask(server, "OPTIONS", "/documents", {
      headers: { origin: "https://friend.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("DELETE");
  });
});
