import type { Component } from "@interline/ot";

/**
 * Whose copies of which document. Copies of one account are never shown to another.
 * @public
 */
export interface DocumentKey {
  /** Whose copies: see `DocumentOptions.account`. */
  readonly account: string;
  /** Address of the server. */
  readonly server: string;
  /** Id of the document. */
  readonly document: string;
}

/**
 * What one session knows of one document and has not saved at the server, all of one moment. Operations are lists of components, in
 * code points.
 *
 * @example
 * // "Hi Ana" at version 4; "!" is sent, "?" is typed after it
 * const copy: Copy = {
 *   session: "kJ3v…", lastSeq: 7, version: 4, entryId: "Zx81…", since: [2, " Ana"],
 *   inFlight: { seq: 7, operation: [6, "!"], edits: 1 }, buffer: [7, "?"], bufferEdits: 1,
 *   pendingSince: 1700000000000, recovered: [], savedAt: 1700000000042,
 * }; // beside the text "Hi", written earlier
 * @public
 */
export interface Copy {
  readonly session: string;
  readonly lastSeq: number;
  readonly version: number;
  readonly entryId: string;
  /** From the text that is kept beside the copy to the text at `version`. */
  readonly since: readonly Component[];
  readonly inFlight:
    | { readonly seq: number; readonly operation: readonly Component[]; readonly edits: number }
    | undefined;
  readonly buffer: readonly Component[];
  readonly bufferEdits: number;
  /** When the oldest edit that is not saved was made, in ms of the clock. */
  readonly pendingSince: number | undefined;
  /** Texts that were set aside because nobody can know whether the server has them. */
  readonly recovered: readonly string[];
  /** The last change of the session that other tabs were told when this was written. */
  readonly told?: number | undefined;
  /** When this was written, in ms of the clock. */
  readonly savedAt: number;
}

/** A copy with the text that it begins with. @public */
export interface StoredCopy {
  readonly copy: Copy;
  readonly text: string;
}

/** What changes in one step: all of it, or nothing. @public */
export interface CopyChange {
  readonly copy: Copy;
  /** The text that `copy.since` begins with; absent: as written before. */
  readonly text?: string;
  /** A session whose copy this one replaces. */
  readonly replaces?: string;
}

/** A document with all its copies on this device. @public */
export interface KeptDocument {
  readonly key: DocumentKey;
  readonly copies: readonly Copy[];
}

/** The right to be the one that uses a session. Ends with `release` or with the page or process. @public */
export interface CopyLock {
  release(): void;
}

/** What tabs of one document say to each other. Structured-cloneable. @public */
export type TabMessage = Readonly<Record<string, unknown>>;

/** A line to the other tabs that have a document open. @public */
export interface TabLine {
  post(message: TabMessage): void;
  close(): void;
}

/**
 * Where what is typed is kept on the device. Implementations: memory, IndexedDB, files; all pass `storeContract`.
 *
 * Everything rejects with a `StoreError` if it cannot be done; a store may work again later.
 * @public
 */
export interface DocumentStore {
  /** False where the platform has no locks, so that nobody may go on with another's session (rule C11). */
  readonly canLock: boolean;
  /** All copies of a document, without their texts, in any order. */
  list(key: DocumentKey): Promise<readonly Copy[]>;
  load(key: DocumentKey, session: string): Promise<StoredCopy | undefined>;
  /**
   * Writes a copy. When it resolves the copy outlives the page and the process. Without a text, and where none was written before, it
   * rejects with `ERR_DEVICE_MISSING`.
   */
  save(key: DocumentKey, change: CopyChange): Promise<void>;
  remove(key: DocumentKey, session: string): Promise<void>;
  /**
   * Every document of an account with its copies. For what is unsaved at sign-out, and to forget what was not read for long.
   * Cost: all copies of the account, without texts.
   */
  documents(account: string): Promise<readonly KeptDocument[]>;
  /** Every account that has copies, in any order. Without it, no copies of former accounts are found. */
  accounts?(): Promise<readonly string[]>;
  /** Forgets everything of an account. */
  clear(account: string): Promise<void>;
  /** Waits at most `waitMs` for the one lock of a session. Undefined: somebody else has it, or there are no locks. */
  lock(key: DocumentKey, session: string, waitMs: number): Promise<CopyLock | undefined>;
  /** A line to everybody who has the document open with this store; none hears itself. */
  openLine(key: DocumentKey, listener: (message: TabMessage) => void): TabLine;
  /** Asks the platform not to throw copies away by itself. Called once something is kept that is nowhere else. */
  persist?(): void;
  /**
   * Calls back when what was kept may be gone: the writer, or the browser, has cleared it. Returns how to
   * stop it.
   */
  onLost?(listener: () => void): () => void;
  /** Ends it. Safe to call twice. */
  close(): void;
}

/** Why something cannot be kept. @public */
export const StoreErrorCode = {
  /** Nothing can be kept on this device now: a private window, forbidden, or a newer page has changed how. */
  Unavailable: "ERR_DEVICE_UNAVAILABLE",
  /** No space is left for it. */
  Full: "ERR_DEVICE_FULL",
  /** The text that the copy begins with is gone: write it again. */
  Missing: "ERR_DEVICE_MISSING",
} as const;

/** @public */
export type StoreErrorCode = (typeof StoreErrorCode)[keyof typeof StoreErrorCode];

/** @public */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}

/** True if the copy holds edits that are not known to be saved, or text set aside. @public */
export function isPending(copy: Copy): boolean {
  return copy.inFlight !== undefined || copy.buffer.length > 0 || copy.recovered.length > 0;
}

/** One name for a key, with a separator that is in none of its parts. */
export function nameOf({ account, server, document }: DocumentKey): string {
  return [account, document, server].join(" ");
}

export function missingText(session: string): StoreError {
  return new StoreError(StoreErrorCode.Missing, `no text is kept for session ${session}`);
}
