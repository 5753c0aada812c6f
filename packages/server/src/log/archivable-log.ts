import type { Checkpoint, DocumentLog, Entry, Head, SessionRow } from "./document-log.ts";

/** Everything that a log's answers about one document depend on. @public */
export interface DocumentExport {
  readonly head: Head;
  /** The highest version of what a session may have sent that was forgotten unsettled; see `expireSessions`. */
  readonly forgotten: number;
  readonly checkpoint: Checkpoint | undefined;
  /** With their fences. */
  readonly rows: readonly (readonly [session: string, row: SessionRow])[];
  /** Those that are not trimmed, up to the head, some at a time, to be read once. Rejects if they are trimmed meanwhile. */
  readonly entries: AsyncIterable<readonly Entry[]>;
}

/**
 * A log whose documents can be moved to another: what was imported answers as where it was exported. Every implementation passes
 * `archiveContract`.
 * @public
 */
export interface ArchivableLog extends DocumentLog {
  /** As it is at one moment. */
  exportDocument(document: string): Promise<DocumentExport>;
  /**
   * Takes a document that this log does not know. Durable when it resolves; if it rejects, part of it may be there until it is
   * removed.
   */
  importDocument(document: string, exported: DocumentExport): Promise<void>;
  /** Forgets a document for good. If it rejects, part of it may be there: ask again. */
  removeDocument(document: string): Promise<void>;
}
