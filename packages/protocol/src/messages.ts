import type { ErrorCode, RefusedCode, ReopenCode } from "./codes.ts";
import {
  announcement,
  code,
  count,
  documentId,
  entryId,
  type Fields,
  flag,
  list,
  oneOf,
  operation,
  optional,
  optionalList,
  type Received,
  type ReceivedBy,
  record,
  role,
  type Sent,
  secret,
  selection,
  socketAddress,
  string,
  submitted,
  token,
  user,
} from "./fields.ts";

/** Who is present in a document: one open channel of one person. Never stored. */
const peer = record({
  /** Number of the channel among those of the document, given by the server. */
  peer: count,
  user,
  /** How long they have not moved or written, in ms, when the message was made. */
  quietMs: count,
  /** True: nobody can see the page. */
  isAway: flag,
  /** Code points at the version that the message is about; undefined: no caret. */
  selection,
});

/** Somebody who was here lately, with no channel left. */
const gone = record({
  user,
  /** How long ago they went, in ms, when the message was made. */
  goneMs: count,
});

/** Where one peer's caret is, or undefined where it has none (any more). */
const peerSelection = record({ peer: count, selection });

/**
 * What clients say. This table is all there is to know about a message but what it does: its fields in their
 * order, its type, how it is written and read, and its row in PROTOCOL.md follow.
 */
export const clientMessages = {
  /** The first message on a connection. */
  hello: {
    protocol: count,
    user,
    /** Who this is and what they may do, for a server that asks. */
    token: optional(secret),
  },

  /** A document, from the state that the client has. */
  open: {
    /** Number of the client's choice for this document on this connection. */
    channel: count,
    document: documentId,
    session: token,
    /** Version of the client's base; 0 with an empty `entryId` for a client that has nothing yet. */
    version: count,
    entryId,
    /** Highest number this session has ever sent; 0: none. */
    lastSeq: count,
    /** True if the operation `lastSeq` was sent and its fate is not known. */
    inFlight: flag,
    /** Highest number that the client's durable copy no longer holds as in flight. */
    settled: count,
    /**
     * What is pending at `version`, as `submit` would say it: the operation `lastSeq` whose fate is not known, or a
     * new one with a higher number. Only to a server that takes it, see `EARLY_SUBPROTOCOL`.
     */
    pending: optional(
      record({
        seq: count,
        /** Length of the document at `version`, in code points. */
        length: count,
        operation: submitted,
        /** The author's caret *after* the operation. */
        selection,
      }),
    ),
  },

  /**
   * What the document of the next `open` on this channel begins with, if it has never had an edit and who asks
   * may write it. Since 1.3.
   */
  seed: { channel: count, text: string },

  submit: {
    channel: count,
    seq: count,
    /** Version that the operation was made for. */
    version: count,
    /** Length of the document at that version, in code points. */
    length: count,
    operation: submitted,
    settled: count,
    /** The author's caret *after* the operation. */
    selection,
  },

  /** What the client's durable copy has settled since its last message. */
  settled: { channel: count, settled: count },

  /**
   * The text at a version, with nothing pending, has this `textHash`. Answered only if the document is at
   * that version and has another: by `reopen`.
   */
  check: { channel: count, version: count, hash: token },

  /** The caret of an author with nothing pending. */
  select: { channel: count, version: count, selection },

  /** A new name or colour. */
  user: { user },

  /** Whether nobody can see the page. False until it is said. */
  away: { isAway: flag },

  close: { channel: count },

  /** Answered by `pong`. */
  ping: {},
} satisfies Record<string, Fields>;

const changed = {
  /** Entry id of version `to`. */
  entryId,
  /** As received it is for the shortest document that it fits: `extend` it to the length of version `from`. */
  operation,
  /** The carets that moved with it, at version `to`. */
  selections: optionalList(peerSelection),
};

