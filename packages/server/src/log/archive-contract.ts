import assert from "node:assert/strict";
import { replaceOperation } from "@interline/ot";
import type { ArchivableLog, DocumentExport } from "./archivable-log.ts";
import type { CommitBatch, DocumentLog, Entry, OpenSessionRequest } from "./document-log.ts";

/** One thing that every log must do whose documents can be moved. @public */
export interface ArchiveCase {
  readonly name: string;
  /** Rejects if a fresh, empty log does not do it. Whoever made the log closes it. */
  readonly run: (log: ArchivableLog) => Promise<void>;
}

/** More than any log reads at a time. */
const MANY = 2_500;

/**
 * What every `ArchivableLog` must do, for any test runner.
 *
 * @example
 * for (const { name, run } of archiveContract) test(name, async () => run(await createMyLog()));
 * @public
 */
export const archiveContract: readonly ArchiveCase[] = [
  {
    name: "what is exported and imported under another name is the same in all it is made of",
    async run(log) {
      await fill(log, "d");
      const before = await readAll(await log.exportDocument("d"));
      assert.deepEqual(before.head, { version: 6, entryId: "a6", length: 6 });
      assert.equal(before.forgotten, 6, "a session was forgotten unsettled");
      assert.deepEqual(
        before.entries.map(({ version }) => version),
        [4, 5, 6],
      );
      assert.deepEqual(
        before.rows.map(([session]) => session),
        ["b", "c"],
      );
      await log.importDocument("e", await log.exportDocument("d"));
      assert.deepEqual(await readAll(await log.exportDocument("e")), before);
      assert.deepEqual(await log.readHead("e"), before.head);
      assert.deepEqual(await log.loadCheckpoint("e"), { version: 3, entryId: "a3", text: "xxx" });
      assert.deepEqual(await log.readEntries("e", 3, 9), before.entries);
      assert.equal(await log.readEntries("e", 2, 9), undefined);
    },
  },
  {
    name: "[S3] [S5] what was imported decides as before: fences, duplicates, unknown fates, who is behind",
    async run(log) {
      await fill(log, "d");
      await log.importDocument("e", await log.exportDocument("d"));
      const fenced = await log.commit("e", batch(6, "a6", "c", 1, "old"));
      assert.deepEqual(fenced, {
        outcome: "rejected",
        missing: [],
        bad: [{ session: "c", seq: 1, fault: "fenced" }],
      });
      const duplicate = await log.commit("e", batch(6, "a6", "b", 9, "fb"));
      assert.deepEqual(duplicate, {
        outcome: "rejected",
        missing: [],
        bad: [{ session: "b", seq: 9, fault: "duplicate" }],
      });
      const behind = await log.commit("e", batch(3, "a3", "c", 1, "fc"));
      assert(behind.outcome === "rejected");
      assert.equal(behind.missing.length, 3);
      // `a` was forgotten unsettled: what it has in flight may be in the log.
      const back = await log.openSession("e", open("a", "fa2", { lastSeq: 6, inFlight: true }));
      assert.equal(back.isFateKnown, false);
      const committed = await log.commit("e", batch(6, "a6", "c", 1, "fc"));
      assert.equal(committed.outcome, "committed");
      assert.equal((await log.readHead("d")).version, 6, "it is another document");
    },
  },
  {
    name: "a long history is moved whole, and one without any entries too",
    async run(log) {
      await log.openSession("d", open("a", "fa"));
      const entries = Array.from({ length: MANY }, (_, index) => entry("a", index + 1, "fa", index));
      await log.commit("d", { expected: { version: 0, entryId: "" }, entries, time: 9 });
      await log.importDocument("e", await log.exportDocument("d"));
      const { entries: moved } = await readAll(await log.exportDocument("e"));
      assert.deepEqual(
        moved.map(({ version }) => version),
        entries.map((_entry, index) => index + 1),
      );
      await log.saveCheckpoint("d", { version: MANY, entryId: `a${MANY}`, text: "x".repeat(MANY) });
      await log.trim("d", MANY);
      await log.importDocument("f", await log.exportDocument("d"));
      assert.deepEqual((await readAll(await log.exportDocument("f"))).entries, []);
      const next = await log.commit("f", batch(MANY, `a${MANY}`, "a", MANY + 1, "fa"));
      assert.equal(next.outcome, "committed");
      assert.deepEqual((await log.readEntries("f", MANY, MANY + 9))?.length, 1);
    },
  },
  {
    name: "a document that is removed was never written, and can be imported again; its neighbours stay",
    async run(log) {
      for (const document of ["d", "d~1", "d-"]) await fill(log, document);
      const exported = await readAll(await log.exportDocument("d"));
      await log.removeDocument("d");
      await log.removeDocument("d");
      assert.deepEqual(await log.readHead("d"), { version: 0, entryId: "", length: 0 });
      assert.deepEqual(await log.readEntries("d", 0, 9), []);
      assert.equal(await log.loadCheckpoint("d"), undefined);
      assert.deepEqual((await readAll(await log.exportDocument("d"))).rows, []);
      for (const document of ["d~1", "d-"]) assert.equal((await log.readHead(document)).version, 6);
      const again: DocumentExport = { ...exported, entries: inPages(exported.entries) };
      await log.importDocument("d", again);
      assert.deepEqual(await readAll(await log.exportDocument("d")), exported);
    },
  },
];

/** Version 6 with a checkpoint at 3 and entries after it; `a` was forgotten unsettled; `b` wrote number 9; `c` is open. */
async function fill(log: DocumentLog, document: string): Promise<void> {
  await log.openSession(document, open("b", "fb", { lastSeq: 9, settled: 9 }));
  await log.openSession(document, open("a", "fa"));
  const entries = Array.from({ length: 6 }, (_, index) => entry("a", index + 1, "fa", index));
  await log.commit(document, { expected: { version: 0, entryId: "" }, entries, time: 9 });
  await log.saveCheckpoint(document, { version: 3, entryId: "a3", text: "xxx" });
  await log.trim(document, 3);
  await log.openSession(document, open("c", "fc"));
  await log.expireSessions(document, { time: 9, idleMs: 99, maxSessions: 0, open: new Set(["b", "c"]) });
}

interface WholeExport extends Omit<DocumentExport, "entries"> {
  readonly entries: readonly Entry[];
}

async function readAll(exported: DocumentExport): Promise<WholeExport> {
  const entries: Entry[] = [];
  for await (const page of exported.entries) entries.push(...page);
  const rows = exported.rows.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { ...exported, rows, entries };
}

async function* inPages(entries: readonly Entry[]): AsyncGenerator<readonly Entry[]> {
  for (const one of entries) yield [one];
}

function open(session: string, fence: string, request: Partial<OpenSessionRequest> = {}): OpenSessionRequest {
  return { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, fence, time: 1, ...request };
}

function entry(session: string, seq: number, fence: string, length: number): CommitBatch["entries"][number] {
  const operation = replaceOperation(0, 0, "x", length);
  const entryId = `${session}${seq}`;
  return { entryId, session, seq, fence, settled: 0, operation, length: length + 1, author: "ann" };
}

function batch(version: number, entryId: string, session: string, seq: number, fence: string): CommitBatch {
  return { expected: { version, entryId }, entries: [entry(session, seq, fence, version)], time: 9 };
}
