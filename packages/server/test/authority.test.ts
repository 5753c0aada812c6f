import { apply, composeAll, isNoop, type Operation, replaceOperation, Text, transform } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Authority } from "../src/authority.ts";
import { EMPTY_HEAD } from "../src/log/document-log.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { accepted, commitAll, emptyAuthority, foreignEntry, submission } from "./submissions.ts";

/** An authority with a text in it, made by one entry. */
function authorityWith(text: string): Authority {
  const authority = emptyAuthority();
  authority.learn([foreignEntry(1, [text])]);
  return authority;
}

describe("entries that are read before the answer to their batch", () => {
  /** The entries that a log would hold after this batch. */
  function entriesOf({ batch }: ReturnType<Authority["nextBatch"]>) {
    return (batch?.entries ?? []).map(({ entryId, session, seq, operation, author }, index) => ({
      version: (batch?.expected.version ?? 0) + index + 1,
      entryId,
      session,
      seq,
      operation,
      author,
      time: 1,
    }));
  }
  const caret = { anchor: 1, head: 1 };

  test("[S5] are taken once, with their author's caret", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"], { selection: caret }));
    const [entry] = entriesOf(authority.nextBatch(1));
    expect(authority.learn([entry!])).toMatchObject([{ selection: caret }]);
    const head = { ...authority.head };
    expect(authority.settle({ outcome: "committed", head })).toEqual({ committed: [], dropped: [] });
    expect(authority.head).toEqual(head);
    expect(authority.text.toString()).toBe("a");
    expect(authority.isQuiet).toBe(true);
  });

  test("[S5] keep their author's caret though two answers were lost in a row", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"], { selection: caret }));
    const [entry] = entriesOf(authority.nextBatch(1));
    authority.abandon();
    authority.nextBatch(2);
    authority.abandon();
    expect(authority.learn([entry!])).toMatchObject([{ selection: caret }]);
    expect(authority.nextBatch(3).batch).toBeUndefined();
  });
});

