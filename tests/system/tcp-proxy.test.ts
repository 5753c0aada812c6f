import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";

/** One end of a connection: its socket, all that has arrived, and how it ended. */
class End {
  readonly socket: Socket;
  received = "";
  ended: "open" | "end" | "ECONNRESET" | "ECONNREFUSED" = "open";

  constructor(socket: Socket) {
    this.socket = socket.setEncoding("utf8");
    socket.on("data", (text: string) => (this.received += text));
    socket.once("end", () => (this.ended = "end"));
    socket.on("error", (error) => {
      if ("code" in error && (error.code === "ECONNRESET" || error.code === "ECONNREFUSED"))
        this.ended = error.code;
    });
  }

  async receives(text: string): Promise<void> {
    await waitFor(`"${text}", not "${this.received}"`, () => this.received === text);
  }

  async ends(how: End["ended"]): Promise<void> {
    await waitFor(`the end "${how}", not "${this.ended}"`, () => this.ended === how);
  }
}

describe("the TCP proxy", () => {
  let server: Server;
  let serverPort: number;
  let serverEnds: End[];
  let proxy: TcpProxy;
  let clients: Socket[];

  beforeEach(async () => {
    serverEnds = [];
    clients = [];
    server = createServer({ allowHalfOpen: true }, (socket) => serverEnds.push(new End(socket)));
    serverPort = await freePort();
    server.listen(serverPort, "127.0.0.1");
    await once(server, "listening");
    proxy = await TcpProxy.start(serverPort);
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    await proxy[Symbol.asyncDispose]();
    for (const end of serverEnds) end.socket.destroy();
    server.close();
  });

  function open(port = proxy.port): End {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    clients.push(socket);
    return new End(socket);
  }

  /** Both ends of a new connection, once a first byte has gone through. */
  async function openPair(port = proxy.port): Promise<[client: End, server: End]> {
    const known = serverEnds.length;
    const client = open(port);
    client.socket.write("^");
    const serverEnd = await waitFor("the server's end", () => serverEnds[known]);
    await serverEnd.receives("^");
    serverEnd.received = "";
    return [client, serverEnd];
  }

  /** Time for bytes to arrive if nothing holds them: three round trips past the proxy. */
  async function roundTrips(): Promise<void> {
    const [client, serverEnd] = await openPair(serverPort);
    for (let i = 1; i <= 3; i++) {
      client.socket.write(".");
      await serverEnd.receives(".".repeat(i));
      serverEnd.socket.write(".");
      await client.receives(".".repeat(i));
    }
  }

  it("passes bytes both ways and each end by itself", async () => {
    const [client, serverEnd] = await openPair();
    client.socket.end("question");
    await serverEnd.receives("question");
    await serverEnd.ends("end");
    serverEnd.socket.end("answer");
    await client.receives("answer");
    await client.ends("end");
    await waitFor("the link to close", () => proxy.connections === 0);
  });

  it("stalls both ways and then delivers all in order", async () => {
    const [client, serverEnd] = await openPair();
    proxy.stall();
    client.socket.write("one ");
    client.socket.end("two");
    serverEnd.socket.write("three");
    await roundTrips();
    expect([client.received, serverEnd.received, serverEnd.ended]).toEqual(["", "", "open"]);
    proxy.resume();
    await serverEnd.receives("one two");
    await serverEnd.ends("end");
    await client.receives("three");
  });

  it("stalls one way only", async () => {
    const [client, serverEnd] = await openPair();
    proxy.stall("down");
    client.socket.write("up");
    await serverEnd.receives("up");
    serverEnd.socket.write("down");
    await roundTrips();
    expect(client.received).toBe("");
    proxy.resume();
    await client.receives("down");
  });

  it("holds the sender back while it stalls, and loses nothing", async () => {
    const [client, serverEnd] = await openPair();
    proxy.stall("up");
    const text = "0123456789abcdef".repeat(2 ** 20);
    expect(client.socket.write(text)).toBe(false);
    await roundTrips();
    expect(client.socket.writableLength).toBeGreaterThan(0);
    proxy.resume();
    await waitFor("all the text", () => serverEnd.received.length === text.length);
    expect(serverEnd.received === text).toBe(true);
  });

  it("resets all open connections at both ends and takes new ones", async () => {
    const [first, firstServer] = await openPair();
    const [second, secondServer] = await openPair();
    proxy.reset();
    for (const end of [first, firstServer, second, secondServer]) await end.ends("ECONNRESET");
    expect(proxy.connections).toBe(0);
    await openPair();
  });

  it("passes on a reset by an end", async () => {
    const [client, serverEnd] = await openPair();
    client.socket.resetAndDestroy();
    await serverEnd.ends("ECONNRESET");
  });

  it("drops bytes and the death of an end, so that the other end believes in the connection", async () => {
    const [client, serverEnd] = await openPair();
    proxy.drop();
    client.socket.write("lost");
    serverEnd.socket.write("lost");
    client.socket.destroy();
    await roundTrips();
    expect([client.received, serverEnd.received, serverEnd.ended]).toEqual(["", "", "open"]);
    proxy.reset();
    await serverEnd.ends("ECONNRESET");
  });

  it("refuses new connections and keeps the open ones", async () => {
    const [client, serverEnd] = await openPair();
    proxy.refuse();
    await open().ends("ECONNREFUSED");
    client.socket.write("still here");
    await serverEnd.receives("still here");
    await proxy.accept();
    await openPair();
  });

  it("delays each direction and keeps the order", async () => {
    const [client, serverEnd] = await openPair();
    proxy.setLatency(60);
    const started = performance.now();
    client.socket.write("slow ");
    await waitFor("the delayed byte", () => serverEnd.received !== "");
    serverEnd.socket.write("answer");
    await client.receives("answer");
    expect(performance.now() - started).toBeGreaterThanOrEqual(115);
    client.socket.write("slow ");
    await waitFor("the proxy to have it", () => client.socket.writableLength === 0);
    proxy.setLatency(0);
    client.socket.write("fast");
    await serverEnd.receives("slow slow fast");
  });

  it("outlives its target: resets clients while there is none and reaches the next one", async () => {
    const [client, serverEnd] = await openPair();
    server.close();
    serverEnd.socket.resetAndDestroy();
    await client.ends("ECONNRESET");
    await open().ends("ECONNRESET");
    server.listen(serverPort, "127.0.0.1");
    await once(server, "listening");
    await openPair();
  });
});
