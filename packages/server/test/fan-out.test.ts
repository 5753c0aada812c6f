import { composeAll, type Operation } from "@interline/ot";
import { decodeServerMessage, type ServerMessage } from "@interline/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Authority } from "../src/authority.ts";
import { FanOut, type Subscription } from "../src/fan-out.ts";
import type { Frame } from "../src/frame.ts";
import { Gathering } from "../src/gathering.ts";
import type { Entry } from "../src/log/document-log.ts";
import { Presence } from "../src/presence.ts";
import { piecesFor } from "../src/round.ts";
import { emptyAuthority, foreignEntry, submission } from "./submissions.ts";

const user = { id: "u", name: "U", color: 1 };

class Reader {
  readonly channel: number;
  isBusy = false;
  frames: Frame[] = [];

  constructor(channel = 1) {
    this.channel = channel;
  }

  send(frame: Frame): void {
    this.frames.push(frame);
  }

  take(): ServerMessage[] {
    const messages = this.frames.map(({ text }) => {
      const decoded = decodeServerMessage(text);
      if (!decoded.ok) throw new Error(decoded.reason);
      return decoded.message;
    });
    this.frames = [];
    return messages;
  }
}

function subscribe(listener: Reader, more: Partial<Subscription> = {}): Subscription {
  return { listener, session: "s", peer: 1, mark: 0, ownVersion: 0, seen: 1, isReading: false, ...more };
}

function fanOutOf(authority: Authority): { fanOut: FanOut; presence: Presence } {
  const presence = new Presence({ now: () => 0 });
  presence.join(99, user);
  return { fanOut: new FanOut(authority, presence), presence };
}

const compose = (entries: readonly Entry[]): Operation =>
  composeAll(entries.map(({ operation }) => operation));

describe("pieces", () => {
  test("[S2] an own entry is an acknowledgement of its own, at its place in the order, never inside a piece", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("me", "x", "y"), { maxLength: 40 }), (sessions) => {
        const entries = sessions.map((session, index) => foreignEntry(index + 1, ["x"], { session }));
        const pieces = piecesFor("me", entries, compose);
        const covered = pieces.flatMap((piece) =>
          piece.type === "ack" ? [piece.entry] : entries.slice(piece.from, piece.to),
        );
        expect(covered).toEqual(entries);
        for (const [index, piece] of pieces.entries()) {
          if (piece.type === "ack") expect(piece.entry.session).toBe("me");
          else {
            const grouped = entries.slice(piece.from, piece.to);
            expect(grouped.every(({ session }) => session !== "me")).toBe(true);
            expect(piece.operation.toJSON()).toEqual(["x".repeat(grouped.length)]);
            expect(pieces[index + 1]?.type).not.toBe("ops");
          }
        }
      }),
    );
  });

  test("[I9] one message carries a bounded weight, but always at least one entry", () => {
    const large = "x".repeat(400_000);
    const entries = [1, 2, 3].map((version) => foreignEntry(version, [large]));
    expect(piecesFor("me", entries, compose)).toHaveLength(3);
    const small = Array.from({ length: 20_000 }, (_, index) => foreignEntry(index + 1, ["x"]));
    expect(piecesFor("me", small, compose)).toHaveLength(3);
  });
});

