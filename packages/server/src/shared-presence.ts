import type { Selection } from "@interline/ot";
import type { Gone, User } from "@interline/protocol";

/** One open channel, as servers tell each other of it. @public */
export interface SharedPeer {
  readonly session: string;
  readonly user: User;
  /** True: nobody can see its page. */
  readonly isAway: boolean;
  /** How long it has not moved or written, in ms, when it is told. */
  readonly quietMs: number;
}

/** Where one peer's caret is. @public */
export interface SharedCaret {
  readonly session: string;
  /** Code points at the version that it is told for; undefined: no caret. */
  readonly selection: Selection | undefined;
  /** As `SharedPeer` has it. */
  readonly quietMs: number;
}

/** Carets at one version, and people who went. @public */
export interface SharedNews {
  readonly version: number;
  readonly carets: readonly SharedCaret[];
  /** The last to go last. */
  readonly gone: readonly Gone[];
}

/** A document that hears of peers at other servers. A session may be told of that has a channel here too. @public */
export interface PresenceListener {
  /** Counts what happened to the channels here: while it stays the same, so does `recap`, but for how carets move with the text. */
  readonly moment: number;
  /** A peer came, or something about it changed. */
  put(peer: SharedPeer): void;
  /** The session has no channel at any other server any more. */
  remove(session: string): void;
  hear(news: SharedNews): void;
  /** All carets of the channels here and who went: told to a server that comes new, and again where it may not have been heard. */
  recap(): SharedNews;
}

/** Tells other servers of the channels here. Nothing of it is waited for; what cannot be told now is told later. @public */
export interface PresenceShare {
  /** A session has a channel here, or something about it changed. */
  put(peer: SharedPeer): void;
  /** It has none any more. It need not have had one. */
  remove(session: string): void;
  /** Carets that moved without an edit. Those of edits come with the entries. May be lost: then they are told again. */
  tell(news: SharedNews): void;
  /** Tells that nobody is here any more. Never rejects. */
  close(): Promise<void>;
}

/**
 * Through which servers of one log tell each other who is in a document. Whatever is lost, late or told twice on the way: when everything
 * has arrived, every server knows exactly the sessions that have a channel at servers that are alive.
 * @public
 */
export interface SharedPresence {
  /**
   * Takes part for a document that is open here. When it resolves, the listener knows of everybody who was there, if that could be found out
   * now. Never rejects. Once for a document at a time: after `close` of the last, it may be called again.
   */
  join(document: string, listener: PresenceListener): Promise<PresenceShare>;
}
