import { decodeServerMessage, type ServerMessage } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import type { Access } from "../../src/access/access.ts";
import { addressOf } from "../../src/gateway/address.ts";
import type { ServerLimits } from "../../src/limits.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import type { CarriedConnection } from "../../src/gateway/connection.ts";
import { createDocumentServer, type DocumentServer } from "../../src/server.ts";
import { ManualClock, settle } from "../manual-clock.ts";

const HEARTBEAT_MS = 1_000;

/** A client on a wire that keeps order and stops when it is paused. */
class WiredClient {
  readonly received: ServerMessage[] = [];
  closeCode: number | undefined;
  isPaused = false;
  readonly #waiting: string[] = [];
  readonly connection: CarriedConnection;

  constructor(documents: DocumentServer) {
    const end = (code: number): void => {
      this.closeCode ??= code;
      this.connection.handleClosed();
    };
    this.connection = documents.connect({
      bufferedBytes: 0,
      send: ({ text }) => {
        const decoded = decodeServerMessage(text);
        if (decoded.ok) this.received.push(decoded.message);
      },
      close: ({ code }) => end(code),
      terminate: () => end(1006),
      pause: () => {
        this.isPaused = true;
      },
      resume: () => {
        this.isPaused = false;
        while (!this.isPaused && this.#waiting.length > 0)
          this.connection.receive(this.#waiting.shift() ?? "");
      },
    });
  }

  say(...message: unknown[]): void {
    const frame = JSON.stringify(message);
    if (this.isPaused) this.#waiting.push(frame);
    else this.connection.receive(frame);
  }

  hello(id: string): this {
    this.say("hello", 1, [id, id, 1]);
    return this;
  }

  count(type: ServerMessage["type"]): number {
    return this.received.filter((message) => message.type === type).length;
  }

  get codes(): string[] {
    return this.received.flatMap((message) => ("code" in message ? [message.code] : []));
  }
}

function serverWith(limits: Partial<ServerLimits>, more: { readonly access?: Access } = {}) {
  const clock = new ManualClock();
  const documents = createDocumentServer({
    log: new MemoryLog(),
    clock,
    limits,
    heartbeatMs: HEARTBEAT_MS,
    ...more,
  });
  return { clock, connect: () => new WiredClient(documents) };
}

describe("[I9] rates", () => {
  test("a connection that sends too much is read slower, and nothing of it is lost", async () => {
    const { clock, connect } = serverWith({ connectionMessages: { perSecond: 10, burst: 5 } });
    const client = connect().hello("ann");
    for (let count = 0; count < 24; count++) client.say("ping");
    expect(client.count("pong")).toBe(5);
    await clock.pass(1_000);
    expect(client.count("pong")).toBe(15);
    await clock.pass(1_000);
    expect(client.count("pong")).toBe(24);
    expect(client.closeCode).toBeUndefined();
  });

  test("bytes count as messages do", async () => {
    const { clock, connect } = serverWith({ connectionBytes: { perSecond: 100, burst: 100 } });
    const client = connect().hello("ann");
    for (let count = 0; count < 30; count++) client.say("ping");
    expect(client.count("pong")).toBeLessThan(15);
    await clock.pass(3_000);
    expect(client.count("pong")).toBe(30);
  });

  test("all connections of one person share a rate, those of others do not", async () => {
    const { connect } = serverWith({ userMessages: { perSecond: 10, burst: 6 } });
    const clients = [connect().hello("ann"), connect().hello("ann"), connect().hello("bob")];
    for (const client of clients) for (let count = 0; count < 5; count++) client.say("ping");
    expect(clients.map((client) => client.count("pong"))).toEqual([5, 2, 5]);
  });

  test("who leaves and comes back owes what they owed", async () => {
    const { clock, connect } = serverWith({ userMessages: { perSecond: 10, burst: 6 } });
    const first = connect().hello("ann");
    for (let count = 0; count < 5; count++) first.say("ping");
    first.connection.handleClosed();
    const second = connect().hello("ann");
    for (let count = 0; count < 5; count++) second.say("ping");
    expect(second.count("pong")).toBe(2);
    await clock.pass(300);
    expect(second.count("pong")).toBe(5);
  });

  test("who sends far too much is cut off, and may come back", () => {
    const { connect } = serverWith({
      connectionMessages: { perSecond: 1, burst: 2 },
      maxThrottleMs: 3_000,
    });
    const client = connect().hello("ann");
    // A carrier that goes on while it is paused, as a socket does with what it has read already.
    for (let count = 0; count < 8; count++) client.connection.receive('["ping"]');
    expect(client.codes).toEqual(["ERR_RATE_LIMITED"]);
    expect(client.closeCode).toBe(4429);
  });

  test("who is read slower is not taken for dead", async () => {
    const { clock, connect } = serverWith({ connectionMessages: { perSecond: 0.2, burst: 1 } });
    const client = connect().hello("ann");
    client.say("ping");
    expect(client.isPaused).toBe(true);
    for (let beat = 0; beat < 4; beat++) {
      await clock.pass(HEARTBEAT_MS);
      client.connection.beat();
    }
    expect(client.closeCode).toBeUndefined();
    await clock.pass(1_000);
    expect(client.isPaused).toBe(false);
  });
});

describe("[I9] numbers", () => {
  test("one person has so many connections, and room again when one ends", () => {
    const { connect } = serverWith({ maxConnectionsPerUser: 2 });
    const first = connect().hello("ann");
    connect().hello("ann");
    const third = connect().hello("ann");
    expect(third.codes).toEqual(["ERR_TOO_MANY_CONNECTIONS"]);
    expect(third.closeCode).toBe(4429);
    expect(connect().hello("bob").count("welcome")).toBe(1);
    first.connection.handleClosed();
    expect(connect().hello("ann").count("welcome")).toBe(1);
  });

  test("a document is open so many times; its own sessions come back all the same", async () => {
    const { connect } = serverWith({ maxChannelsPerDocument: 1 });
    const ann = connect().hello("ann");
    ann.say("open", 1, "d", "session-ann", 0, "", 0, false, 0);
    await settle();
    const bob = connect().hello("bob");
    bob.say("open", 1, "d", "session-bob", 0, "", 0, false, 0);
    await settle();
    expect(bob.codes).toEqual(["ERR_DOCUMENT_FULL"]);
    expect(bob.closeCode).toBeUndefined();
    const again = connect().hello("ann");
    again.say("open", 1, "d", "session-ann", 0, "", 0, false, 0);
    await settle();
    expect(again.count("opened")).toBe(1);
    again.say("close", 1);
    bob.say("open", 2, "d", "session-bob", 0, "", 0, false, 0);
    await settle();
    expect(bob.count("opened")).toBe(1);
  });

  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:10.0.0.7", "10.0.0.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
  ])("an address %s counts as %s", (remoteAddress, counted) => {
    expect(addressOf({ socket: { remoteAddress } as never })).toBe(counted);
  });

  test.each([
    ["198.51.100.7", "198.51.100.7"],
    ["203.0.113.9, 198.51.100.7", "198.51.100.7"],
    ["anything, 2001:db8:1::7", "2001:db8:1:0"],
    ["", "10.0.0.1"],
  ])("behind a proxy that says %j an address counts as %s", (forwarded, counted) => {
    const request = {
      socket: { remoteAddress: "10.0.0.1" },
      headers: { "x-forwarded-for": forwarded },
    } as never;
    expect(addressOf(request, true)).toBe(counted);
    expect(addressOf(request)).toBe("10.0.0.1");
  });
});

