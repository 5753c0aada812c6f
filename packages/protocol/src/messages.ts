import type { DecodedOperation, Operation, OtErrorCode, Selection } from "@interline/ot";
import type { ProtocolErrorCode } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Role } from "./roles.ts";

/** Somebody who writes. `id` is the same in all tabs and connections of one person. @public */
export interface User {
  /** 1 to 64 characters of `A–Z a–z 0–9 _ -`. */
  readonly id: string;
  /** 1 to 64 UTF-16 code units, shown to others. */
  readonly name: string;
  /** 1 to 12. */
  readonly color: number;
}

/** Who is present in a document: one open channel of one person. Never stored. @public */
export interface Peer {
  /** Number of the channel among those of the document, given by the server. */
  readonly peer: number;
  readonly user: User;
  /** How long they have not moved or written, in ms, when the message was made. */
  readonly quietMs: number;
  /** True: nobody can see the page. */
  readonly isAway: boolean;
  /** Code points at the version that the message is about; absent: no caret. */
  readonly selection?: Selection;
}

/** Somebody who was here lately, with no channel left. @public */
export interface Gone {
  readonly user: User;
  /** How long ago they went, in ms, when the message was made. */
  readonly goneMs: number;
}

/** Where one peer's caret is, or undefined where it has none (any more). @public */
export interface PeerSelection {
  readonly peer: number;
  readonly selection: Selection | undefined;
}

/** Why a submission was refused. @public */
export type RefusedCode =
  | OtErrorCode
  | typeof ProtocolErrorCode.DocumentTooLarge
  | typeof ProtocolErrorCode.OperationEmpty
  | typeof ProtocolErrorCode.ReadOnly;

/** Why a channel must be opened again. @public */
export type ReopenCode =
  | typeof ProtocolErrorCode.Fenced
  | typeof ProtocolErrorCode.SessionUnknown
  | typeof ProtocolErrorCode.BaseTrimmed
  | typeof ProtocolErrorCode.BaseAhead
  | typeof ProtocolErrorCode.Diverged
  | typeof ProtocolErrorCode.TextDiffers
  | typeof ProtocolErrorCode.StoreUnavailable
  | typeof ProtocolErrorCode.DocumentDeleted;

/** Why an opened channel starts with a snapshot instead of the missed operations. @public */
export type SnapshotReason = "trimmed" | "diverged" | "stale" | "fate-unknown";

/**
 * `["hello", protocol, user, token?]`: the first message on a connection.
 * @public
 */
export interface HelloMessage {
  readonly type: "hello";
  readonly protocol: number;
  readonly user: User;
  /** Who this is and what they may do, for a server that asks: 1 to 8,192 visible ASCII characters. */
  readonly token?: string | undefined;
}

/**
 * `["open", channel, document, session, version, entryId, lastSeq, inFlight, settled]`: a document, from the state that the
 * client has. `channel` is a number of the client's choice for this document on this connection.
 * @public
 */
export interface OpenMessage {
  readonly type: "open";
  readonly channel: number;
  readonly document: string;
  readonly session: string;
  /** Version of the client's base; 0 with an empty `entryId` for a client that has nothing yet. */
  readonly version: number;
  readonly entryId: string;
  /** Highest number this session has ever sent; 0: none. */
  readonly lastSeq: number;
  /** True if the operation `lastSeq` was sent and its fate is not known. */
  readonly inFlight: boolean;
  /** Highest number that the client's durable copy no longer holds as in flight. */
  readonly settled: number;
}

/**
 * `["submit", channel, seq, version, length, operation, settled, anchor?, head?]`
 * @public
 */
export interface SubmitMessage {
  readonly type: "submit";
  readonly channel: number;
  readonly seq: number;
  /** Version that the operation was made for. */
  readonly version: number;
  /** Length of the document at that version, in code points. */
  readonly length: number;
  readonly operation: DecodedOperation;
  readonly settled: number;
  /** The author's caret *after* the operation. */
  readonly selection: Selection | undefined;
}

/**
 * `["check", channel, version, hash]`: the text at a version, with nothing pending, has this `textHash`. Answered only if the document is at
 * that version and has another: by `reopen`.
 * @public
 */
export interface CheckMessage {
  readonly type: "check";
  readonly channel: number;
  readonly version: number;
  readonly hash: string;
}

/** `["settled", channel, settled]`: what the client's durable copy has settled since its last message. @public */
export interface SettledMessage {
  readonly type: "settled";
  readonly channel: number;
  readonly settled: number;
}

/** `["select", channel, version, anchor?, head?]`: the caret of an author with nothing pending. @public */
export interface SelectMessage {
  readonly type: "select";
  readonly channel: number;
  readonly version: number;
  readonly selection: Selection | undefined;
}

/** `["user", user]`: a new name or colour. @public */
export interface UserMessage {
  readonly type: "user";
  readonly user: User;
}

/** `["away", isAway]`: whether nobody can see the page. False until it is said. @public */
export interface AwayMessage {
  readonly type: "away";
  readonly isAway: boolean;
}

/** `["close", channel]` @public */
export interface CloseMessage {
  readonly type: "close";
  readonly channel: number;
}

