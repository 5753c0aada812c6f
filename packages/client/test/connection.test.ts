import {
  DEFAULT_LIMITS,
  EARLY_SUBPROTOCOL,
  type ServerMessage,
  SPOKEN,
  writeAnnouncement,
} from "@interline/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { backoffMs } from "../src/backoff.ts";
import { Connection } from "../src/connection.ts";
import { FakeEnvironment } from "./fake-environment.ts";

const ours = writeAnnouncement(SPOKEN);
const WELCOME: ServerMessage = {
  type: "welcome",
  protocol: 1,
  heartbeatMs: 15_000,
  limits: DEFAULT_LIMITS,
};

let environment: FakeEnvironment;
let connection: Connection;
let told: string[];

beforeEach(() => {
  environment = new FakeEnvironment();
  connection = new Connection({ url: "ws://test", user: { id: "a", name: "A", color: 1 }, environment });
  told = [];
  connection.add({
    connected: () => told.push("connected"),
    disconnected: () => told.push("disconnected"),
    received: ({ type }) => told.push(type),
    changed: () => {},
  });
});

describe("a connection", () => {
  it("says hello first and is open after welcome", () => {
    environment.socket.welcome();
    expect(environment.socket.names).toEqual(["hello"]);
    expect(connection.state.name).toBe("open");
    expect(told).toEqual(["connected"]);
  });

  it("[P2] tells at once when the page is hidden and seen again, and when it comes back hidden, first of all", () => {
    environment.socket.welcome();
    environment.setHidden(true);
    environment.setHidden(true);
    expect(environment.socket.sent.slice(1)).toEqual(['["away",true]']);
    environment.setHidden(false);
    expect(environment.socket.sent.slice(2)).toEqual(['["away",false]']);
    environment.setHidden(true);
    environment.socket.onclose?.({ code: 1006, reason: "" });
    environment.pass(250);
    connection.add({
      connected: () => connection.send({ type: "ping" }),
      disconnected: () => {},
      received: () => {},
      changed: () => {},
    });
    environment.socket.welcome();
    expect(environment.socket.sent.slice(1)).toEqual(['["away",true]', '["ping"]']);
    connection.close();
    environment.setHidden(false);
    expect(environment.socket.sent).toHaveLength(3);
  });

  it("that comes back to a server which need not be waited for opens documents with its hello", () => {
    environment.protocol = EARLY_SUBPROTOCOL;
    connection.reconnect();
    environment.socket.onopen?.();
    // It does not know the limits yet.
    expect(told).toEqual([]);
    environment.socket.welcome();
    expect(told).toEqual(["connected"]);
    environment.setHidden(true);
    environment.socket.onclose?.({ code: 1006, reason: "" });
    environment.pass(250);
    environment.socket.onopen?.();
    expect(told).toEqual(["connected", "disconnected", "connected"]);
    expect(environment.socket.names).toEqual(["hello", "away"]);
    expect(connection.takesPending).toBe(true);
    environment.socket.receive(WELCOME);
    expect(told).toEqual(["connected", "disconnected", "connected"]);
    expect(environment.socket.names).toEqual(["hello", "away"]);
  });

  it("waits longer and longer for a server that takes its hello and is gone before it answers", () => {
    environment.protocol = EARLY_SUBPROTOCOL;
    connection.reconnect();
    environment.socket.welcome();
    for (const delay of [250, 500, 1000]) {
      environment.socket.onclose?.({ code: 1006, reason: "" });
      expect(connection.state).toMatchObject({ name: "waiting", retryAt: environment.now() + delay });
      environment.pass(delay);
      environment.socket.onopen?.();
      expect(connection.state.name).toBe("open");
    }
    // It never said welcome, and nobody waits for it for ever.
    environment.pass(10_000);
    expect(connection.state).toMatchObject({ name: "waiting" });
  });

  it("comes back after a break, later and later, at most 30 s apart, with jitter", () => {
    const delays: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      environment.socket.onclose?.({ code: 1006, reason: "" });
      if (connection.state.name !== "waiting") throw new Error(connection.state.name);
      const delay = connection.state.retryAt - environment.now();
      delays.push(delay);
      environment.pass(delay - 1);
      expect(connection.state.name).toBe("waiting");
      environment.pass(1);
      expect(connection.state.name).toBe("connecting");
    }
    expect(delays).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 15_000, 15_000, 15_000,
    ]);
    expect(backoffMs(3, 0)).toBe(0);
    expect(backoffMs(100, 0.999999)).toBe(30_000);
  });

  it("begins again with short waits after a welcome", () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      environment.socket.onclose?.({ code: 1006, reason: "" });
      connection.reconnect();
    }
    environment.socket.welcome();
    environment.socket.onclose?.({ code: 1006, reason: "" });
    expect(connection.state).toMatchObject({ name: "waiting", retryAt: environment.now() + 250 });
    expect(told).toEqual(["connected", "disconnected"]);
  });

  it("tries at once when the network or the page comes back, or the writer asks", () => {
    environment.socket.onclose?.({ code: 1006, reason: "" });
    environment.wake();
    expect(connection.state.name).toBe("connecting");
    environment.socket.onclose?.({ code: 1006, reason: "" });
    connection.reconnect();
    expect(connection.state.name).toBe("connecting");
    expect(environment.sockets).toHaveLength(3);
  });

  it("gives up a socket that does not come up in 10 s", () => {
    environment.pass(10_000);
    expect(connection.state.name).toBe("waiting");
    expect(environment.socket.isClosed).toBe(true);
  });

  it("asks a silent socket, stays while it answers, and leaves it when it does not", () => {
    const { socket } = environment;
    socket.welcome(10_000);
    environment.pass(15_000);
    expect(socket.names).toEqual(["hello", "ping"]);
    socket.receive({ type: "pong" });
    environment.pass(5_000);
    expect(connection.state.name).toBe("open");
    environment.pass(10_000);
    expect(socket.names).toEqual(["hello", "ping", "ping"]);
    environment.pass(5_000);
    expect(socket.isClosed).toBe(true);
    expect(told).toEqual(["connected", "disconnected"]);
  });

  it("asks after waking up, since a socket may have died in its sleep", () => {
    environment.socket.welcome();
    environment.pass(1);
    environment.wake();
    expect(environment.socket.names).toEqual(["hello", "ping"]);
    environment.pass(5_000);
    expect(connection.state.name).toBe("waiting");
  });

  it("does not end when an older socket closes late", () => {
    const [older] = environment.sockets;
    connection.reconnect();
    environment.pass(10_000);
    connection.reconnect();
    environment.socket.welcome();
    older!.onclose?.({ code: 1006, reason: "" });
    older!.onmessage?.({ data: "garbage" });
    expect(connection.state.name).toBe("open");
  });

  it.each([
    [4400, "ended"],
    [4426, "ended"],
    [1009, "ended"],
    [1012, "waiting"],
    [1011, "waiting"],
    [4408, "waiting"],
    [1006, "waiting"],
    [1001, "waiting"],
  ])("after close code %i is %s", (code, state) => {
    environment.socket.welcome();
    environment.socket.onclose?.({ code, reason: "" });
    expect(connection.state.name).toBe(state);
  });

  it("keeps the code of the error that ended it", () => {
    environment.socket.welcome();
    environment.socket.receive({ type: "error", code: "ERR_MESSAGE_SHAPE", message: "", channel: undefined });
    environment.socket.onclose?.({ code: 4400, reason: "" });
    expect(connection.state).toEqual({ name: "ended", code: "ERR_MESSAGE_SHAPE" });
    connection.reconnect();
    expect(connection.state.name).toBe("connecting");
  });

  it("leaves a server that it does not understand", () => {
    environment.socket.welcome();
    environment.socket.onmessage?.({ data: '["unheard-of"]' });
    expect(connection.state).toEqual({ name: "ended", code: "ERR_MESSAGE_UNKNOWN" });
  });

  it("hands messages to the channel they are for, and to nobody after it closed", () => {
    environment.socket.welcome();
    const handler = {
      connected() {},
      disconnected() {},
      changed() {},
      received: () => told.push("received"),
    };
    const channel = connection.openChannel(handler);
    environment.socket.receive({ type: "reopen", channel, code: "ERR_FENCED" });
    environment.socket.receive({ type: "reopen", channel: channel + 1, code: "ERR_FENCED" });
    connection.closeChannel(channel);
    environment.socket.receive({ type: "reopen", channel, code: "ERR_FENCED" });
    expect(told).toEqual(["connected", "received"]);
  });

  it("closes for good, twice if asked, and leaves no timer behind", () => {
    environment.socket.welcome();
    connection.close();
    connection.close();
    environment.wake();
    connection.reconnect();
    expect(connection.state.name).toBe("closed");
    expect(environment.socket.isClosed).toBe(true);
    expect(environment.hasAlarms).toBe(false);
  });
});

