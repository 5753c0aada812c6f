import type { Catalogue } from "../catalogue/catalogue.ts";
import { MemoryCatalogue } from "../catalogue/memory-catalogue.ts";
import type { ArchivableLog, DocumentExport } from "./archivable-log.ts";
import {
  type Checkpoint,
  type CommitAnswer,
  type CommitBatch,
  EMPTY_HEAD,
  type Entry,
  type Head,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type SessionRetention,
  type SessionRow,
} from "./document-log.ts";
import { upToWeight } from "./weight.ts";
import { decideCommit, decideExpiry, decideOpenSession } from "./rules.ts";

interface StoredDocument {
  head: Head;
  /** Version of the entry before the first of `entries`: how far the log was trimmed. */
  start: number;
  entries: Entry[];
  readonly rows: Map<string, SessionRow>;
  checkpoint: Checkpoint | undefined;
  forgotten: number;
}

/**
 * A log that lasts as long as the process: for tests, and for documents that nobody needs tomorrow. Several hosts may share one.
 * @public
 */
export class MemoryLog implements ArchivableLog {
  readonly catalogue: Catalogue = new MemoryCatalogue();
  readonly #documents = new Map<string, StoredDocument>();

  async openSession(document: string, request: OpenSessionRequest): Promise<OpenSessionAnswer> {
    const stored = this.#stored(document);
    const answer = decideOpenSession(
      stored.rows.get(request.session),
      stored.head,
      stored.forgotten,
      request,
    );
    stored.rows.set(request.session, answer.row);
    return answer;
  }

  async commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    const stored = this.#stored(document);
    const { version } = batch.expected;
    const decision = decideCommit(
      {
        head: stored.head,
        expectedId: entryIdAt(stored, version),
        row: (session) => stored.rows.get(session),
      },
      batch,
    );
    if (decision.outcome === "diverged") return decision;
    if (decision.outcome === "rejected") {
      const missing = decision.isBehind ? stored.entries.slice(version - stored.start) : [];
      return { outcome: "rejected", missing, bad: decision.bad };
    }
    for (const entry of decision.entries) stored.entries.push(entry);
    for (const [session, row] of decision.rows) stored.rows.set(session, row);
    stored.head = decision.head;
    return { outcome: "committed", head: decision.head };
  }

  async readEntries(
    document: string,
    after: number,
    to: number,
    maxWeight?: number,
  ): Promise<readonly Entry[] | undefined> {
    if (to <= after) return [];
    const { start, entries } = this.#stored(document);
    if (after < start) return undefined;
    return upToWeight(entries.slice(after - start, Math.max(0, to - start)), maxWeight);
  }

  async readHead(document: string): Promise<Head> {
    return this.#stored(document).head;
  }

  async loadCheckpoint(document: string): Promise<Checkpoint | undefined> {
    return this.#stored(document).checkpoint;
  }

  async saveCheckpoint(document: string, checkpoint: Checkpoint): Promise<void> {
    const stored = this.#stored(document);
    const { version, entryId } = checkpoint;
    if (version <= (stored.checkpoint?.version ?? 0) || entryIdAt(stored, version) !== entryId) return;
    stored.checkpoint = checkpoint;
  }

  async trim(document: string, upTo: number): Promise<void> {
    const stored = this.#stored(document);
    const start = Math.max(stored.start, Math.min(upTo, stored.checkpoint?.version ?? 0));
    stored.entries = stored.entries.slice(start - stored.start);
    stored.start = start;
  }

  async expireSessions(document: string, retention: SessionRetention): Promise<void> {
    const stored = this.#stored(document);
    const { expired, forgotten } = decideExpiry(stored.rows, stored.forgotten, retention);
    for (const session of expired) stored.rows.delete(session);
    stored.forgotten = forgotten;
  }

  async settle(document: string, session: string, settled: number): Promise<void> {
    const { rows } = this.#stored(document);
    const row = rows.get(session);
    if (row !== undefined && row.settled < settled) rows.set(session, { ...row, settled });
  }

  async exportDocument(document: string): Promise<DocumentExport> {
    const { head, forgotten, checkpoint, rows, entries } = this.#stored(document);
    const all = [...entries];
    return {
      head,
      forgotten,
      checkpoint,
      rows: [...rows],
      entries: (async function* () {
        if (all.length > 0) yield all;
      })(),
    };
  }

  async importDocument(document: string, exported: DocumentExport): Promise<void> {
    const { head, forgotten, checkpoint } = exported;
    const entries: Entry[] = [];
    for await (const page of exported.entries) for (const entry of page) entries.push(entry);
    const start = head.version - entries.length;
    this.#documents.set(document, {
      head,
      start,
      entries,
      rows: new Map(exported.rows),
      checkpoint,
      forgotten,
    });
  }

  async removeDocument(document: string): Promise<void> {
    this.#documents.delete(document);
  }

  release(_document: string): void {}

  async close(): Promise<void> {}

  #stored(document: string): StoredDocument {
    let stored = this.#documents.get(document);
    if (stored === undefined) {
      stored = {
        head: EMPTY_HEAD,
        start: 0,
        entries: [],
        rows: new Map(),
        checkpoint: undefined,
        forgotten: 0,
      };
      this.#documents.set(document, stored);
    }
    return stored;
  }
}

function entryIdAt(
  { head, start, entries, checkpoint }: StoredDocument,
  version: number,
): string | undefined {
  if (version === head.version) return head.entryId;
  if (version === 0 && start === 0) return "";
  if (version === start) return checkpoint?.version === start ? checkpoint.entryId : undefined;
  return entries[version - start - 1]?.entryId;
}
