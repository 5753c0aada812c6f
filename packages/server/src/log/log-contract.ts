import assert from "node:assert/strict";
import { type Operation, replaceOperation } from "@interline/ot";
import type { CommitBatch, DocumentLog, Entry, Head, NewEntry, OpenSessionRequest } from "./document-log.ts";

/** One thing that every log must do. @public */
export interface LogCase {
  readonly name: string;
  /** Rejects if a fresh, empty log does not do it. Whoever made the log closes it. */
  readonly run: (log: DocumentLog) => Promise<void>;
}

/**
 * What every `DocumentLog` must do, for any test runner.
 *
 * @example
 * for (const { name, run } of logContract) test(name, async () => run(await createMyLog()));
 * @public
 */
export const logContract: readonly LogCase[] = [
  {
    name: "a document that was never written is empty at version 0",
    async run(log) {
      assert.deepEqual(await log.readHead("d"), { version: 0, entryId: "", length: 0 });
      assert.deepEqual(await log.readEntries("d", 0, 10), []);
      assert.equal(await log.loadCheckpoint("d"), undefined);
    },
  },
  {
    name: "[S1] opening an unknown session makes a row that has nothing in the log",
    async run(log) {
      const answer = await log.openSession("d", open("s", "f1", { version: 3, settled: 2, lastSeq: 2 }));
      assert.equal(answer.isFateKnown, true);
      assert.deepEqual(answer.row, {
        fence: "f1",
        lastSeq: 2,
        lastVersion: 0,
        settled: 2,
        since: 3,
        lastUsed: 1,
      });
    },
  },
  {
    name: "[S1] an operation in flight below what a re-made row knows has no known fate",
    async run(log) {
      await log.openSession("d", open("s", "f1", { version: 5, settled: 1, lastSeq: 1 }));
      const answer = await log.openSession("d", open("s", "f2", { version: 4, lastSeq: 2, inFlight: true }));
      assert.equal(answer.isFateKnown, false);
      const above = await log.openSession("d", open("s", "f3", { version: 5, lastSeq: 2, inFlight: true }));
      assert.equal(above.isFateKnown, true);
    },
  },
  {
    name: "[I3] a commit appends consecutive versions, moves the head and the rows of its sessions",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await log.openSession("d", open("b", "fb"));
      const head = await commit(log, [entry("a", 1, "fa", "hi", 2), entry("b", 4, "fb", "ho", 4)]);
      assert.deepEqual(head, { version: 2, entryId: "b4", length: 4 });
      assert.deepEqual(await log.readHead("d"), head);
      const entries = await log.readEntries("d", 0, 2);
      assert.deepEqual(entries, [
        {
          version: 1,
          entryId: "a1",
          session: "a",
          seq: 1,
          operation: insert("hi", 0),
          author: "ann",
          time: 9,
        },
        {
          version: 2,
          entryId: "b4",
          session: "b",
          seq: 4,
          operation: insert("ho", 2),
          author: "ann",
          time: 9,
        },
      ]);
      const { row } = await log.openSession("d", open("b", "fb2", { lastSeq: 4 }));
      assert.equal(row.lastSeq, 4);
      assert.equal(row.lastVersion, 2);
      assert.deepEqual(await log.readHead("other"), { version: 0, entryId: "", length: 0 });
    },
  },
  {
    name: "ranges of entries end at the head, and may be empty",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      for (let seq = 1; seq <= 12; seq++) await commit(log, [entry("a", seq, "fa", "x", seq)]);
      const versions = async (after: number, to: number): Promise<number[] | undefined> =>
        (await log.readEntries("d", after, to))?.map(({ version }) => version);
      assert.deepEqual(await versions(8, 11), [9, 10, 11]);
      assert.deepEqual(await versions(10, 99), [11, 12]);
      assert.deepEqual(await versions(12, 99), []);
      assert.deepEqual(await versions(5, 5), []);
      assert.deepEqual(await versions(10, Infinity), [11, 12]);
    },
  },
  {
    name: "a read may stop at a weight, after one entry at least, and goes on from there to the same entries",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      const paste = "paste ".repeat(4_000);
      for (let seq = 1; seq <= 9; seq++) {
        await commit(log, [entry("a", seq, "fa", paste, seq * paste.length)]);
      }
      assert.equal((await log.readEntries("d", 0, 9, 1))?.length, 1);
      assert.equal((await log.readEntries("d", 0, 9, Infinity))?.length, 9);
      const weight = 3 * paste.length;
      const read: Entry[] = [];
      for (;;) {
        const some = (await log.readEntries("d", read.length, 9, weight)) ?? [];
        assert(some.length <= 3, "three of them are so heavy");
        if (some.length === 0) break;
        read.push(...some);
      }
      assert.deepEqual(read, await log.readEntries("d", 0, 9));
    },
  },
  {
    name: "[S5] a number that is in the log already is a duplicate, whatever its fence",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await commit(log, [entry("a", 3, "fa", "x", 1)]);
      for (const fence of ["fa", "old"]) {
        const answer = await log.commit("d", batch(await log.readHead("d"), [entry("a", 2, fence, "y", 2)]));
        const bad = [{ session: "a", seq: 2, fault: "duplicate" }];
        assert.deepEqual(answer, { outcome: "rejected", missing: [], bad });
      }
    },
  },
  {
    name: "[S5] a duplicate inside one batch is found",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      const twice = [entry("a", 1, "fa", "x", 1), entry("a", 1, "fa", "x", 2)];
      const answer = await log.commit("d", batch(await log.readHead("d"), twice));
      const bad = [{ session: "a", seq: 1, fault: "duplicate" }];
      assert.deepEqual(answer, { outcome: "rejected", missing: [], bad });
      assert.equal((await log.readHead("d")).version, 0);
    },
  },
  {
    name: "[S5] sequence numbers may skip",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      const head = await commit(log, [entry("a", 2, "fa", "x", 1), entry("a", 7, "fa", "y", 2)]);
      assert.equal(head.version, 2);
    },
  },
  {
    name: "[S3] what comes with an older fence is never committed",
    async run(log) {
      await log.openSession("d", open("a", "f1"));
      await log.openSession("d", open("a", "f2"));
      const answer = await log.commit("d", batch(await log.readHead("d"), [entry("a", 1, "f1", "x", 1)]));
      const bad = [{ session: "a", seq: 1, fault: "fenced" }];
      assert.deepEqual(answer, { outcome: "rejected", missing: [], bad });
    },
  },
  {
    name: "[S5] an unknown session commits nothing",
    async run(log) {
      const answer = await log.commit("d", batch(await log.readHead("d"), [entry("a", 1, "f", "x", 1)]));
      const bad = [{ session: "a", seq: 1, fault: "unknown-session" }];
      assert.deepEqual(answer, { outcome: "rejected", missing: [], bad });
    },
  },
  {
    name: "[S5] one bad entry keeps the whole batch out",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await log.openSession("d", open("b", "fb"));
      const mixed = [entry("a", 1, "old", "x", 1), entry("b", 1, "fb", "y", 2)];
      const answer = await log.commit("d", batch(await log.readHead("d"), mixed));
      assert.equal(answer.outcome, "rejected");
      assert.equal((await log.readHead("d")).version, 0);
      const { row } = await log.openSession("d", open("b", "fb2"));
      assert.equal(row.lastSeq, 0);
    },
  },
  {
    name: "[S5] a writer that is behind gets what it misses, and bad entries in the same answer",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await log.openSession("d", open("b", "fb"));
      await commit(log, [entry("a", 1, "fa", "x", 1)]);
      const behind = batch({ version: 0, entryId: "", length: 0 }, [
        entry("b", 1, "fb", "y", 1),
        entry("a", 1, "fa", "x", 2),
      ]);
      const answer = await log.commit("d", behind);
      assert(answer.outcome === "rejected");
      assert.deepEqual(
        answer.missing.map(({ entryId }) => entryId),
        ["a1"],
      );
      assert.deepEqual(answer.bad, [{ session: "a", seq: 1, fault: "duplicate" }]);
    },
  },
  {
    name: "[S5] a writer whose state is not of this log is told so",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await commit(log, [entry("a", 1, "fa", "x", 1)]);
      const other = { version: 1, entryId: "of-another-log", length: 1 };
      assert.deepEqual(await log.commit("d", batch(other, [entry("a", 2, "fa", "y", 2)])), {
        outcome: "diverged",
      });
      const ahead = { version: 9, entryId: "a9", length: 9 };
      assert.deepEqual(await log.commit("d", batch(ahead, [entry("a", 2, "fa", "y", 2)])), {
        outcome: "diverged",
      });
    },
  },
  {
    name: "[I2] of many commits on one head at once, one is appended and the others are behind",
    async run(log) {
      const sessions = ["a", "b", "c", "e", "f"];
      for (const session of sessions) await log.openSession("d", open(session, "f"));
      const head = await log.readHead("d");
      const answers = await Promise.all(
        sessions.map((session) => log.commit("d", batch(head, [entry(session, 1, "f", "x", 1)]))),
      );
      assert.equal(answers.filter(({ outcome }) => outcome === "committed").length, 1);
      assert.equal((await log.readHead("d")).version, 1);
    },
  },
  {
    name: "documents do not disturb each other, whatever their ids",
    async run(log) {
      const documents = ["a", "a.b", "a-b", "a~", "A", "a0"];
      await Promise.all(
        documents.map(async (document) => {
          await log.openSession(document, open("s", "f"));
          const head = await log.readHead(document);
          await log.commit(document, batch(head, [entry("s", 1, "f", document, document.length)]));
        }),
      );
      for (const document of documents) {
        const entries = await log.readEntries(document, 0, 99);
        assert.deepEqual(
          entries?.map(({ operation }) => operation),
          [insert(document, 0)],
        );
      }
    },
  },
  {
    name: "settled only rises",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await commit(log, [entry("a", 3, "fa", "x", 1)]);
      await log.settle("d", "a", 3);
      await log.settle("d", "a", 1);
      await log.settle("d", "nobody", 1);
      const { row } = await log.openSession("d", open("a", "fb", { lastSeq: 3, settled: 2 }));
      assert.equal(row.settled, 3);
    },
  },
  {
    name: "[S9] trimming forgets entries up to the checkpoint, and nothing else",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      for (let seq = 1; seq <= 5; seq++) await commit(log, [entry("a", seq, "fa", "x", seq)]);
      await log.trim("d", 5);
      assert.equal((await log.readEntries("d", 0, 5))?.length, 5);
      await log.saveCheckpoint("d", { version: 3, entryId: "a3", text: "xxx" });
      await log.saveCheckpoint("d", { version: 2, entryId: "a2", text: "xx" });
      assert.deepEqual(await log.loadCheckpoint("d"), { version: 3, entryId: "a3", text: "xxx" });
      await log.trim("d", 1);
      assert.equal(await log.readEntries("d", 0, 5), undefined);
      assert.equal((await log.readEntries("d", 1, 5))?.length, 4);
      await log.trim("d", 5);
      assert.equal(await log.readEntries("d", 1, 5), undefined);
      assert.equal(await log.readEntries("d", 2, 5), undefined);
      // Of none at all none is trimmed.
      assert.deepEqual(await log.readEntries("d", 1, 1), []);
      assert.deepEqual(
        (await log.readEntries("d", 3, 5))?.map(({ version }) => version),
        [4, 5],
      );
      // The id of the checkpoint's version is still known: a writer there is behind, not astray.
      const atCheckpoint = { version: 3, entryId: "a3", length: 3 };
      const behind = await log.commit("d", batch(atCheckpoint, [entry("a", 9, "fa", "y", 4)]));
      assert.equal(behind.outcome, "rejected");
      const { row } = await log.openSession("d", open("a", "f2", { lastSeq: 5 }));
      assert.equal(row.lastSeq, 5);
      assert.equal((await log.readHead("d")).version, 5);
    },
  },
  {
    name: "a checkpoint of a state that is not in the log changes nothing",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      for (let seq = 1; seq <= 3; seq++) await commit(log, [entry("a", seq, "fa", "x", seq)]);
      await log.saveCheckpoint("d", { version: 2, entryId: "other", text: "yy" });
      await log.saveCheckpoint("d", { version: 9, entryId: "a9", text: "xxxxxxxxx" });
      assert.equal(await log.loadCheckpoint("d"), undefined);
      await log.saveCheckpoint("d", { version: 3, entryId: "a3", text: "xxx" });
      assert.deepEqual(await log.loadCheckpoint("d"), { version: 3, entryId: "a3", text: "xxx" });
    },
  },
  {
    name: "what a log has lost is put back without a fence, by number, once",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      await commit(log, [entry("a", 1, "fa", "x", 1)]);
      // Of another session, which this log does not know (any more).
      const lost = [entry("a", 2, "", "y", 2), entry("b", 5, "", "z", 3)];
      const head = await log.readHead("d");
      assert.equal((await log.commit("d", { ...batch(head, lost), isRestored: true })).outcome, "committed");
      const { row } = await log.openSession("d", open("b", "fb", { lastSeq: 6, inFlight: true }));
      assert.equal(row.lastSeq, 5);
      const again = await log.commit("d", { ...batch(await log.readHead("d"), lost), isRestored: true });
      assert(again.outcome === "rejected");
      assert.deepEqual(
        again.bad.map(({ fault }) => fault),
        ["duplicate", "duplicate"],
      );
      // The fence of who was there holds.
      const next = await log.commit("d", batch(await log.readHead("d"), [entry("a", 3, "fa", "w", 4)]));
      assert.equal(next.outcome, "committed");
    },
  },
  {
    name: "a settled session is forgotten when it was idle for long, and opens as a new one",
    async run(log) {
      await log.openSession("d", open("idle", "f"));
      await log.openSession("d", open("used", "g"));
      await commit(log, [entry("idle", 1, "f", "x", 1), entry("used", 1, "g", "y", 2)]);
      await log.settle("d", "idle", 1);
      await log.settle("d", "used", 1);
      await log.openSession("d", open("used", "h", { lastSeq: 1, settled: 1, time: 100 }));
      await log.expireSessions("d", { time: 110, idleMs: 50, maxSessions: 9, open: new Set() });
      const zombie = await log.commit("d", batch(await log.readHead("d"), [entry("idle", 2, "f", "z", 3)]));
      assert.deepEqual(zombie, {
        outcome: "rejected",
        missing: [],
        bad: [{ session: "idle", seq: 2, fault: "unknown-session" }],
      });
      const back = await log.openSession("d", open("idle", "i", { version: 2, lastSeq: 1, settled: 1 }));
      assert.equal(back.row.lastVersion, 0);
      const other = await log.openSession("d", open("used", "j", { lastSeq: 1, settled: 1 }));
      assert.equal(other.row.lastVersion, 2);
    },
  },
  {
    name: "of sessions that were used last at the same time the first by name is forgotten first",
    async run(log) {
      for (const session of ["b", "a", "c"]) await log.openSession("d", open(session, `f${session}`));
      await commit(log, [entry("c", 1, "fc", "x", 1)]);
      await log.openSession("d", open("c", "fc", { lastSeq: 1, settled: 1 }));
      await log.expireSessions("d", { time: 9, idleMs: 99, maxSessions: 2, open: new Set() });
      const all = [entry("a", 1, "fa", "y", 2), entry("b", 1, "fb", "z", 3)];
      const answer = await log.commit("d", batch(await log.readHead("d"), all));
      const bad = [{ session: "a", seq: 1, fault: "unknown-session" }];
      assert.deepEqual(answer, { outcome: "rejected", missing: [], bad });
    },
  },
  {
    name: "a session that is forgotten unsettled leaves behind up to where its fate is not known, for good",
    async run(log) {
      await log.openSession("d", open("a", "f"));
      await log.openSession("d", open("b", "g"));
      await commit(log, [entry("a", 1, "f", "x", 1)]);
      await commit(log, [entry("b", 1, "g", "y", 2)]);
      await log.expireSessions("d", { time: 9, idleMs: 0, maxSessions: 9, open: new Set() });
      const kept = await log.openSession("d", open("a", "f", { lastSeq: 1, inFlight: true }));
      assert.equal(kept.row.lastSeq, 1, "an unsettled session is not idle");
      await log.expireSessions("d", { time: 9, idleMs: 0, maxSessions: 0, open: new Set(["b"]) });
      // From before its own entry: it may be in the log or not.
      const before = await log.openSession("d", open("a", "h", { lastSeq: 1, inFlight: true }));
      assert.equal(before.isFateKnown, false);
      // Asked again it is still not known: the row was made again, but claims nothing.
      const again = await log.openSession("d", open("a", "i", { lastSeq: 1, inFlight: true }));
      assert.equal(again.isFateKnown, false);
      const after = await log.openSession("d", open("c", "j", { version: 1, lastSeq: 1, inFlight: true }));
      assert.equal(after.isFateKnown, true);
      const open2 = await log.openSession("d", open("b", "k", { lastSeq: 1, inFlight: true }));
      assert.equal(open2.row.lastSeq, 1, "an open session stays");
      assert.equal((await log.readHead("d")).version, 2);
    },
  },
];

function open(session: string, fence: string, request: Partial<OpenSessionRequest> = {}): OpenSessionRequest {
  return { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, fence, time: 1, ...request };
}

function entry(session: string, seq: number, fence: string, text: string, length: number): NewEntry {
  const entryId = `${session}${seq}`;
  const operation = insert(text, length - text.length);
  return { entryId, session, seq, fence, settled: 0, operation, length, author: "ann" };
}

/** Inserts text at the start of a document of `length` code points. */
function insert(text: string, length: number): Operation {
  return replaceOperation(0, 0, text, length);
}

function batch({ version, entryId }: Head, entries: readonly NewEntry[]): CommitBatch {
  return { expected: { version, entryId }, entries, time: 9 };
}

/** Commits on the head of document `d`, which must succeed. */
async function commit(log: DocumentLog, entries: readonly NewEntry[]): Promise<Head> {
  const answer = await log.commit("d", batch(await log.readHead("d"), entries));
  assert(answer.outcome === "committed");
  return answer.head;
}
