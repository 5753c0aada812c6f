import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let dataDir: string;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "interline-main-"));
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts the program; resolves with what it wrote when it is ready or has ended. */
async function start(...flags: string[]) {
  const nodeFlags = ["--import", "tsx", "--conditions=development"];
  const child = spawn(process.execPath, [...nodeFlags, main, "--data-dir", dataDir, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const exit = once(child, "exit").then(([code]) => code as number | null);
  let out = "";
  let err = "";
  child.stderr.on("data", (data: Buffer) => {
    err += data.toString();
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString();
      if (out.includes("\n")) resolve();
    });
  });
  await Promise.race([ready, exit]);
  return { child, exit, url: /http:\S+/.exec(out)?.[0] ?? "", out: () => out, err: () => err };
}

describe("the program", () => {
  test("says where it is, serves, and stops with 0 when asked to", async () => {
    const { child, exit, url, out, err } = await start("--port", "0");
    expect(out()).toMatch(/^Interline is ready: open http:\/\/127\.0\.0\.1:\d+\n/);
    expect(out()).toContain("whoever has the address of a document may write it");
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(err()).toBe("");
  });

  test("gives everybody everything only when asked to, and says so", async () => {
    const asked = await start("--port", "0", "--open");
    expect(asked.out()).toContain("Everybody who can reach this address owns every document.");
    const made = { method: "POST", headers: { "content-type": "application/json" }, body: '{"id":"d"}' };
    expect((await fetch(`${asked.url}/api/v1/documents`, made)).status).toBe(201);
    expect((await fetch(`${asked.url}/api/v1/documents/d`, { method: "DELETE" })).status).toBe(200);
    asked.child.kill("SIGTERM");
    await asked.exit;
    const refused = await start("--port", "0", "--open", "--host", "0.0.0.0");
    expect(await refused.exit).toBe(2);
    expect(refused.err()).toContain("listens on this machine only");
    const { url } = await start("--port", "0");
    expect((await fetch(`${url}/api/v1/documents`, made)).status).toBe(409);
    expect((await fetch(`${url}/api/v1/documents/d`, { method: "DELETE" })).status).toBe(403);
    const other = { ...made, body: '{"id":"e"}' };
    expect(await (await fetch(`${url}/api/v1/documents`, other)).json()).toHaveProperty("ownerLink");
    expect((await fetch(`${url}/api/v1/documents/e`, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(`${url}/api/v1/documents`)).status).toBe(403);
  });

  test("with a login says nothing of everybody, and asks who somebody is", async () => {
    const secret = join(dataDir, "secret");
    await writeFile(secret, "a secret of at least thirty-two bytes\n");
    const data = ["--data-dir", join(dataDir, "data")];
    const { url, out } = await start("--port", "0", ...data, "--jwt-secret-file", secret);
    expect(out()).not.toContain("whoever");
    const answer = await fetch(`${url}/api/v1/documents`);
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  test("believes a login by its public keys", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const key = { ...(await exportJWK(publicKey)), kid: "k" };
    const login = createServer((_request, response) => response.end(JSON.stringify({ keys: [key] })));
    login.listen(0, "127.0.0.1");
    await once(login, "listening");
    const jwks = `http://127.0.0.1:${(login.address() as AddressInfo).port}/keys`;
    const rules = [
      "--jwt-issuer",
      "https://login.example",
      "--jwt-audience",
      "notes",
      "--default-role",
      "read",
    ];
    const { url } = await start("--port", "0", "--jwks-url", jwks, ...rules);
    const statusFor = async (audience: string, method: string): Promise<number> => {
      const token = await new SignJWT({ sub: "ann", iss: "https://login.example", aud: audience })
        .setProtectedHeader({ alg: "ES256", kid: "k" })
        .sign(privateKey);
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const body = method === "POST" ? { body: "{}" } : {};
      return (await fetch(`${url}/api/v1/documents`, { method, headers, ...body })).status;
    };
    expect(await statusFor("notes", "GET")).toBe(200);
    expect(await statusFor("notes", "POST")).toBe(403);
    expect(await statusFor("mail", "GET")).toBe(401);
    login.close();
  });

  test("says in one sentence that the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { exit, err } = await start("--port", String(port));
    expect(await exit).toBe(1);
    expect(err()).toBe(`Port ${port} is in use. Choose another with --port.\n`);
    other.close();
  });

  test("says in one sentence that the folder is in use", async () => {
    await start("--port", "0");
    const { exit, err } = await start("--port", "0");
    expect(await exit).toBe(1);
    expect(err()).toContain("is in use by another server");
    expect(err().trim().split("\n")).toHaveLength(1);
  });
});
