import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import { type RunningServer, startServer } from "./clients.ts";

let server: RunningServer;
beforeEach(async () => {
  server = await startServer({ limits: { helloTimeoutMs: 20, lingerMs: 20 } });
});
afterEach(() => server.stop());

/** A socket that asks for a WebSocket and then says nothing, not even goodbye. */
async function silentSocket(): Promise<Socket> {
  const { port } = server.http.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    [
      "GET /sync HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
      "\r\n",
    ].join("\r\n"),
  );
  await once(socket, "data");
  return socket;
}

/** Resolves when the socket has ended, however it did. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
  });
}

describe("[I9] whoever says nothing is cut off, whether or not they answer the goodbye", () => {
  test("a WebSocket before hello", async () => {
    const socket = await silentSocket();
    await closeOf(socket);
    await waitFor("the connection to be forgotten", () => server.documents.connectionCount === 0);
  });

  test("a WebSocket that sends a beginning of hello, byte by byte", async () => {
    const socket = await silentSocket();
    // A masked text frame of 4,096 bytes, of which one comes at a time.
    socket.write(Buffer.from([0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0]));
    const drip = setInterval(() => socket.write("["), 5);
    await closeOf(socket);
    clearInterval(drip);
    await waitFor("the connection to be forgotten", () => server.documents.connectionCount === 0);
  });

  test("a connection over plain requests that nobody comes back for", async () => {
    const answer = await fetch(server.url.replace("ws:", "http:"), { method: "POST" });
    expect(answer.status).toBe(201);
    await waitFor("the connection to be forgotten", () => server.documents.connectionCount === 0);
  });
});
