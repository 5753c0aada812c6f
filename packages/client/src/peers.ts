import type { Selection } from "@interline/ot";
import type { User } from "@interline/protocol";

/**
 * Somebody else who has the document open: one of their tabs.
 * @public
 */
export interface RemotePeer {
  /** Number of the channel, unique in the document. */
  readonly peer: number;
  readonly user: User;
  /** True: nobody can see their page. */
  readonly isAway: boolean;
  /** Code points of the document's current `text`; undefined: no caret. */
  readonly selection: Selection | undefined;
  /** When they last did anything here, in ms of the clock. */
  readonly activeAt: number;
  /** When they last changed the text, in ms of the clock; undefined: not since they are seen. */
  readonly typedAt: number | undefined;
}

/**
 * Somebody who was here lately, and of whom no tab is left.
 * @public
 */
export interface GonePerson {
  readonly user: User;
  /** When they went, in ms of the clock. */
  readonly goneAt: number;
}
