import { composeAll, transformPair } from "@interline/ot";
import type { CommitAnswer, CommitBatch, DocumentLog, Entry } from "@interline/server";

/** A log that does one thing in another way. */
function doctored(log: DocumentLog, other: Partial<DocumentLog>): DocumentLog {
  return {
    openSession: (document, request) => log.openSession(document, request),
    commit: (document, batch) => log.commit(document, batch),
    readEntries: (document, after, to) => log.readEntries(document, after, to),
    readHead: (document) => log.readHead(document),
    loadCheckpoint: (document) => log.loadCheckpoint(document),
    saveCheckpoint: (document, checkpoint) => log.saveCheckpoint(document, checkpoint),
    trim: (document, upTo) => log.trim(document, upTo),
    expireSessions: (document, retention) => log.expireSessions(document, retention),
    settle: (document, session, settled) => log.settle(document, session, settled),
    release: (document) => log.release(document),
    close: () => log.close(),
    ...other,
  };
}

/** Commits whatever the token. */
export function withoutFences(log: DocumentLog): DocumentLog {
  const tokens = new Map<string, string>();
  return doctored(log, {
    async openSession(document, request) {
      tokens.set(request.session, request.fence);
      return log.openSession(document, request);
    },
    commit: (document, { entries, ...batch }) =>
      log.commit(document, {
        ...batch,
        entries: entries.map((entry) => ({ ...entry, fence: tokens.get(entry.session) ?? entry.fence })),
      }),
  });
}

/**
 * Knows neither sessions nor numbers of what it has: everything is new to it, and nobody finds his own in it. Numbers above
 * those of clients stand for "none".
 */
export function withoutSeqCheck(log: DocumentLog): DocumentLog {
  const seen = new Set<string>();
  let next = 1000;
  return doctored(log, {
    async commit(document, { entries, ...batch }): Promise<CommitAnswer> {
      const fresh = entries.map((entry) => {
        const name = `${entry.session} ${entry.seq}`;
        if (!seen.has(name)) {
          seen.add(name);
          return entry;
        }
        return { ...entry, seq: next++ };
      });
      const answer = await log.commit(document, { ...batch, entries: fresh });
      if (answer.outcome !== "rejected") return answer;
      return { ...answer, missing: answer.missing.map((entry) => ({ ...entry, session: "nobody", seq: 0 })) };
    },
  });
}

/** Appends to whatever the head is. */
export function withoutHeadCheck(log: DocumentLog): DocumentLog {
  return doctored(log, {
    commit: async (document, batch) =>
      log.commit(document, { ...batch, expected: await log.readHead(document) }),
  });
}

/** Numbers must follow each other. */
export function withoutHoles(log: DocumentLog): DocumentLog {
  const last = new Map<string, number>();
  return doctored(log, {
    async commit(document, batch) {
      const bad = batch.entries.filter(({ session, seq }) => seq !== (last.get(session) ?? 0) + 1);
      if (bad.length > 0) {
        const faults = bad.map(({ session, seq }) => ({ session, seq, fault: "unknown-session" as const }));
        return { outcome: "rejected", missing: [], bad: faults };
      }
      const answer = await log.commit(document, batch);
      if (answer.outcome === "committed") {
        for (const { session, seq } of batch.entries) last.set(session, seq);
      }
      return answer;
    },
  });
}

/** Says "committed" before it is. What is not `durable` yet is lost with the program. */
export function answeringEarly(log: DocumentLog): DocumentLog {
  return doctored(log, {
    async commit(_document, { expected, entries }) {
      const last = entries.at(-1);
      if (last === undefined) throw new RangeError("a batch has at least one entry");
      const version = expected.version + entries.length;
      return { outcome: "committed", head: { version, entryId: last.entryId, length: last.length } };
    },
  });
}

/** Appends the good entries of a batch that has bad ones. */
export function withoutWholeBatches(log: DocumentLog): DocumentLog {
  return doctored(log, {
    async commit(document, batch) {
      const answer = await log.commit(document, batch);
      if (answer.outcome === "rejected" && answer.missing.length === 0) {
        const isBad = (entry: { session: string; seq: number }) =>
          answer.bad.some(({ session, seq }) => session === entry.session && seq === entry.seq);
        await log.commit(document, { ...batch, entries: batch.entries.filter((entry) => !isBad(entry)) });
      }
      return answer;
    },
  });
}

/** Moves a batch that is behind over what it missed, as the finished chain that it is. */
export function movingChains(log: DocumentLog): DocumentLog {
  return doctored(log, {
    async commit(document, batch: CommitBatch): Promise<CommitAnswer> {
      const answer = await log.commit(document, batch);
      if (answer.outcome !== "rejected" || answer.missing.length === 0 || answer.bad.length > 0)
        return answer;
      let missed = composeAll(answer.missing.map(({ operation }) => operation));
      const entries = batch.entries.map((entry) => {
        const [operation, moved] = transformPair(entry.operation, missed);
        missed = moved;
        return { ...entry, operation, length: operation.targetLength };
      });
      await log.commit(document, { ...batch, expected: await log.readHead(document), entries });
      const all: readonly Entry[] | undefined = await log.readEntries(
        document,
        batch.expected.version,
        Number.MAX_SAFE_INTEGER,
      );
      return { outcome: "rejected", missing: all ?? [], bad: [] };
    },
  });
}
