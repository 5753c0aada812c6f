import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Running, run, tokenFor } from "./running.ts";

let webRoot: string;
let server: Running;
let owner: string;
beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), "interline-web-"));
  await mkdir(join(webRoot, "assets"));
  await writeFile(join(webRoot, "index.html"), '<base href="/" /><script src="./assets/main.js"></script>');
  await writeFile(join(webRoot, "assets", "main.js"), "1");
  server = await run({ webRoot, basePath: "/pad/", isProxied: true, isClosed: true });
  owner = await tokenFor("ann", { "*": "own" });
});
afterAll(async () => {
  await server.stop();
  await rm(webRoot, { recursive: true });
});

function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${owner}`, ...(options.headers as Record<string, string>) };
  return fetch(server.url + path, { redirect: "manual", ...options, headers });
}

/** Makes a document and a link to it; where the API says that both are. */
async function addressesOf(
  api: string,
  id: string,
  headers: Record<string, string> = {},
): Promise<unknown[]> {
  const json = { ...headers, "content-type": "application/json" };
  const made = await ask(`${api}/documents`, { method: "POST", headers: json, body: JSON.stringify({ id }) });
  const link = await ask(`${api}/documents/${id}/links`, {
    method: "POST",
    headers: json,
    body: '{"role":"read"}',
  });
  const { path } = (await link.json()) as { path: string };
  return [made.headers.get("location"), path.replace(/#.*/, "")];
}

describe.each([
  ["passes the base path on", "/pad"],
  ["takes it off", ""],
])("behind a proxy that %s", (_what, prefix) => {
  test("the page says where it is, and its files are there", async () => {
    for (const path of ["/", "/d/minutes", "/index.html"]) {
      const page = await ask(prefix + path);
      expect([page.status, await page.text()]).toEqual([
        200,
        '<base href="/pad/" /><script src="./assets/main.js"></script>',
      ]);
      const etag = page.headers.get("etag") ?? "";
      const again = await ask(prefix + path, { headers: { "if-none-match": `"other", W/${etag}` } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    const file = await ask(`${prefix}/assets/main.js`);
    expect([file.status, await file.text()]).toEqual([200, "1"]);
  });

  test("the API says where it is", async () => {
    const id = `doc${prefix.length}`;
    expect(await addressesOf(`${prefix}/api/v1`, id)).toEqual([
      `/pad/api/v1/documents/${id}`,
      `/pad/d/${id}`,
    ]);
    const { servers } = (await (await ask(`${prefix}/api/v1/openapi.json`)).json()) as { servers: unknown };
    expect(servers).toEqual([{ url: `${server.url}/pad` }]);
  });

  test("WebSockets and requests connect", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${prefix}/sync?document=doc`);
    await once(socket, "open");
    socket.terminate();
    expect((await ask(`${prefix}/sync`, { method: "POST" })).status).toBe(201);
  });

  test("an operator finds health and metrics", async () => {
    for (const path of ["/healthz", "/readyz", "/metrics"])
      expect((await ask(prefix + path)).status).toBe(200);
  });
});

test("the base path without its slash leads to the page", async () => {
  const answer = await ask("/pad");
  expect([answer.status, answer.headers.get("location")]).toEqual([308, "/pad/"]);
});

test("a trusted proxy says what it took off, and how the site is reached", async () => {
  const headers = { "x-forwarded-prefix": "/other", "x-forwarded-proto": "https" };
  expect(await (await ask("/d/minutes", { headers })).text()).toContain('<base href="/other/" />');
  expect(await addressesOf("/api/v1", "forwarded", { "x-forwarded-prefix": "/other" })).toEqual([
    "/other/api/v1/documents/forwarded",
    "/other/d/forwarded",
  ]);
  const described = await (await ask("/api/v1/openapi.json", { headers })).json();
  expect(described).toMatchObject({ servers: [{ url: `https://127.0.0.1:${server.port}/other` }] });
});

test("other paths are not there", async () => {
  for (const path of ["/padding/", "/pad/pad/", "/pad/nowhere", "/other/sync"]) {
    expect((await ask(path)).status, path).toBe(404);
  }
});
