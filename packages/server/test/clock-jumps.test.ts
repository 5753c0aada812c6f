import { decodeServerMessage, type ServerMessage } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import type { Visitor } from "../src/access/access.ts";
import { LoginMeter } from "../src/access/login-meter.ts";
import type { Meter } from "../src/gateway/meter.ts";
import { RequestMeter } from "../src/gateway/request-meter.ts";
import { Users } from "../src/gateway/users.ts";
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "../src/limits.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { Presence } from "../src/presence.ts";
import { createDocumentServer } from "../src/server.ts";
import { ManualClock } from "./manual-clock.ts";

const HOUR_MS = 3_600_000;
const JUMPS = [
  ["back by an hour", -HOUR_MS],
  ["forward by an hour", HOUR_MS],
] as const;
const ANN = { id: "ann", name: "Ann", color: 1 };
const RATE = { perSecond: 10, burst: 5 };

/** A client in this process, with what it was told. */
function connectWith(limits: Partial<ServerLimits>, visitor?: Visitor) {
  const clock = new ManualClock();
  const access = visitor && { authenticate: () => visitor, authorize: () => "own" as const };
  const documents = createDocumentServer({
    log: new MemoryLog(),
    clock,
    limits,
    access,
    recheckMs: Infinity,
  });
  const told: ServerMessage[] = [];
  let closeCode: number | undefined;
  const line = { isPaused: false };
  const waiting: string[] = [];
  const connection = documents.connect({
    bufferedBytes: 0,
    send({ text }) {
      const decoded = decodeServerMessage(text);
      if (decoded.ok) told.push(decoded.message);
    },
    close: ({ code }) => (closeCode = code),
    terminate() {},
    pause: () => {
      line.isPaused = true;
    },
    resume() {
      line.isPaused = false;
      while (!line.isPaused && waiting.length > 0) connection.receive(waiting.shift() ?? "");
    },
  });
  const say = (...fields: unknown[]): void => {
    if (line.isPaused) waiting.push(JSON.stringify(fields));
    else connection.receive(JSON.stringify(fields));
  };
  return {
    clock,
    say,
    count: (type: string) => told.filter((message) => message.type === type).length,
    get closeCode() {
      return closeCode;
    },
  };
}

describe("durations within the process do not notice that somebody sets the machine's clock", () => {
  test.each(JUMPS)(
    "%s: a connection that owes is read on when it has paid, and not before",
    async (_, ms) => {
      const client = connectWith({ connectionMessages: RATE });
      client.say("hello", 1, ["ann", "ann", 1]);
      for (let index = 0; index < 24; index++) client.say("ping");
      expect(client.count("pong")).toBe(5);
      client.clock.jump(ms);
      await client.clock.pass(1_000);
      expect(client.count("pong")).toBe(15);
      await client.clock.pass(1_000);
      expect(client.count("pong")).toBe(24);
    },
  );

  test.each(JUMPS)("%s: people, requests and logins owe what they owed", async (_, ms) => {
    const clock = new ManualClock();
    const limits = { ...DEFAULT_SERVER_LIMITS, userMessages: RATE };
    const person = new Users(limits, clock).join("ann") as Meter;
    const requests = new RequestMeter(limits, clock);
    const logins = new LoginMeter(RATE, clock);
    for (let index = 0; index < 6; index++) {
      person.count(1, clock.elapsed());
      requests.admit("ann", 1);
      const end = logins.begin("10.0.0.1", `guess ${index}`);
      if (typeof end === "function") end("ERR_TOKEN_INVALID");
    }
    clock.jump(ms);
    const owed = (): unknown[] => [
      person.owed(clock.elapsed()),
      requests.admit("ann", 1),
      logins.begin("10.0.0.1", "one more"),
    ];
    expect(owed()).toEqual([100, 100, 100]);
    await clock.pass(100);
    expect(owed()).toEqual([0, 0, expect.any(Function)]);
  });

  test.each(JUMPS)("%s: how long people are quiet, and ago they went, is what it is", async (_, ms) => {
    const clock = new ManualClock();
    const presence = new Presence(clock);
    presence.join(1, ANN);
    presence.join(2, { id: "bob", name: "Bob", color: 2 });
    await clock.pass(2_000);
    presence.leave(2);
    clock.jump(ms);
    await clock.pass(3_000);
    expect(presence.everybody).toMatchObject([{ peer: 1, quietMs: 5_000 }]);
    expect(presence.gone).toMatchObject([{ user: { id: "bob" }, goneMs: 3_000 }]);
  });
});

describe("what outlives the process goes by the time of day", () => {
  const visitor: Visitor = { id: "ann", expiresAt: 2 * HOUR_MS };

  test("a token ends within a minute after the clock was set forward past its time", async () => {
    const client = connectWith({ emptyTimeoutMs: Infinity }, visitor);
    client.say("hello", 1, ["ann", "ann", 1]);
    await client.clock.pass(1);
    expect(client.count("welcome")).toBe(1);
    client.clock.jump(2 * HOUR_MS);
    await client.clock.pass(60_000);
    expect(client.closeCode).toBe(4419);
  });

  test("a token lasts as long as the clock says, though it was set back meanwhile", async () => {
    const client = connectWith({ emptyTimeoutMs: Infinity }, visitor);
    client.say("hello", 1, ["ann", "ann", 1]);
    await client.clock.pass(1);
    client.clock.jump(-HOUR_MS);
    await client.clock.pass(3 * HOUR_MS - 120_000);
    expect(client.closeCode).toBeUndefined();
    await client.clock.pass(180_000);
    expect(client.closeCode).toBe(4419);
  });
});
