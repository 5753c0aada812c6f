import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Connection } from "../src/connection.ts";
import { openDocument } from "../src/shared-document.ts";
import { FakeEnvironment } from "./fake-environment.ts";

const user = { id: "a", name: "A", color: 1 };
const HEARTBEAT_MS = 10_000;
/** A dead connection is left after this much time awake: a heartbeat and a half of silence, a look and an answer later. */
const LEFT_AFTER_MS = 1.5 * HEARTBEAT_MS + 5_000 + 5_000;
/** After a sleep no silence is waited for: a look and an answer. */
const PROVEN_AFTER_MS = 5_000 + 5_000;

interface Step {
  readonly pass?: number;
  readonly setClock?: number;
  readonly sleep?: number;
}

const hour = 3_600_000;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ pass: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ setClock: fc.integer({ min: -10 * hour, max: 10 * hour }) }),
  fc.record({ sleep: fc.integer({ min: 0, max: 10 * hour }) }),
);

function open() {
  const environment = new FakeEnvironment();
  const connection = new Connection({ url: "ws://test", user, environment });
  const { socket } = environment;
  socket.welcome(HEARTBEAT_MS);
  return { environment, connection, socket };
}

function take(environment: FakeEnvironment, { pass = 0, setClock = 0, sleep = 0 }: Step): void {
  environment.setClock(setClock);
  environment.sleep(sleep);
  environment.pass(pass);
}

it("a connection that answers is never left, however the clock jumps and the device sleeps", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { environment, connection, socket } = open();
      socket.send = (frame) => {
        if (frame.includes("ping")) environment.setTimeout(() => socket.receive({ type: "pong" }), 100);
      };
      for (const taken of steps) take(environment, taken);
      environment.pass(200);
      expect(connection.state.name).toBe("open");
      environment.pass(PROVEN_AFTER_MS);
      expect(connection.isProven).toBe(true);
      expect(environment.sockets).toHaveLength(1);
    }),
  );
});

it("a dead connection is left after a bounded time awake, however the clock jumps and the device sleeps", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { environment, socket } = open();
      let awakeMs = 0;
      for (const taken of steps) {
        take(environment, taken);
        awakeMs += taken.pass ?? 0;
        if (awakeMs >= LEFT_AFTER_MS) break;
      }
      environment.pass(Math.max(0, LEFT_AFTER_MS - awakeMs));
      expect(socket.isClosed).toBe(true);
    }),
  );
});

it("after a sleep nothing is said to be saved at the server until something is heard, and a dead connection is left soon", () => {
  const environment = new FakeEnvironment();
  const document = openDocument({ url: "ws://test", document: "d", user, environment, store: null });
  const { socket } = environment;
  socket.welcome(60_000);
  socket.receive({ type: "opened", channel: 1, peer: 1, lastSeq: 0, lastVersion: 0, headVersion: 0 });
  environment.pass(3_000);
  expect(document.status.state).toBe("synced");
  environment.sleep(hour);
  // What had come before the sleep proves nothing.
  socket.receive({ type: "pong" });
  expect(document.status.state).toBe("reconnecting");
  expect(socket.names).toEqual(["hello", "open", "ping"]);
  socket.receive({ type: "pong" });
  expect(document.status.state).toBe("synced");
  environment.sleep(hour);
  environment.pass(PROVEN_AFTER_MS);
  expect(socket.isClosed).toBe(true);
  document.close();
});

it("a clock that is set back changes the moments that are shown, and no duration", () => {
  const environment = new FakeEnvironment();
  const document = openDocument({ url: "ws://test", document: "d", user, environment, store: null });
  environment.socket.welcome();
  environment.socket.receive({
    type: "opened",
    channel: 1,
    peer: 1,
    lastSeq: 0,
    lastVersion: 0,
    headVersion: 0,
  });
  document.insert(0, "a");
  environment.pass(2_000);
  environment.setClock(-hour);
  environment.socket.receive({ type: "ack", channel: 1, seq: 1, version: 1, entryId: "e" });
  expect(document.diagnostics().counters.roundTripMs).toBe(2_000);
  environment.socket.onclose?.({ code: 1006, reason: "" });
  document.insert(0, "b");
  environment.setClock(-hour);
  document.insert(0, "c");
  expect(document.status).toMatchObject({
    pendingSince: environment.now(),
    retryAt: environment.now() + 250,
  });
  // Asleep for an hour, it is unsaved for that hour too.
  environment.sleep(hour);
  document.insert(0, "d");
  expect(document.status.pendingSince).toBe(environment.now() - hour);
  document.close();
});
