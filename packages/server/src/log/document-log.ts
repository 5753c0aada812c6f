import type { Operation, Selection } from "@interline/ot";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { SharedPresence } from "../shared-presence.ts";

/** The last state of a document. `(version, entryId)` names the whole history up to it. @public */
export interface Head {
  /** Number of entries; 0 before the first. */
  readonly version: number;
  /** Empty at version 0. */
  readonly entryId: string;
  /** Length of the text, in code points. */
  readonly length: number;
}

/** @public */
export const EMPTY_HEAD: Head = { version: 0, entryId: "", length: 0 };

/** One committed operation. @public */
export interface Entry {
  /** The version that it makes. The first entry makes version 1. */
  readonly version: number;
  /** Random, at least 64 bits: a log that went back in time and grew again has other ids. */
  readonly entryId: string;
  readonly session: string;
  readonly seq: number;
  /** Follows version − 1. Empty if everything it did was done already. */
  readonly operation: Operation;
  /** Id of the person who wrote it. */
  readonly author: string;
  /** When it was committed, in ms since 1970. */
  readonly time: number;
}

/** What the log knows about one editing session of a client. @public */
export interface SessionRow {
  /** Token of the one connection that may commit for the session. Never repeats; empty: none may. */
  readonly fence: string;
  /** Highest sequence number in the log; 0: none. */
  readonly lastSeq: number;
  /** Version of that entry. */
  readonly lastVersion: number;
  /** Highest sequence number that the client's durable copy no longer holds as in flight. */
  readonly settled: number;
  /** From this version of a client on, the row knows what became of everything the session sent. */
  readonly since: number;
  /** In ms since 1970. */
  readonly lastUsed: number;
}

/** A text at a version, from which loading begins. @public */
export interface Checkpoint {
  readonly version: number;
  readonly entryId: string;
  readonly text: string;
  /**
   * The same, where it is there in slices, which never cut a code point: whoever can take them should not ask
   * for `text`, which then puts all of it together at once.
   */
  readonly slices?: Iterable<string>;
}

/** What a client says about itself when it opens a document, with the token that it shall have. @public */
export interface OpenSessionRequest {
  readonly session: string;
  /** Version of the client's base. */
  readonly version: number;
  /** Highest number that the session ever sent. */
  readonly lastSeq: number;
  /** True if the fate of `lastSeq` is not known to the client. */
  readonly inFlight: boolean;
  readonly settled: number;
  /** The new fence: random, at least 64 bits. */
  readonly fence: string;
  /** In ms since 1970. */
  readonly time: number;
}

/** @public */
export interface OpenSessionAnswer {
  /** False: whether the operation in flight was committed cannot be told. */
  readonly isFateKnown: boolean;
  readonly row: SessionRow;
  readonly head: Head;
}

/** An operation on its way into the log. @public */
export interface NewEntry {
  readonly entryId: string;
  readonly session: string;
  readonly seq: number;
  readonly fence: string;
  readonly settled: number;
  /** Follows the entry before it in the batch. */
  readonly operation: Operation;
  /** Length of the document after it, in code points. */
  readonly length: number;
  readonly author: string;
  /** The author's caret after it. Not kept: it goes to those who watch, with the entry. */
  readonly selection?: Selection | undefined;
}

/** Which sessions a log may forget. @public */
export interface SessionRetention {
  /** Now, in ms since 1970. */
  readonly time: number;
  /** A settled session that was not used for so long is forgotten, in ms. */
  readonly idleMs: number;
  /** Sessions that are remembered at most; over it the longest unused go, settled ones first, and in the order of their names. */
  readonly maxSessions: number;
  /** Sessions that are open now: they stay. */
  readonly open: ReadonlySet<string>;
}

/** Operations that are committed together or not at all. @public */
export interface CommitBatch {
  /** The head that the first entry follows. */
  readonly expected: Pick<Head, "version" | "entryId">;
  /** At least one. */
  readonly entries: readonly NewEntry[];
  /** In ms since 1970. */
  readonly time: number;
  /**
   * True: these were in the log once, and it lost them. No fence is asked for, and sessions need not be known; a number that is in the log
   * is a duplicate as ever.
   */
  readonly isRestored?: boolean | undefined;
}

/** Why an entry of a batch may never be committed. @public */
export interface BadEntry {
  readonly session: string;
  readonly seq: number;
  /** `duplicate`: this number, or a higher one of the session, is in the log. */
  readonly fault: "duplicate" | "fenced" | "unknown-session";
}

