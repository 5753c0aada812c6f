import { decodeServerMessage, type ServerMessage } from "@interline/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Audience } from "../src/audience.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { createDocumentServer, type DocumentServer } from "../src/server.ts";
import { ManualClock } from "./manual-clock.ts";

const visit = (connection: object, mayWrite = true) =>
  [{ connection, mayWrite }, { isReturning: false }] as const;

/** Enters as many readers, each by a connection of their own, as are let in of `count`. */
function enterReaders(audience: Audience, count: number): number {
  return Array.from({ length: count }, () => audience.enter(...visit({}, false))).filter(Boolean).length;
}

describe("[I9] places in a document", () => {
  test.each([
    [2_000, 1_800],
    [1_000, 900],
    [200, 180],
    [100, 80],
    [21, 1],
    [5, 1],
  ])("of %i, people who may only read get %i", (max, readers) => {
    const audience = new Audience(max);
    expect(enterReaders(audience, max + 1)).toBe(readers);
    for (let place = readers; place < max; place++) expect(audience.enter(...visit({}))).toBeDefined();
    expect(audience.enter(...visit({}))).toBeUndefined();
  });

  test("channels of one connection take one place, which is free when the last of them has ended", () => {
    const audience = new Audience(1);
    const guest = {};
    const channels = Array.from({ length: 100 }, () => audience.enter(...visit(guest, false)));
    expect(audience.size).toBe(1);
    for (const [index, leave] of channels.entries()) {
      expect(audience.enter(...visit({}))).toBeUndefined();
      leave?.();
      // Twice is once.
      leave?.();
      expect(audience.size).toBe(index === 99 ? 0 : 1);
    }
    expect(audience.enter(...visit({}))).toBeDefined();
  });

  test("law: the places taken are the connections that are here, and no more than there are", () => {
    const step = fc.record({ who: fc.nat(30), mayWrite: fc.boolean(), isLeaving: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const audience = new Audience(25);
        const people = Array.from({ length: 31 }, () => ({}));
        const here = new Map<object, (() => void)[]>();
        for (const { who, mayWrite, isLeaving } of steps) {
          const person = people[who] ?? {};
          const channels = here.get(person) ?? [];
          if (isLeaving) channels.pop()?.();
          else {
            const leave = audience.enter(...visit(person, mayWrite));
            if (leave !== undefined) channels.push(leave);
          }
          if (channels.length === 0) here.delete(person);
          else here.set(person, channels);
          expect(audience.size).toBe(here.size);
          expect(audience.size).toBeLessThanOrEqual(25);
        }
      }),
    );
  });
});

describe("[I9] a document that many have open", () => {
  const clock = new ManualClock();
  /** Lets everything that was asked for come to its end: opens take turns. */
  const rest = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await clock.pass(1);
  };
  const connect = (documents: DocumentServer, who: string) => {
    const told: ServerMessage[] = [];
    const connection = documents.connect(
      {
        bufferedBytes: 0,
        send({ text }) {
          const decoded = decodeServerMessage(text);
          if (decoded.ok) told.push(decoded.message);
        },
        close() {},
        terminate() {},
      },
      { token: who },
    );
    const say = (...fields: unknown[]): void => connection.receive(JSON.stringify(fields));
    say("hello", 1, [who, who, 1]);
    return {
      open: (channel: number) => say("open", channel, "d", `${who}-${channel}`, 0, "", 0, false, 0),
      opened: () => told.filter(({ type }) => type === "opened").length,
      codes: () => told.flatMap((message) => (message.type === "error" ? [message.code] : [])),
      leave: () => connection.handleClosed(),
    };
  };
  const serverWith = (maxChannelsPerDocument: number): DocumentServer =>
    createDocumentServer({
      log: new MemoryLog(),
      clock,
      limits: { maxChannelsPerDocument },
      recheckMs: Infinity,
      access: {
        authenticate: ({ token }) => ({ id: token }),
        authorize: ({ id }) => (id?.startsWith("guest") === true ? "read" : "own"),
      },
    });

  test("guests who open it on every channel that they have do not lock the owner out", async () => {
    const documents = serverWith(100);
    const guests = Array.from({ length: 24 }, (_, index) => connect(documents, `guest${index}`));
    await rest();
    for (const guest of guests) for (let channel = 1; channel <= 10; channel++) guest.open(channel);
    await rest();
    expect(guests.map((guest) => guest.opened())).toEqual(guests.map(() => 10));
    const owner = connect(documents, "owner");
    await rest();
    owner.open(1);
    await rest();
    expect(owner.codes()).toEqual([]);
    expect(owner.opened()).toBe(1);
  });

  test("guests who all come at once leave the last places to people who may write", async () => {
    const documents = serverWith(30);
    const guests = Array.from({ length: 40 }, (_, index) => connect(documents, `guest${index}`));
    await rest();
    for (const guest of guests) guest.open(1);
    await rest();
    expect(guests.filter((guest) => guest.opened() === 1).length).toBe(10);
    expect(guests.flatMap((guest) => guest.codes())).toEqual(
      Array.from({ length: 30 }, () => "ERR_DOCUMENT_FULL"),
    );
    const owners = Array.from({ length: 21 }, (_, index) => connect(documents, `owner${index}`));
    await rest();
    for (const owner of owners) owner.open(1);
    await rest();
    expect(owners.map((owner) => owner.opened())).toEqual([...owners.slice(1).map(() => 1), 0]);
    // Who goes makes room, and who comes back to the same session needs none.
    owners[0]?.open(1);
    await rest();
    expect(owners[0]?.opened()).toBe(2);
    owners[1]?.leave();
    owners[20]?.open(2);
    await rest();
    expect(owners[20]?.opened()).toBe(1);
  });
});
