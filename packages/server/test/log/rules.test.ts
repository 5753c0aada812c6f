import { Operation } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NewEntry, OpenSessionRequest, SessionRow } from "../../src/log/document-log.ts";
import { decideCommit, decideExpiry, decideOpenSession } from "../../src/log/rules.ts";

const head = { version: 7, entryId: "e7", length: 70 };
const row: SessionRow = { fence: "f", lastSeq: 3, lastVersion: 5, settled: 2, since: 1, lastUsed: 0 };
const request: OpenSessionRequest = {
  session: "s",
  version: 6,
  lastSeq: 4,
  inFlight: true,
  settled: 3,
  fence: "new",
  time: 99,
};

const entry = (session: string, seq: number, fence = "f"): NewEntry => ({
  entryId: `${session}${seq}`,
  session,
  seq,
  fence,
  settled: seq - 1,
  operation: Operation.from(["x"], 70),
  length: 71,
  author: "ann",
});
const state = (expectedId: string | undefined = "e7") => ({
  head,
  expectedId,
  row: (session: string) => (session === "gone" ? undefined : row),
});
const batch = (entries: NewEntry[], expected = { version: 7, entryId: "e7" }) => ({
  expected,
  entries,
  time: 50,
});

describe("opening a session", () => {
  test("sets the new fence and keeps what is known", () => {
    const answer = decideOpenSession(row, head, 0, request);
    expect(answer).toEqual({
      isFateKnown: true,
      row: { ...row, fence: "new", settled: 3, lastUsed: 99 },
      head,
    });
  });

  test("never lowers what is settled", () => {
    expect(decideOpenSession(row, head, 0, { ...request, settled: 0 }).row.settled).toBe(2);
  });

  test("a new row of a client at or above the watermark knows from that client's version on", () => {
    const { row, isFateKnown } = decideOpenSession(undefined, head, 6, request);
    expect(row).toMatchObject({ lastSeq: 3, lastVersion: 0, settled: 3, since: 6 });
    expect(isFateKnown).toBe(true);
  });

  test("a new row of a client below the watermark knows only from the head on: the fate is unknown", () => {
    const { row, isFateKnown } = decideOpenSession(undefined, head, 7, request);
    expect(row.since).toBe(7);
    expect(isFateKnown).toBe(false);
  });

  test("below the watermark with nothing in flight there is no fate to know", () => {
    expect(decideOpenSession(undefined, head, 7, { ...request, inFlight: false }).isFateKnown).toBe(true);
  });

  test("a re-made row does not claim to know for an older copy", () => {
    const later = { ...row, lastSeq: 3, since: 7 };
    expect(decideOpenSession(later, head, 0, request).isFateKnown).toBe(false);
    expect(decideOpenSession({ ...later, lastSeq: 4 }, head, 0, request).isFateKnown).toBe(true);
  });
});

describe("committing", () => {
  test("appends in order and notes number, version and settled in the row", () => {
    const decision = decideCommit(state(), batch([entry("s", 4), entry("t", 9)]));
    expect(decision).toMatchObject({
      outcome: "append",
      entries: [
        { version: 8, entryId: "s4", seq: 4, time: 50 },
        { version: 9, entryId: "t9", seq: 9 },
      ],
      head: { version: 9, entryId: "t9", length: 71 },
    });
    const rows = decision.outcome === "append" ? decision.rows : new Map();
    expect(rows.get("s")).toEqual({ ...row, lastSeq: 4, lastVersion: 8, settled: 3, lastUsed: 50 });
  });

  test("at another version with the same id: the writer is behind", () => {
    const decision = decideCommit(state("e5"), batch([entry("s", 4)], { version: 5, entryId: "e5" }));
    expect(decision).toEqual({ outcome: "rejected", isBehind: true, bad: [] });
  });

  test("at a version with another id, or without one: diverged", () => {
    const other = { version: 7, entryId: "other" };
    expect(decideCommit(state(), batch([entry("s", 4)], other))).toEqual({ outcome: "diverged" });
    const gone = { version: 2, entryId: "e2" };
    expect(decideCommit({ ...state(), expectedId: undefined }, batch([entry("s", 4)], gone))).toEqual({
      outcome: "diverged",
    });
  });

  test("collects every bad entry, each for its first fault", () => {
    const entries = [
      entry("gone", 9),
      entry("s", 3, "old"),
      entry("s", 4, "old"),
      entry("t", 5),
      entry("t", 5),
    ];
    expect(decideCommit(state(), batch(entries))).toEqual({
      outcome: "rejected",
      isBehind: false,
      bad: [
        { session: "gone", seq: 9, fault: "unknown-session" },
        { session: "s", seq: 3, fault: "duplicate" },
        { session: "s", seq: 4, fault: "fenced" },
        { session: "t", seq: 5, fault: "duplicate" },
      ],
    });
  });
});

describe("forgetting sessions", () => {
  const rows = fc.uniqueArray(
    fc.record({
      session: fc.string({ minLength: 1, maxLength: 3 }),
      lastSeq: fc.nat(3),
      settled: fc.nat(3),
      lastVersion: fc.nat(20),
      lastUsed: fc.nat(20),
      isOpen: fc.boolean(),
    }),
    { selector: ({ session }) => session, maxLength: 12 },
  );

  test("keeps what is open, in use or unsettled as far as there is room, and never claims to know what it forgot", () => {
    fc.assert(
      fc.property(rows, fc.nat(12), fc.nat(20), fc.nat(20), (all, maxSessions, idleMs, before) => {
        const time = 20;
        const open = new Set(all.filter(({ isOpen }) => isOpen).map(({ session }) => session));
        const { expired, forgotten } = decideExpiry(
          all.map(({ session, lastSeq, settled, lastVersion, lastUsed }) => [
            session,
            { ...row, lastSeq, settled, lastVersion, lastUsed },
          ]),
          before,
          { time, idleMs, maxSessions, open },
        );
        const gone = all.filter(({ session }) => expired.includes(session));
        const kept = all.filter(({ session }) => !expired.includes(session));
        const isSettled = (one: { settled: number; lastSeq: number }) => one.settled >= one.lastSeq;
        expect(gone.some(({ isOpen }) => isOpen)).toBe(false);
        expect(kept.length).toBeLessThanOrEqual(Math.max(maxSessions, open.size));
        for (const one of gone)
          if (!isSettled(one)) expect(forgotten).toBeGreaterThanOrEqual(one.lastVersion);
        expect(forgotten).toBeGreaterThanOrEqual(before);
        const unsettledGone = gone.filter((one) => !isSettled(one));
        if (unsettledGone.length > 0) {
          expect(kept.length).toBeGreaterThanOrEqual(Math.min(maxSessions, all.length));
          expect(kept.some((one) => !one.isOpen && isSettled(one))).toBe(false);
        } else expect(forgotten).toBe(before);
        for (const one of kept) {
          if (!one.isOpen && isSettled(one)) expect(time - one.lastUsed).toBeLessThan(idleMs);
        }
      }),
    );
  });
});