describe("[S5] a long operation of the server itself", () => {
  const LONG = "x".repeat(600_000);
  const terms = { numbers: 7 };

  function roomyAuthority(): Authority {
    const authority = emptyAuthority({ maxDocumentLength: 1_000_000 });
    authority.learn([foreignEntry(1, ["ab"])]);
    return authority;
  }

  /** Makes a batch one step at a time, and does something after the first. */
  function steppedBatch(authority: Authority, meanwhile: () => void): ReturnType<Authority["nextBatch"]> {
    const steps = authority.nextBatchInSteps(1);
    expect(steps.next().done).toBe(false);
    meanwhile();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  test("is one batch of its own, made an entry a step; what comes meanwhile follows it", () => {
    const authority = roomyAuthority();
    authority.submit(submission("s", 9, 1, 2, [LONG], terms));
    const { batch } = steppedBatch(authority, () => {
      expect(authority.isCommitting("s")).toBe(true);
      authority.submit(submission("bob", 1, 1, 2, [2, "!"]));
      expect(authority.nextBatch(1).batch).toBeUndefined();
    });
    expect(batch?.entries.map(({ seq }) => seq)).toEqual([7, 8, 9]);
    expect([...authority.textInSteps()]).toHaveLength(3);
    authority.settle({ outcome: "committed", head: { version: 4, entryId: "", length: 600_002 } });
    expect(authority.nextBatch(1).batch?.entries.map(({ session }) => session)).toEqual(["bob"]);
    authority.settle({ outcome: "committed", head: { version: 5, entryId: "", length: 600_003 } });
    expect(authority.text.toString() === `${LONG}ab!`).toBe(true);
  });

  test("is made again when others are first while it is made, and lets the shorter ones that wait go before it once", () => {
    const authority = roomyAuthority();
    authority.submit(submission("s", 9, 1, 2, [LONG], terms));
    authority.submit(submission("bob", 1, 1, 2, [2, "!"]));
    const { batch, isBehind } = steppedBatch(authority, () =>
      authority.learn([foreignEntry(2, ["-"], { baseLength: 2 })]),
    );
    expect([batch, isBehind]).toEqual([undefined, true]);
    expect(authority.nextBatch(1).batch?.entries.map(({ session }) => session)).toEqual(["bob"]);
    authority.settle({ outcome: "committed", head: { ...authority.head } });
    expect(authority.nextBatch(1).batch?.entries).toHaveLength(3);
  });

  test("is given up after too many of them, and nothing of it is written", () => {
    const authority = roomyAuthority();
    authority.submit(submission("s", 9, 1, 2, [LONG], terms));
    let version = 1;
    for (let conflicts = 0; ; conflicts++) {
      expect(conflicts).toBeLessThan(40);
      const { batch, dropped } = authority.nextBatch(1);
      if (batch === undefined) {
        expect(dropped).toMatchObject([{ answer: { type: "reopen", code: "ERR_STORE_UNAVAILABLE" } }]);
        break;
      }
      version++;
      authority.settle({
        outcome: "rejected",
        missing: [foreignEntry(version, ["-"], { baseLength: version })],
        bad: [],
      });
    }
    expect(authority.isQuiet).toBe(true);
  });

  test("that is for one version only is dropped when others are first", () => {
    const authority = roomyAuthority();
    authority.submit(submission("bob", 1, 1, 2, [2, "!"]));
    authority.submit(submission("s", 1, 1, 2, ["x"], { isStrict: true }));
    const { batch, dropped } = authority.nextBatch(1);
    expect(batch?.entries.map(({ session }) => session)).toEqual(["bob"]);
    expect(dropped).toMatchObject([{ submission: { session: "s" }, answer: { type: "reopen" } }]);
  });
});

describe("taking a submission", () => {
  test("[S4] refuses a bad operation with its own code", () => {
    const answer = emptyAuthority().submit(submission("a", 1, 0, 0, [1.5]));
    expect(answer).toEqual({ type: "refused", code: "ERR_OPERATION_NUMBER" });
  });

  test("[S4] refuses an operation that changes nothing as submitted", () => {
    const answer = authorityWith("abc").submit(submission("a", 1, 1, 3, [2]));
    expect(answer).toEqual({ type: "refused", code: "ERR_OPERATION_EMPTY" });
  });

  test("[S4] asks for a look at the log before it calls a base too new", () => {
    const authority = authorityWith("abc");
    const early = submission("a", 1, 2, 4, ["x"]);
    expect(authority.submit(early)).toEqual({ type: "refresh" });
    expect(authority.submit(early, { isFresh: true })).toEqual({ type: "reopen", code: "ERR_BASE_AHEAD" });
    authority.learn([foreignEntry(2, ["y"], { baseLength: authority.head.length })]);
    expect(authority.submit(early)).toEqual({ type: "queued" });
  });

  test("[S4] refuses a wrong base length, and an operation that reaches past the end", () => {
    const authority = authorityWith("abc");
    const refused = { type: "refused", code: "ERR_LENGTH_MISMATCH" };
    expect(authority.submit(submission("a", 1, 1, 4, ["x"]))).toEqual(refused);
    expect(authority.submit(submission("a", 2, 1, 3, [3, { d: 1 }]))).toEqual(refused);
    expect(authority.submit(submission("a", 3, 0, 0, ["x"]))).toEqual({ type: "queued" });
    expect(authority.isQuiet).toBe(false);
  });

  test("[S4] a base older than the history that is kept must be opened again", () => {
    const authority = emptyAuthority({ history: { maxEntries: 2, maxWeight: 1000 } });
    for (let version = 1; version <= 4; version++) authority.learn([foreignEntry(version, ["x"])]);
    const answer = authority.submit(submission("a", 1, 0, 0, ["y"]));
    expect(answer).toEqual({ type: "reopen", code: "ERR_BASE_TRIMMED" });
    expect(authority.submit(submission("a", 1, 4, 4, ["y"]))).toEqual({ type: "queued" });
  });

  test("[I9] refuses what would make the document too long, also where only the queue before it does", () => {
    const authority = emptyAuthority({ maxDocumentLength: 5 });
    const tooLarge = { type: "refused", code: "ERR_DOCUMENT_TOO_LARGE" };
    expect(authority.submit(submission("a", 1, 0, 0, ["123456"]))).toEqual(tooLarge);
    authority.submit(submission("a", 2, 0, 0, ["123"]));
    authority.submit(submission("b", 1, 0, 0, ["456"]));
    const { batch, dropped } = authority.nextBatch(1);
    expect(batch?.entries).toHaveLength(1);
    expect(dropped).toMatchObject([{ submission: { session: "b", seq: 1 }, answer: tooLarge }]);
  });
});

describe("committing", () => {
  test("[S6] chains what waits, pending on the left", () => {
    const authority = authorityWith("-");
    authority.submit(submission("a", 1, 1, 1, [1, "aa"]));
    authority.submit(submission("b", 1, 1, 1, [1, "bb"]));
    expect(commitAll(authority)).toEqual([
      [1, "aa"],
      [1, "bb"],
    ]);
    expect(authority.text.toString()).toBe("-bbaa");
    expect(authority.head).toEqual({ version: 3, entryId: "e2", length: 5 });
  });

  test("has one batch outstanding at a time; what arrives meanwhile forms the next", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"]));
    expect(authority.nextBatch(1).batch?.entries).toHaveLength(1);
    authority.submit(submission("b", 1, 0, 0, ["b"]));
    authority.submit(submission("c", 1, 0, 0, ["c"]));
    expect(authority.nextBatch(1).batch).toBeUndefined();
    authority.settle(accepted(authority));
    expect(authority.nextBatch(1).batch?.entries.map(({ session }) => session)).toEqual(["b", "c"]);
  });

  test("nothing is in the text or the history before the log has answered", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"]));
    authority.nextBatch(1);
    expect(authority.head.version).toBe(0);
    expect(authority.text.toString()).toBe("");
    expect(authority.isCommitting("a")).toBe(true);
  });

  test("an operation that has become empty is committed all the same", () => {
    const authority = authorityWith("abc");
    authority.submit(submission("a", 1, 1, 3, [1, { d: 1 }]));
    authority.submit(submission("b", 1, 1, 3, [1, { d: 1 }]));
    expect(commitAll(authority)).toEqual([[1, { d: 1 }], []]);
    expect(authority.head.version).toBe(3);
  });

  test("[S6] after a conflict everything is chained afresh from its single form", () => {
    // The case that a chain moved over missed entries gets wrong: x deletes "A", y inserts after it, z came in between.
    const authority = authorityWith("A");
    authority.submit(submission("x", 1, 1, 1, [{ d: 1 }]));
    authority.submit(submission("y", 1, 1, 1, [1, "y"]));
    authority.nextBatch(1);
    const missing = [foreignEntry(2, ["z"], { baseLength: authority.head.length })];
    authority.settle({ outcome: "rejected", missing, bad: [] });
    const { batch } = authority.nextBatch(1);
    expect(batch?.expected).toEqual({ version: 2, entryId: "x2" });
    expect(batch?.entries.map(({ operation }) => operation)).toEqual([
      [1, { d: 1 }],
      [1, "y"],
    ]);
  });

  test("[S5] a duplicate is dropped without a word, a fenced and an unknown one end their channels", () => {
    const authority = emptyAuthority();
    for (const session of ["a", "b", "c", "d"]) authority.submit(submission(session, 1, 0, 0, [session]));
    authority.nextBatch(1);
    const { dropped } = authority.settle({
      outcome: "rejected",
      missing: [],
      bad: [
        { session: "a", seq: 1, fault: "duplicate" },
        { session: "b", seq: 1, fault: "fenced" },
        { session: "c", seq: 1, fault: "unknown-session" },
      ],
    });
    expect(dropped.map(({ submission: { session }, answer: { code } }) => [session, code])).toEqual([
      ["b", "ERR_FENCED"],
      ["c", "ERR_SESSION_UNKNOWN"],
    ]);
    expect(commitAll(authority)).toEqual([["d"]]);
  });

  test("[S3] a purged session's operations are not committed, but a batch under way may be", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"]));
    authority.nextBatch(1);
    authority.submit(submission("b", 1, 0, 0, ["b"]));
    authority.purge("a");
    authority.purge("b");
    expect(authority.isCommitting("a")).toBe(true);
    expect(authority.settle(accepted(authority)).committed).toHaveLength(1);
    expect(authority.nextBatch(1).batch).toBeUndefined();
  });

  test("[S3] a purged session's operations do not come back when the batch under way was rejected", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"]));
    authority.nextBatch(1);
    authority.purge("a");
    authority.settle({ outcome: "rejected", missing: [foreignEntry(1, ["z"])], bad: [] });
    expect(authority.nextBatch(1).batch).toBeUndefined();
  });

  test("[S5] after no answer, what the log has already leaves the queue and the rest is sent again", () => {
    const authority = emptyAuthority();
    authority.submit(submission("a", 1, 0, 0, ["a"]));
    authority.submit(submission("b", 1, 0, 0, ["b"]));
    authority.nextBatch(1);
    authority.abandon();
    authority.learn([foreignEntry(1, ["a"], { session: "a", seq: 1 })]);
    expect(commitAll(authority)).toEqual([["b"]]);
    expect(authority.text.toString()).toBe("ba");
  });

  test("[5c] an author's caret rides with the operation to its committed version", () => {
    const authority = authorityWith("hello");
    const caret = { selection: { anchor: 6, head: 6 } };
    authority.submit(submission("a", 1, 1, 5, [5, "!"], caret));
    authority.learn([
      foreignEntry(2, ["oh "], { baseLength: 5 }),
      foreignEntry(3, [8, "?"], { baseLength: 8 }),
    ]);
    const { batch } = authority.nextBatch(1);
    expect(batch?.entries[0]?.operation).toEqual([8, "!"]);
    const { committed } = authority.settle(accepted(authority));
    expect(authority.text.toString()).toBe("oh hello!?");
    expect(committed[0]?.selection).toEqual({ anchor: 9, head: 9 });
  });
});