describe("a server of another version", () => {
  const LIMITS = [524_288, 4_000_000, 4_000];

  /** Its frames, from the first on. */
  function says(...frames: readonly unknown[][]): void {
    environment.socket.onopen?.();
    for (const frame of frames) environment.socket.onmessage?.({ data: JSON.stringify(frame) });
  }

  it("is told by the address what this client speaks, whatever else stands there", () => {
    expect(environment.addresses).toEqual([`ws://test?speaks=${ours}`]);
    const user = { id: "a", name: "A", color: 1 };
    connection = new Connection({ url: "ws://test/sync?room=1", user, environment }, "minutes");
    expect(environment.addresses.at(-1)).toBe(`ws://test/sync?room=1&document=minutes&speaks=${ours}`);
  });

  it("of a newer minor version may say what is not known here, which is counted", () => {
    says(["welcome", 1, 15_000, [...LIMITS, 7], "1.999,carets", "more"], ["shout", 1], ["pong", 1]);
    expect(connection.state.name).toBe("open");
    expect(connection.counters.passedOver).toBe(3);
  });

  it.each([
    ["that announces nothing", ["welcome", 1, 15_000, LIMITS]],
    ["of this version", ["welcome", 1, 15_000, LIMITS, ours]],
    ["of an older minor version", ["welcome", 1, 15_000, LIMITS, "1.0"]],
  ])("%s may not", (_, welcome) => {
    says(welcome, ["pong", 1]);
    expect(connection.state).toEqual({ name: "ended", code: "ERR_MESSAGE_SHAPE" });
    connection.reconnect();
    says(welcome, ["shout"]);
    expect(connection.state).toEqual({ name: "ended", code: "ERR_MESSAGE_UNKNOWN" });
    connection.reconnect();
    says([...welcome, ...(welcome.length === 4 ? [ours] : []), "guest_x", "more"]);
    expect(connection.state).toEqual({ name: "ended", code: "ERR_MESSAGE_SHAPE" });
  });

  it("says by which id others know the user, and says nothing of that in an older one", () => {
    expect(connection.self).toBeUndefined();
    says(["welcome", 1, 15_000, LIMITS, ours, "guest_x"]);
    expect(connection.self).toBe("guest_x");
    environment.socket.onclose?.({ code: 1012, reason: "restart" });
    connection.reconnect();
    says(["welcome", 1, 15_000, LIMITS]);
    expect(connection.self).toBeUndefined();
  });

  it("that is too old for this client is tried again, and the reason is told meanwhile", () => {
    says(["error", "ERR_SERVER_TOO_OLD", `${ours} is spoken here`]);
    environment.socket.onclose?.({ code: 4427, reason: "server too old" });
    expect(connection.state).toMatchObject({ name: "waiting", code: "ERR_SERVER_TOO_OLD" });
    environment.pass(60_000);
    expect(environment.sockets.length).toBeGreaterThan(1);
  });

  it("that this client is too old for ends it", () => {
    says(["error", "ERR_PROTOCOL_VERSION", "2.0 is spoken here"]);
    environment.socket.onclose?.({ code: 4426, reason: "protocol version" });
    expect(connection.state).toEqual({ name: "ended", code: "ERR_PROTOCOL_VERSION" });
  });
});