/** `["ping"]`: answered by `["pong"]`. @public */
export interface PingMessage {
  readonly type: "ping";
}

/** @public */
export type ClientMessage =
  | HelloMessage
  | OpenMessage
  | SubmitMessage
  | SettledMessage
  | CheckMessage
  | SelectMessage
  | UserMessage
  | AwayMessage
  | CloseMessage
  | PingMessage;

/** A submission before it is encoded: its operation is the client's own. @public */
export type OutgoingClientMessage =
  | Exclude<ClientMessage, SubmitMessage>
  | (Omit<SubmitMessage, "operation"> & { readonly operation: Operation });

/** `["welcome", protocol, heartbeatMs, limits]`: the answer to `hello`. @public */
export interface WelcomeMessage {
  readonly type: "welcome";
  readonly protocol: number;
  /** The server says something at least this often. */
  readonly heartbeatMs: number;
  readonly limits: Limits;
}

/**
 * `["opened", channel, peer, lastSeq, lastVersion, headVersion]`: what the client missed follows as `ops` and `ack`.
 * @public
 */
export interface OpenedMessage {
  readonly type: "opened";
  readonly channel: number;
  /** The client's own number among the peers. */
  readonly peer: number;
  /** Highest number of this session in the log: an operation in flight up to it is committed, above it never will be. */
  readonly lastSeq: number;
  readonly lastVersion: number;
  readonly headVersion: number;
}

/**
 * `["snapshot", channel, peer, lastSeq, lastVersion, reason, version, entryId, text]`: opened, but the operations from the client's
 * version on are not to be had.
 * @public
 */
export interface SnapshotMessage {
  readonly type: "snapshot";
  readonly channel: number;
  readonly peer: number;
  readonly lastSeq: number;
  readonly lastVersion: number;
  readonly reason: SnapshotReason;
  readonly version: number;
  readonly entryId: string;
  readonly text: string;
}

/**
 * `["op", channel, to, entryId, operation, selections?]` for one entry, `["ops", channel, from, to, entryId, operation, selections?]`
 * for more: everything between two versions as one operation, and the carets that moved with it, at version `to`.
 * @public
 */
export interface OpsMessage {
  readonly type: "ops";
  readonly channel: number;
  readonly from: number;
  readonly to: number;
  /** Entry id of version `to`. */
  readonly entryId: string;
  /** As received it is for the shortest document that it fits: `extend` it to the length of version `from`. */
  readonly operation: Operation;
  readonly selections: readonly PeerSelection[];
}

/** `["ack", channel, seq, version, entryId]`: this operation of yours is that version, and durable. @public */
export interface AckMessage {
  readonly type: "ack";
  readonly channel: number;
  readonly seq: number;
  readonly version: number;
  readonly entryId: string;
}

/** `["refused", channel, seq, code]`: never committed under this number. @public */
export interface RefusedMessage {
  readonly type: "refused";
  readonly channel: number;
  readonly seq: number;
  readonly code: RefusedCode;
}

/** `["reopen", channel, code]`: the channel has ended; open it again. @public */
export interface ReopenMessage {
  readonly type: "reopen";
  readonly channel: number;
  readonly code: ReopenCode;
}

/**
 * `["access", channel, role]`: what this client may do here, after the channel was opened and whenever it changes. Where it does
 * not come, everybody may do everything.
 * @public
 */
export interface AccessMessage {
  readonly type: "access";
  readonly channel: number;
  readonly role: Exclude<Role, "none">;
}

/**
 * `["peers", channel, version, joined, left, gone?]`: who came or changed, the numbers of those who went, and the people of whom
 * none is left.
 * @public
 */
export interface PeersMessage {
  readonly type: "peers";
  readonly channel: number;
  readonly version: number;
  readonly joined: readonly Peer[];
  readonly left: readonly number[];
  readonly gone: readonly Gone[];
}

/** `["selections", channel, version, selections]`: carets that moved without an operation. @public */
export interface SelectionsMessage {
  readonly type: "selections";
  readonly channel: number;
  readonly version: number;
  readonly selections: readonly PeerSelection[];
}

/**
 * `["error", code, message, channel?]`: with a channel, that channel has ended; without one, the connection ends now.
 * @public
 */
export interface ErrorMessage {
  readonly type: "error";
  readonly code: ProtocolErrorCode;
  readonly message: string;
  readonly channel: number | undefined;
}

/**
 * `["move", afterMs, url?]`: this server is about to stop. The client leaves after so long, and connects anew: to `url`, or where it
 * was. Until then everything goes on.
 * @public
 */
export interface MoveMessage {
  readonly type: "move";
  readonly afterMs: number;
  /** `ws:` or `wss:` address; absent: the same as before. */
  readonly url: string | undefined;
}

/** `["pong"]` @public */
export interface PongMessage {
  readonly type: "pong";
}

/** @public */
export type ServerMessage =
  | WelcomeMessage
  | OpenedMessage
  | SnapshotMessage
  | OpsMessage
  | AckMessage
  | RefusedMessage
  | ReopenMessage
  | AccessMessage
  | PeersMessage
  | SelectionsMessage
  | ErrorMessage
  | MoveMessage
  | PongMessage;