/** @public */
export type CommitAnswer =
  | { readonly outcome: "committed"; readonly head: Head }
  /** Nothing was appended: the log has entries that the writer does not know, or entries of the batch are bad, or both. */
  | { readonly outcome: "rejected"; readonly missing: readonly Entry[]; readonly bad: readonly BadEntry[] }
  /** Nothing was appended: this log does not hold the state that the batch follows. */
  | { readonly outcome: "diverged" };

/** An entry that somebody else committed, and its author's caret after it where that is known. @public */
export interface Appended {
  readonly entry: Entry;
  readonly selection: Selection | undefined;
}

/** What a log tells those who watch a document. @public */
export type LogNews =
  /** Others appended these entries, at least one, to the state `after`. */
  | {
      readonly type: "appended";
      /** Names the server that did it, where there are several. */
      readonly from?: string | undefined;
      readonly after: Pick<Head, "version" | "entryId">;
      readonly appended: readonly Appended[];
    }
  /** Others may have appended something: read the head. */
  | { readonly type: "changed" }
  /** The record of the document changed: its title, or that it is deleted. */
  | { readonly type: "record" }
  /** The log lost what it had, or may have: nothing that was read of it before, fences too, can be relied on. */
  | { readonly type: "replaced" };

/**
 * Where documents live: an ordered list of entries per document, the rows of its sessions, and a checkpoint. `openSession` and
 * `commit` are atomic; what they decide stands in `rules.ts`. A document that was never written is empty at version 0.
 *
 * A promise that rejects means that the fate of the call is not known: read the head and ask again, which is safe since a
 * sequence number is committed once only. Every implementation passes `logContract`.
 * @public
 */
export interface DocumentLog {
  /** Records of documents and links, in the same store. A log without one has its server keep them in memory. */
  readonly catalogue?: Catalogue;
  /** Through which the servers of this log tell each other who is here. Absent: one server alone. */
  readonly presence?: SharedPresence | undefined;
  /** Gives a session a new fence and tells what is known about it. Rows that have no entries need not be durable. */
  openSession(document: string, request: OpenSessionRequest): Promise<OpenSessionAnswer>;
  /**
   * Resolves when a batch that is committed right then is written at once: until then more can go into the batch. Absent: that is always so. Never
   * rejects.
   */
  turn?(): Promise<void>;
  /** Appends the whole batch, durably, or nothing. */
  commit(document: string, batch: CommitBatch): Promise<CommitAnswer>;
  /**
   * Entries `after` + 1 to `to`, or to the head if that is lower. Undefined if some of them were trimmed. It
   * may stop early, after one entry at least, when they are about `maxWeight` or more (see `weightOf`), so
   * that a history of large pastes is not in memory all at once. Default: it never does.
   */
  readEntries(
    document: string,
    after: number,
    to: number,
    maxWeight?: number,
  ): Promise<readonly Entry[] | undefined>;
  readHead(document: string): Promise<Head>;
  loadCheckpoint(document: string): Promise<Checkpoint | undefined>;
  /** Durable when it resolves. An older checkpoint than the one there, or one of a state that is not in the log, changes nothing. */
  saveCheckpoint(document: string, checkpoint: Checkpoint): Promise<void>;
  /** Forgets the entries up to a version, but none after the saved checkpoint. Session rows stay. */
  trim(document: string, upTo: number): Promise<void>;
  /**
   * Forgets sessions. For one that was not settled it remembers up to where what it sent may have gone: a client that comes back
   * from before that is told that the fate of its operation is not known.
   */
  expireSessions(document: string, retention: SessionRetention): Promise<void>;
  /** Notes what the client's durable copy has settled. May be lost in a crash: the client says it again. */
  settle(document: string, session: string, settled: number): Promise<void>;
  /**
   * Tells what others do to a document. When it resolves, nothing that is committed from then on is missed for good: at the latest, and if
   * all messages are lost, `changed` or `appended` comes some seconds after. Ends with `release`. A log that only one process writes has no
   * such method.
   */
  watch?(document: string, listener: (news: LogNews) => void): Promise<void>;
  /** Nobody here has the document open any more: what is cached of it may go, fences included. */
  release(document: string): void;
  /** Ends after what was under way. */
  close(): Promise<void>;
}
