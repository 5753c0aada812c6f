import type { DocumentStatus, RemotePeer } from "@interline/client";
import type { Operation } from "@interline/ot";
import type { Merge } from "./session.ts";

const init: EventInit = { bubbles: true, composed: true };

/** `il-ready`: the text is known and can be edited. @public */
export class ReadyEvent extends Event {
  constructor() {
    super("il-ready", init);
  }
}

/** `il-status`: what is true about the document changed. @public */
export class StatusEvent extends Event {
  readonly status: DocumentStatus;

  constructor(status: DocumentStatus) {
    super("il-status", init);
    this.status = status;
  }
}

/**
 * `il-outdated`: the server has left behind the build that this page loaded, and takes nothing from it any
 * more. A page that is loaded again may get through: the element leaves that to its host, and says so in the
 * status. What is not saved stays as it is.
 * @public
 */
export class OutdatedEvent extends Event {
  readonly status: DocumentStatus;

  constructor(status: DocumentStatus) {
    super("il-outdated", init);
    this.status = status;
  }
}

/** `il-peers`: somebody joined, left, is away or back, changed name or moved. @public */
export class PeersEvent extends Event {
  readonly peers: readonly RemotePeer[];

  constructor(peers: readonly RemotePeer[]) {
    super("il-peers", init);
    this.peers = peers;
  }
}

/** `il-remote`: what others did is shown now; at most once per frame. @public */
export class RemoteEvent extends Event {
  /** In code points of the text that was shown before. */
  readonly operation: Operation;

  constructor(operation: Operation) {
    super("il-remote", init);
    this.operation = operation;
  }
}

/** `il-merged`: back online after a break, and what came together. @public */
export class MergedEvent extends Event {
  readonly merge: Merge;

  constructor(merge: Merge) {
    super("il-merged", init);
    this.merge = merge;
  }
}

/** `il-recovery`: text whose saving is not certain, kept aside. Whoever listens must show it. @public */
export class RecoveryEvent extends Event {
  readonly text: string;

  constructor(text: string) {
    super("il-recovery", init);
    this.text = text;
  }
}

/** `il-update`: the shown text or the own selection changed, by whomever. @public */
export class UpdateEvent extends Event {
  readonly textChanged: boolean;

  constructor(textChanged: boolean) {
    super("il-update", init);
    this.textChanged = textChanged;
  }
}

/** `il-scroll`: whether text is hidden above or below what is shown. Told only when one of them changes. @public */
export class ScrollEvent extends Event {
  readonly hasMoreAbove: boolean;
  readonly hasMoreBelow: boolean;

  constructor(hasMoreAbove: boolean, hasMoreBelow: boolean) {
    super("il-scroll", init);
    this.hasMoreAbove = hasMoreAbove;
    this.hasMoreBelow = hasMoreBelow;
  }
}

/**
 * `il-too-long`: a paste or a drop was refused, for the document has no room for it. Nothing of it was taken.
 * @public
 */
export class TooLongEvent extends Event {
  /** Of what was to be inserted, in code points. */
  readonly length: number;
  /** What would have fitted, in code points. */
  readonly room: number;

  constructor(length: number, room: number) {
    super("il-too-long", init);
    this.length = length;
    this.room = room;
  }
}

/**
 * `il-refused`: something that is no text was pasted or dropped, and nothing of it was taken.
 * @public
 */
export class RefusedEvent extends Event {
  readonly reason: "image" | "file";
  /** What may be said about it. */
  readonly words: string;

  constructor(reason: "image" | "file", words: string) {
    super("il-refused", init);
    this.reason = reason;
    this.words = words;
  }
}

/**
 * `il-highlighting`: the language is not highlighted any more, as one paragraph is very long; or it is again.
 * @public
 */
export class HighlightingEvent extends Event {
  readonly isOff: boolean;

  constructor(isOff: boolean) {
    super("il-highlighting", init);
    this.isOff = isOff;
  }
}

/**
 * `il-reset`: the form is being reset. The text stays, since it is everybody's; a host that wants more, or nothing of
 * it, cancels this and does what it wants.
 * @public
 */
export class ResetEvent extends Event {
  constructor() {
    super("il-reset", { ...init, cancelable: true });
  }
}

/**
 * `il-person`: somebody's caret is to be gone to. `il-highlight`: an avatar is pointed at or focused, or is not any more. `il-follow`: the view
 * is to follow somebody, or nobody any more. Cancelable: an editor of the same session does it unless a host prevents it.
 * @public
 */
export class PersonEvent extends Event {
  /** Id of the user; undefined: of nobody any more. */
  readonly user: string | undefined;

  constructor(type: "il-person" | "il-highlight" | "il-follow", user: string | undefined) {
    super(type, { ...init, cancelable: true });
    this.user = user;
  }
}

/** `il-following`: the view of an editor follows somebody else now, or nobody. @public */
export class FollowingEvent extends Event {
  /** Id of the user; undefined: nobody. */
  readonly user: string | undefined;

  constructor(user: string | undefined) {
    super("il-following", init);
    this.user = user;
  }
}

/** `il-quiet`: the writer hid the carets of others, or shows them again. @public */
export class QuietEvent extends Event {
  readonly isQuiet: boolean;

  constructor(isQuiet: boolean) {
    super("il-quiet", init);
    this.isQuiet = isQuiet;
  }
}

declare global {
  interface HTMLElementEventMap {
    "il-ready": ReadyEvent;
    "il-status": StatusEvent;
    "il-outdated": OutdatedEvent;
    "il-peers": PeersEvent;
    "il-remote": RemoteEvent;
    "il-merged": MergedEvent;
    "il-recovery": RecoveryEvent;
    "il-update": UpdateEvent;
    "il-scroll": ScrollEvent;
    "il-too-long": TooLongEvent;
    "il-refused": RefusedEvent;
    "il-highlighting": HighlightingEvent;
    "il-reset": ResetEvent;
    "il-person": PersonEvent;
    "il-highlight": PersonEvent;
    "il-follow": PersonEvent;
    "il-following": FollowingEvent;
    "il-quiet": QuietEvent;
  }
}
