import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { ask, run, type Running, Socket, tokenFor } from "./running.ts";

let running: Running;
afterEach(() => running.stop());

/** Opens a stream of events, and ends it with the signal. */
async function stream(signal: AbortSignal): Promise<Response> {
  return ask(running, "GET", "/documents/minutes/events", { signal });
}

/** The status that a WebSocket's upgrade is refused with, or 101. */
async function upgradeStatus(): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${running.port}/sync`);
  const refused = once(socket, "unexpected-response");
  socket.on("error", () => {});
  const status = await Promise.race([
    once(socket, "open").then(() => 101),
    refused.then(([, { statusCode }]) => statusCode as number),
  ]);
  socket.terminate();
  return status;
}

describe("[I9] everything that an address keeps open is counted together", () => {
  test("streams of events and sockets share one bound, and give their places back", async () => {
    running = await run({ limits: { maxConnectionsPerAddress: 3 } });
    await ask(running, "POST", "/documents", { body: { id: "minutes" } });
    const first = new AbortController();
    const others = new AbortController();
    const socket = await Socket.connect(running);
    await socket.next("welcome");
    expect((await stream(first.signal)).status).toBe(200);
    expect((await stream(others.signal)).status).toBe(200);

    const refused = await stream(others.signal);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ code: "ERR_TOO_MANY_CONNECTIONS" });
    expect(await upgradeStatus()).toBe(429);

    first.abort();
    await waitFor("a free place", async () => (await upgradeStatus()) === 101);
    others.abort();
    socket.socket.terminate();
  });
});

describe("[I9] failed logins of an address are counted", () => {
  const failedLogins = { perSecond: 1e-6, burst: 3 };
  const status = async (token: string): Promise<[number, string?]> => {
    const answer = await ask(running, "GET", "/documents", { token });
    const { code } = (await answer.json()) as { code?: string };
    return code === undefined ? [answer.status] : [answer.status, code];
  };

  test("over HTTP: who guesses is refused unread for a while; who was let in before is not locked out", async () => {
    running = await run({ isClosed: true, limits: { failedLogins } });
    const good = await tokenFor("ann", { "*": "own" });
    const another = await tokenFor("bob", { "*": "own" });
    expect(await status(good)).toEqual([200]);
    for (let guess = 0; guess < 4; guess++) {
      expect(await status(`guess-${guess}`)).toEqual([401, "ERR_TOKEN_INVALID"]);
    }
    const refused = await ask(running, "GET", "/documents", { token: "guess-5" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "ERR_TOO_MANY_LOGINS" });
    // Not even looked at: it could be the right guess.
    expect(await status(another)).toEqual([429, "ERR_TOO_MANY_LOGINS"]);
    expect(await status(good)).toEqual([200]);
    // Without a token nobody guesses.
    expect((await ask(running, "GET", "/documents")).status).toBe(401);
  });

  test("over a WebSocket, with those over HTTP", async () => {
    running = await run({ isClosed: true, limits: { failedLogins } });
    for (let guess = 0; guess < 3; guess++) await status(`guess-${guess}`);
    const last = await Socket.connect(running, "guess-4");
    expect((await last.next("error"))[1]).toBe("ERR_TOKEN_INVALID");
    const refused = await Socket.connect(running, "guess-5");
    expect((await refused.next("error"))[1]).toBe("ERR_TOO_MANY_LOGINS");
    await waitFor("the close", () => refused.closeCode !== undefined);
    expect(refused.closeCode).toBe(4429);
  });

  test("a token that is over or missing is no guess", async () => {
    running = await run({ isClosed: true, limits: { failedLogins: { perSecond: 1e-6, burst: 0 } } });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await ask(running, "GET", "/documents")).status).toBe(401);
    }
    expect(await status(await tokenFor("ann", { "*": "own" }))).toEqual([200]);
  });
});