/** What the server says. As `clientMessages`. */
export const serverMessages = {
  /** The answer to `hello`. */
  welcome: {
    protocol: count,
    /** The server says something at least this often. */
    heartbeatMs: count,
    limits: record({
      /** Largest frame from a client, in bytes. */
      maxMessageBytes: count,
      /** Longest document, in code points. */
      maxDocumentLength: count,
      /** Most components in one submitted operation. */
      maxComponents: count,
    }),
    /** What the server speaks, told to clients that said what they speak. */
    speaks: optional(announcement),
    /** The id by which others know this client, told since 1.2. */
    self: optional(token),
  },

  /** What the client missed follows as `ops` and `ack`. */
  opened: {
    channel: count,
    /** The client's own number among the peers. */
    peer: count,
    /**
     * Highest number of this session in the log: an operation in flight up to it is committed, above it never
     * will be.
     */
    lastSeq: count,
    lastVersion: count,
    headVersion: count,
    /** True: what was pending is taken, as if it were submitted now. Left out otherwise. */
    takesPending: optional(flag),
  },

  /** Opened, but the operations from the client's version on are not to be had. */
  snapshot: {
    channel: count,
    peer: count,
    lastSeq: count,
    lastVersion: count,
    reason: oneOf(["trimmed", "diverged", "stale", "fate-unknown"]),
    version: count,
    entryId,
    text: string,
  },

  /** One entry, which most messages are: it says one number less than `ops`, and is given out as such. */
  op: { channel: count, to: count, ...changed },

  /** Everything between two versions as one operation. */
  ops: { channel: count, from: count, to: count, ...changed },

  /** This operation of yours is that version, and durable. */
  ack: { channel: count, seq: count, version: count, entryId },

  /** Never committed under this number. */
  refused: { channel: count, seq: count, code: code<RefusedCode>() },

  /** The channel has ended; open it again. */
  reopen: { channel: count, code: code<ReopenCode>() },

  /**
   * What this client may do here, after the channel was opened and whenever it changes. Where it does not
   * come, everybody may do everything.
   */
  access: { channel: count, role },

  /** Who came or changed, the numbers of those who went, and the people of whom none is left. */
  peers: {
    channel: count,
    version: count,
    joined: list(peer),
    left: list(count),
    gone: optionalList(gone),
  },

  /** Carets that moved without an operation. */
  selections: { channel: count, version: count, selections: list(peerSelection) },

  /** With a channel, that channel has ended; without one, the connection ends now. */
  error: { code: code<ErrorCode>(), message: string, channel: optional(count) },

  /**
   * This server is about to stop. The client leaves after so long, and connects again: to `url`, or where it
   * was. Until then everything goes on.
   */
  move: { afterMs: count, url: optional(socketAddress) },

  /** Answers `ping`, and is said when there is nothing else to say. */
  pong: {},
} satisfies Record<string, Fields>;

type Client = typeof clientMessages;
type Server = typeof serverMessages;

/** What the server gets. @public */
export type ClientMessage = {
  [Name in keyof Client]: { readonly type: Name } & Received<Client[Name]>;
}[keyof Client];

/** What a client sends: in a submission the operation is its own, and was not looked at. @public */
export type OutgoingClientMessage = {
  [Name in keyof Client]: { readonly type: Name } & Sent<Client[Name]>;
}[keyof Client];

/** What the server sends and the client gets. @public */
export type ServerMessage = {
  [Name in Exclude<keyof Server, "op">]: { readonly type: Name } & Received<Server[Name]>;
}[Exclude<keyof Server, "op">];

/** The client's message of a name, as the server gets it. @public */
export type ClientMessageOf<Name extends ClientMessage["type"]> = Extract<
  ClientMessage,
  { readonly type: Name }
>;

/** The server's message of a name. @public */
export type ServerMessageOf<Name extends ServerMessage["type"]> = Extract<
  ServerMessage,
  { readonly type: Name }
>;

/** Somebody who writes. `id` is the same in all tabs and connections of one person. @public */
export type User = ReceivedBy<typeof user>;
/** @public */
export type Peer = ReceivedBy<typeof peer>;
/** @public */
export type Gone = ReceivedBy<typeof gone>;
/** @public */
export type PeerSelection = ReceivedBy<typeof peerSelection>;
/** Why an opened channel starts with a snapshot instead of the missed operations. @public */
export type SnapshotReason = ServerMessageOf<"snapshot">["reason"];