describe("fan-out", () => {
  test("tells no more than some ms of work at a time, and all of it in the end", () => {
    const authority = emptyAuthority({ maxDocumentLength: 2_000_000 });
    authority.learn([foreignEntry(1, ["ab"])]);
    const long = "x".repeat(1_500_000);
    authority.submit(submission("s", 99, 1, 2, [long], { numbers: 99 }));
    authority.nextBatch(1);
    const steps = [...authority.textInSteps()].length;
    authority.settle({ outcome: "committed", head: authority.head });
    expect(steps).toBe(6);
    const reader = new Reader();
    const subscription = subscribe(reader, { session: "other", mark: 1 });
    const { fanOut } = fanOutOf(authority);
    const told: number[] = [];
    do {
      expect(fanOut.flush(subscription)).toBe(true);
      fanOut.endRound();
      const inserted = reader.take().flatMap((m) => (m.type === "ops" ? [m.operation.insertedUnits] : []));
      told.push(inserted.reduce((sum, units) => sum + units, 0));
    } while (fanOut.hasMore(subscription));
    expect(Math.max(...told)).toBeLessThanOrEqual(600_000);
    expect(told.reduce((sum, units) => sum + units, 0)).toBe(long.length);
  });

  test("from nothing to now is one insert of the text", () => {
    const authority = emptyAuthority();
    authority.learn([
      foreignEntry(1, ["hello"]),
      foreignEntry(2, [{ d: 1 }], { baseLength: 5 }),
      foreignEntry(3, ["H"], { baseLength: 4 }),
    ]);
    const reader = new Reader();
    const { fanOut } = fanOutOf(authority);
    fanOut.flush(subscribe(reader));
    expect(reader.take()).toEqual([
      { type: "ops", channel: 1, from: 0, to: 3, entryId: "x3", operation: ["Hello"], selections: [] },
    ]);
  });

  test("[S2] acknowledgements stand between pieces, in version order", () => {
    const authority = emptyAuthority();
    authority.learn([
      foreignEntry(1, ["a"]),
      foreignEntry(2, ["b"], { session: "s", seq: 7 }),
      foreignEntry(3, ["c"]),
      foreignEntry(4, ["d"]),
    ]);
    const reader = new Reader();
    fanOutOf(authority).fanOut.flush(subscribe(reader, { ownVersion: 2 }));
    expect(reader.take()).toEqual([
      { type: "ops", channel: 1, from: 0, to: 1, entryId: "x1", operation: ["a"], selections: [] },
      { type: "ack", channel: 1, seq: 7, version: 2, entryId: "x2" },
      { type: "ops", channel: 1, from: 2, to: 4, entryId: "x4", operation: ["dc"], selections: [] },
    ]);
  });

  test("what many need alike is encoded once", () => {
    const authority = emptyAuthority();
    const { fanOut } = fanOutOf(authority);
    authority.learn([foreignEntry(1, ["a"])]);
    const readers = [new Reader(), new Reader(), new Reader(), new Reader(2)];
    for (const [index, reader] of readers.entries()) {
      fanOut.flush(subscribe(reader, { session: `s${index}`, peer: index + 1 }));
    }
    const frames = readers.map(({ frames }) => frames[0]);
    expect(frames[1]).toBe(frames[0]);
    expect(frames[2]).toBe(frames[0]);
    expect(frames[3]).not.toBe(frames[0]);
  });

  test("the whole text is encoded once for newcomers of the same version, and again where carets go with it", () => {
    const authority = emptyAuthority();
    const { fanOut, presence } = fanOutOf(authority);
    presence.join(2, user);
    authority.learn([foreignEntry(1, ["a"])]);
    const newcomer = (more: Partial<Subscription> = {}): Frame => {
      const reader = new Reader();
      fanOut.flush(subscribe(reader, { seen: 0, ...more }));
      fanOut.endRound();
      return reader.frames[0]!;
    };
    const first = newcomer();
    expect(newcomer()).toBe(first);
    const seen = presence.moment;
    presence.edit(2, { anchor: 0, head: 0 });
    expect(newcomer({ seen }).text).toBe('["op",1,1,"x1",["a"],[[2,0,0]]]');
    presence.edit(2, { anchor: 1, head: 1 });
    expect(newcomer({ seen }).text).toBe('["op",1,1,"x1",["a"],[[2,1,1]]]');
    expect(newcomer().text).toBe(first.text);
    authority.learn([foreignEntry(2, ["b"])]);
    expect(newcomer().text).toBe('["ops",1,0,2,"x2",["ba"]]');
  });

  test("[I9] a slow reader costs its mark only, and then gets everything in one message", () => {
    const authority = emptyAuthority();
    const { fanOut } = fanOutOf(authority);
    authority.learn([foreignEntry(1, ["0"])]);
    const reader = new Reader();
    const subscription = subscribe(reader, { mark: 1 });
    reader.isBusy = true;
    for (let version = 2; version <= 200; version++) {
      authority.learn([foreignEntry(version, ["x"])]);
      fanOut.flush(subscription);
    }
    expect(reader.frames).toEqual([]);
    expect(subscription.mark).toBe(1);
    reader.isBusy = false;
    fanOut.flush(subscription);
    expect(reader.take()).toMatchObject([{ type: "ops", from: 1, to: 200, operation: ["x".repeat(199)] }]);
  });

  test("asks for entries that are not in memory any more", () => {
    const authority = emptyAuthority({ history: { maxEntries: 10, maxWeight: 10_000 } });
    const { fanOut } = fanOutOf(authority);
    for (let version = 1; version <= 50; version++) authority.learn([foreignEntry(version, ["x"])]);
    const reader = new Reader();
    const subscription = subscribe(reader, { mark: 3 });
    expect(fanOut.flush(subscription)).toBe(false);
    const gathering = new Gathering(3);
    fanOut.gather(subscription, gathering, [foreignEntry(4, ["x"]), foreignEntry(5, ["x"])]);
    expect(reader.take()).toEqual([]);
    fanOut.gather(subscription, gathering, [
      foreignEntry(6, ["y"]),
      foreignEntry(7, ["m"], { session: "s" }),
    ]);
    expect(reader.take()).toMatchObject([
      { type: "ops", from: 3, to: 6, operation: ["yxx"] },
      { type: "ack", version: 7 },
    ]);
    fanOut.gather(subscription, gathering, [foreignEntry(8, ["z"])]);
    fanOut.release(subscription, gathering);
    fanOut.release(subscription, gathering);
    expect(reader.take()).toMatchObject([{ type: "ops", from: 7, to: 8, operation: ["z"] }]);
  });

  test("[I9] what is read is sent when it is large, and text that came and went again is not large", () => {
    const { fanOut } = fanOutOf(emptyAuthority());
    const reader = new Reader();
    const subscription = subscribe(reader, { ownVersion: 1 });
    const gathering = new Gathering(0);
    const large = "x".repeat(200_000);
    for (let version = 1; version <= 20; version += 2) {
      fanOut.gather(subscription, gathering, [
        foreignEntry(version, [large], { baseLength: 0 }),
        foreignEntry(version + 1, [{ d: large.length }], { baseLength: large.length }),
      ]);
    }
    expect(reader.take()).toEqual([]);
    for (let version = 21; version <= 23; version++) {
      const baseLength = (version - 21) * large.length;
      fanOut.gather(subscription, gathering, [foreignEntry(version, [large], { baseLength })]);
    }
    expect(reader.take()).toMatchObject([{ type: "ops", from: 0, to: 23 }]);
  });

  test("[5c] the last message up to the head carries the carets of those who edited, without the receiver's own", () => {
    const authority = emptyAuthority();
    const { fanOut, presence } = fanOutOf(authority);
    presence.join(1, user);
    presence.join(2, user);
    presence.join(3, user);
    authority.learn([foreignEntry(1, ["0"])]);
    const seen = presence.moment;
    authority.learn([
      foreignEntry(2, ["a"]),
      foreignEntry(3, ["b"], { session: "me", seq: 1 }),
      foreignEntry(4, ["c"]),
    ]);
    presence.edit(1, { anchor: 1, head: 2 });
    presence.edit(2, { anchor: 3, head: 3 });
    presence.select(3, { anchor: 0, head: 0 });
    const reader = new Reader();
    fanOut.flush(subscribe(reader, { session: "me", peer: 1, mark: 1, ownVersion: 3, seen }));
    expect(reader.take()).toMatchObject([
      { type: "ops", to: 2, selections: [] },
      { type: "ack", version: 3 },
      { type: "ops", to: 4, selections: [{ peer: 2, selection: { anchor: 3, head: 3 } }] },
      { type: "selections", version: 4, selections: [{ peer: 3, selection: { anchor: 0, head: 0 } }] },
    ]);
  });

  test("presence is told only at the head", () => {
    const authority = emptyAuthority();
    const { fanOut, presence } = fanOutOf(authority);
    authority.learn([foreignEntry(1, ["0"])]);
    presence.join(2, user);
    const reader = new Reader();
    const subscription = subscribe(reader, { seen: 0 });
    fanOut.present(subscription);
    expect(reader.take()).toEqual([]);
    fanOut.flush(subscription);
    reader.take();
    fanOut.present(subscription);
    expect(reader.take()).toMatchObject([
      { type: "peers", version: 1, joined: [{ peer: 99 }, { peer: 2 }], left: [] },
    ]);
    fanOut.present(subscription);
    expect(reader.take()).toEqual([]);
  });
});