describe("laws", () => {
  interface Edit {
    readonly session: string;
    readonly back: number;
    readonly at: number;
    readonly remove: number;
    readonly text: string;
    readonly isCommitted: boolean;
    readonly isConflict: boolean;
  }
  const edits: fc.Arbitrary<Edit[]> = fc.array(
    fc.record({
      session: fc.constantFrom("a", "b", "c", "d"),
      back: fc.nat(4),
      at: fc.nat(20),
      remove: fc.nat(4),
      text: fc.constantFrom("", "x", "yz", "😀", "é"),
      isCommitted: fc.boolean(),
      isConflict: fc.boolean(),
    }),
    { maxLength: 30 },
  );

  test("any interleaving of submissions, conflicts and lost answers gives the text that the log replays to, each once", async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (edits) => {
        const log = new MemoryLog();
        let made = 0;
        const nodes = [0, 1].map(
          () =>
            new Authority({
              head: EMPTY_HEAD,
              text: Text.empty,
              maxDocumentLength: 1000,
              newEntryId: () => `e${++made}`,
            }),
        );
        const sent = new Map<string, number>();
        const submitted: string[] = [];
        const commit = async (node: Authority, loseAnswer: boolean): Promise<void> => {
          for (let attempt = 0; attempt < 20; attempt++) {
            const { batch } = node.nextBatch(1);
            if (batch === undefined) return;
            const answer = await log.commit("d", batch);
            if (answer.outcome === "diverged") throw new Error("diverged");
            if (loseAnswer && attempt === 0) {
              node.abandon();
              node.learn((await log.readEntries("d", node.head.version, 1e6)) ?? []);
            } else node.settle(answer);
          }
        };
        for (const session of ["a", "b", "c", "d"]) {
          const request = { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, time: 0 };
          await log.openSession("d", { ...request, fence: `f-${session}` });
        }
        for (const { session, back, at, remove, text, isCommitted, isConflict } of edits) {
          const node = nodes[session < "c" ? 0 : 1]!;
          const version = Math.max(0, node.head.version - back);
          const length = node.history.lengthAt(version) ?? 0;
          const from = Math.min(at, length);
          const operation = replaceOperation(from, Math.min(length, from + remove), text, length);
          const seq = (sent.get(session) ?? 0) + 1;
          sent.set(session, seq);
          const answer = node.submit(submission(session, seq, version, length, operation));
          if (answer.type === "queued") submitted.push(`${session}${seq}`);
          if (isCommitted) await commit(node, isConflict);
        }
        for (const node of nodes) await commit(node, false);
        const entries = (await log.readEntries("d", 0, 1e6)) ?? [];
        const replayed = entries.reduce((text, { operation }) => apply(text, operation), Text.empty);
        for (const node of nodes) {
          node.learn((await log.readEntries("d", node.head.version, 1e6)) ?? []);
          expect(node.text.toString()).toBe(replayed.toString());
        }
        expect(entries.map(({ session, seq }) => `${session}${seq}`).toSorted()).toEqual(
          submitted.toSorted(),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("[S6] what is committed is what the author computes, who moves it over all it missed as one", () => {
    fc.assert(
      fc.property(edits, (edits) => {
        const authority = authorityWith("The quick brown fox");
        const bases = new Map<string, { version: number; operation: Operation }>();
        const seqs = new Map<string, number>();
        for (const { session, at, remove, text, isCommitted } of edits) {
          const { version, length } = authority.head;
          const from = Math.min(at, length);
          const operation = replaceOperation(from, Math.min(length, from + remove), text, length);
          if (!bases.has(session) && !isNoop(operation)) {
            const seq = (seqs.get(session) ?? 0) + 1;
            seqs.set(session, seq);
            bases.set(session, { version, operation });
            authority.submit(submission(session, seq, version, length, operation));
          }
          if (!isCommitted) continue;
          if (authority.nextBatch(1).batch === undefined) continue;
          for (const { entry } of authority.settle(accepted(authority)).committed) {
            const { version, operation } = bases.get(entry.session)!;
            bases.delete(entry.session);
            const missed = authority.history.entries(version, entry.version - 1)!;
            const moved =
              missed.length === 0
                ? operation
                : transform(operation, composeAll(missed.map(({ operation }) => operation)), "left");
            expect(entry.operation).toEqual(moved);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
