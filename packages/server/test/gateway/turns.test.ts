import { decodeServerMessage, type ServerMessage } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import { Turns } from "../../src/gateway/turns.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { createDocumentServer } from "../../src/server.ts";
import { closedGate } from "../gate.ts";
import { ManualClock } from "../manual-clock.ts";

/** A server whose log waits at a gate, with one client of it that has said hello. */
function connected() {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const gate = closedGate();
  const loaded: string[] = [];
  const load = log.loadCheckpoint.bind(log);
  log.loadCheckpoint = async (document) => {
    loaded.push(document);
    await gate.passed;
    return load(document);
  };
  const told: ServerMessage[] = [];
  const connection = createDocumentServer({
    log,
    clock,
    limits: { maxLoadsPerConnection: 8, connectionMessages: { perSecond: Infinity, burst: Infinity } },
  }).connect({
    bufferedBytes: 0,
    send({ text }) {
      const decoded = decodeServerMessage(text);
      if (decoded.ok) told.push(decoded.message);
    },
    close() {},
    terminate() {},
  });
  const say = (...fields: unknown[]): void => connection.receive(JSON.stringify(fields));
  say("hello", 1, ["ann", "ann", 1]);
  const open = (channel: number): void => say("open", channel, `d${channel}`, "s", 0, "", 0, false, 0);
  const opened = (): number[] =>
    told.flatMap((message) => (message.type === "opened" ? [message.channel] : []));
  return { clock, gate, loaded, connection, say, open, opened };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("[I9] documents that a connection opens", () => {
  test("and closes at once are loaded a few at a time, and not at all if they are closed before their turn", async () => {
    const { clock, gate, loaded, say, open, opened } = connected();
    for (const channel of numbers(2_000)) {
      open(channel);
      say("close", channel);
    }
    open(2_001);
    await clock.pass(1);
    expect(loaded).toEqual(numbers(8).map((channel) => `d${channel}`));
    gate.open();
    await clock.pass(1);
    expect(loaded).toEqual([...numbers(8), 2_001].map((channel) => `d${channel}`));
    expect(opened()).toEqual([2_001]);
  });

  test("and leaves are not loaded any more", async () => {
    const { clock, gate, loaded, connection, open } = connected();
    for (const channel of numbers(50)) open(channel);
    connection.handleClosed();
    gate.open();
    await clock.pass(1);
    expect(loaded).toHaveLength(8);
  });

  test("are all opened in their order, if it waits for them", async () => {
    const { clock, gate, open, opened } = connected();
    for (const channel of numbers(100)) open(channel);
    await clock.pass(1);
    gate.open();
    // Each turn takes some promises.
    for (let turn = 0; turn < 100; turn++) await clock.pass(1);
    expect(opened()).toEqual(numbers(100));
  });
});

test("work goes on in its order when one is done, and what was taken back is passed over", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const owners = numbers(5).map((number) => ({ number }));
  for (const owner of owners) {
    turns.add(owner, () => {
      begun.push(owner.number);
      return new Promise((resolve) => ends.set(owner.number, resolve));
    });
  }
  expect(begun).toEqual([1, 2]);
  turns.drop(owners[2] ?? {});
  // Too late: it counts until it is done.
  turns.drop(owners[0] ?? {});
  expect(begun).toEqual([1, 2]);
  ends.get(2)?.();
  await Promise.resolve().then(() => Promise.resolve());
  expect(begun).toEqual([1, 2, 4]);
});
