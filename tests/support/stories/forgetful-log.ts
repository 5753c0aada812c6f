import {
  type CommitAnswer,
  type CommitBatch,
  type DocumentLog,
  EMPTY_HEAD,
  type Entry,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type SessionRow,
} from "@interline/server";
import { decideCommit, decideOpenSession } from "../../../packages/server/src/log/rules.ts";

/** Which rules about session rows it keeps: all, unless a story says otherwise. */
export interface RowRules {
  /** A dropped row that was not settled raises the watermark. */
  readonly hasWatermark: boolean;
  /** A row that is made again remembers since when it knows. */
  readonly hasSince: boolean;
  readonly refusesUnknown: boolean;
  /** The number is recorded in the step of the append; otherwise in a later one, before which the program crashes. */
  readonly recordsSeqAtOnce: boolean;
  /** Tokens never repeat; otherwise the row counts them. */
  readonly hasUniqueTokens: boolean;
}

const ALL: RowRules = {
  hasWatermark: true,
  hasSince: true,
  refusesUnknown: true,
  recordsSeqAtOnce: true,
  hasUniqueTokens: true,
};

/** A log of one document that drops session rows when it is told to. Its decisions are those of every log. */
export class ForgetfulLog implements DocumentLog {
  readonly #rules: RowRules;
  readonly #rows = new Map<string, SessionRow>();
  readonly #entries: Entry[] = [];
  #head = EMPTY_HEAD;
  #forgotten = 0;

  constructor(rules: Partial<RowRules> = {}) {
    this.#rules = { ...ALL, ...rules };
  }

  /** Forgets a session. */
  drop(session: string): void {
    const row = this.#rows.get(session);
    this.#rows.delete(session);
    if (row !== undefined && row.settled < row.lastSeq && this.#rules.hasWatermark) {
      this.#forgotten = Math.max(this.#forgotten, row.lastVersion);
    }
  }

  async openSession(_document: string, request: OpenSessionRequest): Promise<OpenSessionAnswer> {
    const known = this.#rows.get(request.session);
    const fence = this.#rules.hasUniqueTokens ? request.fence : `${Number(known?.fence ?? 0) + 1}`;
    const answer = decideOpenSession(known, this.#head, this.#forgotten, { ...request, fence });
    const row = this.#rules.hasSince ? answer.row : { ...answer.row, since: 0 };
    this.#rows.set(request.session, row);
    return { ...answer, row };
  }

  async commit(_document: string, batch: CommitBatch): Promise<CommitAnswer> {
    const { expected, entries } = batch;
    const nobody = { lastSeq: 0, lastVersion: 0, settled: 0, since: 0, lastUsed: 0 };
    const stranger = (session: string) => {
      const fence = entries.find((entry) => entry.session === session)?.fence ?? "";
      return this.#rules.refusesUnknown ? undefined : { ...nobody, fence };
    };
    const expectedId = expected.version === 0 ? "" : this.#entries[expected.version - 1]?.entryId;
    const row = (session: string) => this.#rows.get(session) ?? stranger(session);
    const decision = decideCommit({ head: this.#head, expectedId, row }, batch);
    if (decision.outcome === "diverged") return decision;
    if (decision.outcome === "rejected") {
      const missing = decision.isBehind ? this.#entries.slice(expected.version) : [];
      return { outcome: "rejected", missing, bad: decision.bad };
    }
    this.#entries.push(...decision.entries);
    this.#head = decision.head;
    if (this.#rules.recordsSeqAtOnce) {
      for (const [session, changed] of decision.rows) {
        if (this.#rows.has(session)) this.#rows.set(session, changed);
      }
    }
    return { outcome: "committed", head: decision.head };
  }

  async readEntries(_document: string, after: number, to: number): Promise<readonly Entry[]> {
    return this.#entries.slice(after, to);
  }

  async readHead() {
    return this.#head;
  }

  async loadCheckpoint() {
    return undefined;
  }

  async saveCheckpoint(): Promise<void> {}
  async trim(): Promise<void> {}
  async expireSessions(): Promise<void> {}
  async settle(): Promise<void> {}
  release(): void {}
  async close(): Promise<void> {}
}
