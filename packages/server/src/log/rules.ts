import {
  type BadEntry,
  type CommitBatch,
  type Entry,
  type Head,
  type NewEntry,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type SessionRetention,
  type SessionRow,
} from "./document-log.ts";

/**
 * The atomic decisions of a log, as pure functions. A log reads what they need, decides, and writes the result, all in
 * one step that nothing else of the document can come between.
 */

/**
 * What opening a session does to its row. The new row is `row` of the answer.
 *
 * `forgotten` is the highest `lastVersion` of any row that was dropped unsettled: a client at or above it would have
 * seen what such a row knew.
 */
export function decideOpenSession(
  row: SessionRow | undefined,
  head: Head,
  forgotten: number,
  request: OpenSessionRequest,
): OpenSessionAnswer {
  const known = row ?? {
    lastSeq: request.settled,
    lastVersion: 0,
    settled: request.settled,
    since: request.version >= forgotten ? request.version : head.version,
  };
  const isFateKnown = !(request.inFlight && known.lastSeq < request.lastSeq && request.version < known.since);
  return {
    isFateKnown,
    row: {
      ...known,
      fence: request.fence,
      settled: Math.max(known.settled, request.settled),
      lastUsed: request.time,
    },
    head,
  };
}

/** What a log holds at the moment of a commit. */
export interface CommitState {
  readonly head: Head;
  /** Id of the entry at the expected version, "" for version 0, undefined if the log has no such entry (any more). */
  readonly expectedId: string | undefined;
  readonly row: (session: string) => SessionRow | undefined;
}

export type CommitDecision =
  | {
      readonly outcome: "append";
      readonly entries: readonly Entry[];
      readonly rows: ReadonlyMap<string, SessionRow>;
      readonly head: Head;
    }
  /** `isBehind`: the answer carries the entries after the expected version. */
  | { readonly outcome: "rejected"; readonly isBehind: boolean; readonly bad: readonly BadEntry[] }
  | { readonly outcome: "diverged" };

/** Whether a batch is appended: as a whole, or not at all. */
export function decideCommit(state: CommitState, batch: CommitBatch): CommitDecision {
  const { expected } = batch;
  const isBehind = state.head.version !== expected.version || state.head.entryId !== expected.entryId;
  if (isBehind && state.expectedId !== expected.entryId) return { outcome: "diverged" };

  const bad: BadEntry[] = [];
  const entries: Entry[] = [];
  const rows = new Map<string, SessionRow>();
  let { version, entryId, length } = state.head;
  for (const entry of batch.entries) {
    const { session, seq } = entry;
    // The row as this batch has changed it so far: it shows a duplicate within the batch too.
    const known = rows.get(session) ?? state.row(session);
    const row = known ?? (batch.isRestored === true ? LOST_ROW : undefined);
    const fault = faultOf(row, entry, batch.isRestored === true);
    if (row === undefined || fault !== undefined) {
      bad.push({ session, seq, fault: fault ?? "unknown-session" });
      continue;
    }
    version++;
    entryId = entry.entryId;
    length = entry.length;
    entries.push({
      version,
      entryId,
      session,
      seq,
      operation: entry.operation,
      author: entry.author,
      time: batch.time,
    });
    rows.set(session, {
      fence: row.fence,
      lastSeq: seq,
      lastVersion: version,
      settled: Math.max(row.settled, entry.settled),
      since: row.since,
      lastUsed: batch.time,
    });
  }
  if (isBehind || bad.length > 0) return { outcome: "rejected", isBehind, bad };
  return { outcome: "append", entries, rows, head: { version, entryId, length } };
}

/** Of a session that the log lost: what it has sent since is not in the log. */
const LOST_ROW: SessionRow = { fence: "", lastSeq: 0, lastVersion: 0, settled: 0, since: 0, lastUsed: 0 };

/** A number that is in the log stays a duplicate even for a fenced writer: its fate is known. */
function faultOf(
  row: SessionRow | undefined,
  entry: NewEntry,
  isRestored: boolean,
): BadEntry["fault"] | undefined {
  if (row === undefined) return "unknown-session";
  if (entry.seq <= row.lastSeq) return "duplicate";
  return isRestored || entry.fence === row.fence ? undefined : "fenced";
}

/**
 * Which sessions are forgotten, and how `forgotten` (see `decideOpenSession`) rises by it. A settled session can be forgotten at
 * any time: its client knows the fate of all it sent. O(n log n) in the rows.
 */
export function decideExpiry(
  rows: Iterable<readonly [session: string, SessionRow]>,
  forgotten: number,
  { time, idleMs, maxSessions, open }: SessionRetention,
): { readonly expired: readonly string[]; readonly forgotten: number } {
  const all = [...rows];
  const closed = all
    .filter(([session]) => !open.has(session))
    .toSorted(
      // By name at last: rows come in any order.
      ([nameA, a], [nameB, b]) =>
        Number(isSettled(b)) - Number(isSettled(a)) || a.lastUsed - b.lastUsed || (nameA < nameB ? -1 : 1),
    );
  const surplus = all.length - maxSessions;
  const expired = closed.filter(
    ([, row], index) => index < surplus || (isSettled(row) && time - row.lastUsed >= idleMs),
  );
  const unsettled = expired.filter(([, row]) => !isSettled(row)).map(([, { lastVersion }]) => lastVersion);
  return {
    expired: expired.map(([session]) => session),
    forgotten: unsettled.reduce((highest, version) => Math.max(highest, version), forgotten),
  };
}

function isSettled(row: SessionRow): boolean {
  return row.settled >= row.lastSeq;
}