describe("[I9] times and sizes", () => {
  test("the first message is short", () => {
    const { connect } = serverWith({ maxHelloBytes: 100 });
    const client = connect();
    client.say("hello", 1, ["ann", "ann", 1], "x".repeat(100));
    expect(client.codes).toEqual(["ERR_MESSAGE_TOO_LARGE"]);
    expect(client.closeCode).toBe(1009);
  });

  test("before welcome no more is kept than one message may hold", async () => {
    const access: Access = { authenticate: () => new Promise(() => {}), authorize: () => "write" };
    const { connect } = serverWith({ maxMessageBytes: 1_000 }, { access });
    const [within, over] = [connect().hello("ann"), connect().hello("bob")];
    // A carrier that cannot be paused.
    for (const { connection } of [within, over]) connection.receive(`"${"x".repeat(600)}"`);
    expect([within.closeCode, over.closeCode]).toEqual([undefined, undefined]);
    over.connection.receive(`"${"x".repeat(600)}"`);
    expect(over.codes).toEqual(["ERR_MESSAGE_TOO_LARGE"]);
    expect([within.closeCode, over.closeCode]).toEqual([undefined, 1009]);
  });

  test("a connection without a document is ended after a time", async () => {
    const { connect } = serverWith({ emptyTimeoutMs: 2_500 });
    const [idle, open] = [connect().hello("ann"), connect().hello("bob")];
    open.say("open", 1, "d", "session-bob", 0, "", 0, false, 0);
    await settle();
    for (let beat = 0; beat < 3; beat++) {
      for (const client of [idle, open]) {
        client.say("ping");
        client.connection.beat();
      }
    }
    expect(idle.closeCode).toBe(4408);
    expect(open.closeCode).toBeUndefined();
  });
});
