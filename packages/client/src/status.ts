import { allows, type Role } from "@interline/protocol";
import type { ConnectionState } from "./connection.ts";

/**
 * What is true about a document now, in one word.
 *
 * - `connecting`: the first try since the document was opened here is under way; the text is known only if this device has a copy;
 * - `synced`: everything typed here is durable at the server. Nothing less;
 * - `saving`: connected, with edits that are not acknowledged;
 * - `offline`: not connected, waiting for the next try (see `retryAt`);
 * - `reconnecting`: a try is under way, or the device slept and the connection has not shown since that it lives;
 * - `readonly`: connected, with no right to write. Others' edits are seen; own ones that are pending are kept here, and sent when the right comes back;
 * - `held`: connected, but the server refuses the pending edits for what they are, such as too long (see `code`): they are kept here, and sent
 *   when the writer has changed them, or others have made room;
 * - `denied`: the server lets this person not, or no longer, into the document (see `code`). Only `reconnect()` tries again;
 * - `error`: the server ended it for good for another reason (see `code`). Only `reconnect()` tries again.
 *
 * Others' edits arrive in `synced`, `saving`, `readonly` and `held`.
 * @public
 */
export type DocumentState =
  | "connecting"
  | "synced"
  | "saving"
  | "offline"
  | "reconnecting"
  | "readonly"
  | "held"
  | "denied"
  | "error";

/**
 * Whoever ends it with a code like these says that this person may not be here. Everything else that ends it is an `error`. A test holds it
 * equal to the table of codes.
 */
const DENIAL = /ERR_TOKEN|FORBIDDEN|DELETED|[KV]ED/;

/** @public */
export interface DocumentStatus {
  readonly state: DocumentState;
  /** How many local edits are not acknowledged as durable. */
  readonly pendingEdits: number;
  /** When the oldest of them was made, in ms of the clock (`Date.now()`); undefined if there are none. */
  readonly pendingSince: number | undefined;
  /**
   * While a long text is saved in parts, or the rest of it is held: how much of it is durable, from 0 up to
   * 1; otherwise undefined. Text that is typed meanwhile counts with it.
   */
  readonly progress?: number | undefined;
  /** True if everything that is not acknowledged, and what was recovered, is kept on this device now, so that the page may be closed. */
  readonly isKept: boolean;
  /** False while this device keeps nothing: a private window, a full disk. What is not acknowledged then ends with the page. */
  readonly canKeep: boolean;
  /** When the next connection is tried, in ms of the clock; only while `offline`. */
  readonly retryAt: number | undefined;
  /**
   * Why the server does not take the pending edits (`readonly`, `held`), why it ended (`denied`, `error`), or
   * why it lets nobody in for now (`offline`): a code of the protocol.
   */
  readonly code: string | undefined;
}

export interface StatusFacts {
  readonly connection: ConnectionState;
  /** Failed tries since the connection was last up. */
  readonly attempt: number;
  readonly isReady: boolean;
  /** True once the server has answered since the document was opened here. */
  readonly wasLive: boolean;
  readonly isLive: boolean;
  /** False while the connection may have died in a sleep of the device. */
  readonly isProven: boolean;
  /** Why the server refused the pending edits, if it did. */
  readonly held: string | undefined;
  readonly role: Role;
  /** Why the channel ended for good, if it did. */
  readonly faultCode: string | undefined;
  readonly pendingEdits: number;
  readonly pendingSince: number | undefined;
  readonly progress?: number | undefined;
  /** Whether the copy on this device holds every word, and whether there can be one. */
  readonly isKept: boolean;
  readonly canKeep: boolean;
  /** Whether that copy lacks words, or still has some that are deleted. */
  readonly isBehind: boolean;
  readonly hasRecovered: boolean;
}

/** One honest word for everything that is known, and what else the writer wants to know. */
export function statusOf(facts: StatusFacts): DocumentStatus {
  const { connection, pendingEdits, pendingSince, canKeep } = facts;
  const [state, code] = stateOf(facts);
  return {
    state,
    pendingEdits,
    pendingSince,
    progress: facts.progress,
    isKept: (pendingEdits === 0 && !facts.hasRecovered && !facts.isBehind) || (canKeep && facts.isKept),
    canKeep,
    retryAt: connection.name === "waiting" ? connection.retryAt : undefined,
    code,
  };
}

/** "synced" needs a live channel on a connection that is known to live, the right to write and nothing pending. */
function stateOf(facts: StatusFacts): readonly [state: DocumentState, code?: string | undefined] {
  const { connection, isReady, wasLive, held } = facts;
  const code = connection.name === "ended" ? connection.code : facts.faultCode;
  if (code !== undefined) return [DENIAL.test(code) ? "denied" : "error", code];
  switch (connection.name) {
    case "ended":
    case "closed":
      return ["offline"];
    case "waiting":
      return ["offline", connection.code];
    case "connecting":
      return [wasLive || facts.attempt > 0 ? "reconnecting" : "connecting"];
    case "open":
      break;
  }
  if (!facts.isLive || !isReady || !facts.isProven)
    return [wasLive && isReady ? "reconnecting" : "connecting"];
  if (!allows(facts.role, "write")) return ["readonly", held];
  if (held !== undefined) return ["held", held];
  return [facts.pendingEdits > 0 ? "saving" : "synced"];
}

/** True if nothing differs. */
export function sameStatus(a: DocumentStatus, b: DocumentStatus): boolean {
  return (Object.keys(a) as (keyof DocumentStatus)[]).every((key) => a[key] === b[key]);
}
