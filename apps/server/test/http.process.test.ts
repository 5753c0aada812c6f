import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, run } from "./running.ts";

let webRoot: string;
let server: Running;
let url: string;
let isReady = true;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), "interline-web-"));
  await mkdir(join(webRoot, "assets"));
  await writeFile(join(webRoot, "index.html"), "<title>the app</title>");
  await writeFile(join(webRoot, "assets", "main-abc123.js"), "1");
  server = await run({ webRoot, isReady: () => isReady });
  ({ url } = server);
});
afterAll(async () => {
  await server.stop();
  await rm(webRoot, { recursive: true });
});

describe("HTTP", () => {
  test.each(["/", "/d/my-document", "/d/my-document/", "/d/x?theme=dark"])(
    "%s is the app's page",
    async (path) => {
      const response = await fetch(url + path);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("the app");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    },
  );

  test.each(["/d", "/d/", "/d/a/b", "/nowhere", "/../package.json", "/%2e%2e/package.json", "/assets/"])(
    "%s is not found: programs read plain text, people the app's page, which says so",
    async (path) => {
      const response = await fetch(url + path);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
      for (const method of ["GET", "HEAD"]) {
        const page = await fetch(url + path, { method, headers: { accept } });
        expect([page.status, page.headers.get("cache-control")]).toEqual([404, "no-store"]);
        expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
        expect((await page.text()).includes("the app")).toBe(method === "GET");
      }
    },
  );

  test("files with a hash in their name are kept by browsers for good", async () => {
    const response = await fetch(`${url}/assets/main-abc123.js`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-type")).toContain("text/javascript");
  });

  test("every answer has the security headers", async () => {
    for (const path of ["/", "/nowhere", "/healthz", "/api/v1/documents", "/api/v1/nowhere"]) {
      const { headers } = await fetch(url + path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
  });

  test("says whether it is alive, and whether it is ready", async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    isReady = false;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    isReady = true;
  });

  test("the app's pages take no other methods", async () => {
    const response = await fetch(url, { method: "POST" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test("without a built web app says so", async () => {
    const bare = await run();
    const response = await fetch(`${bare.url}/`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("pnpm build");
    await bare.stop();
  });
});
