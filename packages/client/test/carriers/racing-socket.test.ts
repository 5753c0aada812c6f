import { beforeEach, describe, expect, it } from "vitest";
import { type CarrierName, CARRIERS } from "../../src/carriers/carrier-choice.ts";
import { RacingSocket } from "../../src/carriers/racing-socket.ts";
import { FakeEnvironment, FakeSocket } from "../fake-environment.ts";

let environment: FakeEnvironment;
/** Those that have started. */
let started: Map<CarrierName, FakeSocket>;
let told: string[];

beforeEach(() => {
  environment = new FakeEnvironment();
  started = new Map();
  told = [];
});

/** Says hello as soon as it is open, as a connection does. */
function race(carriers: readonly CarrierName[] = CARRIERS): RacingSocket {
  const open = (carrier: CarrierName): FakeSocket => {
    const socket = new FakeSocket();
    started.set(carrier, socket);
    return socket;
  };
  const socket = new RacingSocket(carriers, open, environment);
  socket.onopen = () => {
    told.push("open");
    socket.send("hello");
  };
  socket.onmessage = ({ data }) => told.push(String(data));
  socket.onclose = ({ code }) => told.push(`closed ${code}`);
  return socket;
}

const names = (): CarrierName[] => [...started.keys()];
const the = (carrier: CarrierName): FakeSocket => started.get(carrier)!;
const close = (carrier: CarrierName, code = 1006): void => the(carrier).onclose?.({ code, reason: "" });
const say = (carrier: CarrierName, data: string): void => the(carrier).onmessage?.({ data });

describe("a race of carriers", () => {
  it("is over at the first word of the first, and nothing else has started", () => {
    const socket = race();
    the("websocket").onopen?.();
    expect(socket.carrier).toBeUndefined();
    say("websocket", "welcome");
    expect(socket.carrier).toBe("websocket");
    environment.pass(60_000);
    expect(names()).toEqual(["websocket"]);
    socket.send("more");
    expect(the("websocket").sent).toEqual(["hello", "more"]);
    expect(told).toEqual(["open", "welcome"]);
    expect(environment.hasAlarms).toBe(false);
  });

  it("lets the next start after 2 s without a word, and so on, with what was said before", () => {
    const socket = race();
    environment.pass(1_999);
    expect(names()).toEqual(["websocket"]);
    environment.pass(1);
    expect(names()).toEqual(["websocket", "event-stream"]);
    the("event-stream").onopen?.();
    expect(the("event-stream").sent).toEqual(["hello"]);
    environment.pass(2_000);
    expect(names()).toEqual(CARRIERS);
    the("polling").onopen?.();
    expect(the("polling").sent).toEqual(["hello"]);
    say("polling", "welcome");
    expect(socket.carrier).toBe("polling");
    // The others are left, whatever they still say.
    expect([the("websocket").isClosed, the("event-stream").isClosed, the("polling").isClosed]).toEqual([
      true,
      true,
      false,
    ]);
    say("event-stream", "welcome");
    close("event-stream");
    socket.send("more");
    expect(the("event-stream").sent).toEqual(["hello"]);
    expect(told).toEqual(["open", "welcome"]);
    close("polling", 1012);
    expect(told).toEqual(["open", "welcome", "closed 1012"]);
  });

  it("lets the next start at once when one is refused", () => {
    race();
    close("websocket");
    expect(names()).toEqual(["websocket", "event-stream"]);
    environment.pass(1_999);
    expect(names()).toEqual(["websocket", "event-stream"]);
    close("event-stream");
    expect(names()).toEqual(CARRIERS);
    expect(told).toEqual([]);
    close("polling", 4429);
    expect(told).toEqual(["closed 4429"]);
    expect(environment.hasAlarms).toBe(false);
  });

  it("is won by the better one that comes late, as long as no other has said a word", () => {
    const socket = race();
    environment.pass(2_000);
    the("event-stream").onopen?.();
    the("websocket").onopen?.();
    say("websocket", "welcome");
    expect(socket.carrier).toBe("websocket");
    expect(the("event-stream").isClosed).toBe(true);
    expect(told).toEqual(["open", "welcome"]);
  });

  it("opens once, though the one that opened first is gone again", () => {
    race();
    the("websocket").onopen?.();
    close("websocket");
    the("event-stream").onopen?.();
    expect(the("event-stream").sent).toEqual(["hello"]);
    expect(told).toEqual(["open"]);
  });

  it("that is ended starts nothing more", () => {
    const socket = race();
    environment.pass(2_000);
    socket.close(1000, "leaving");
    expect([the("websocket").isClosed, the("event-stream").isClosed]).toEqual([true, true]);
    close("websocket");
    environment.pass(60_000);
    expect(names()).toEqual(["websocket", "event-stream"]);
    expect(environment.hasAlarms).toBe(false);
  });
});
