import { DEFAULT_LIMITS, type Limits } from "@interline/protocol";

/** How much of something is allowed over time: at once `burst`, then `perSecond`. `Infinity`: no bound. @public */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Every bound of a server in one place; PROTOCOL.md has them as a table, with the code of each. Those of `Limits` are told to
 * clients. `Infinity` takes a bound away.
 * @public
 */
export interface ServerLimits extends Limits {
  /** Messages from one connection. Over it the connection is read slower. */
  readonly connectionMessages: Rate;
  /** Bytes from one connection. Over it the connection is read slower. */
  readonly connectionBytes: Rate;
  /** Messages from all connections of one person. Over it they are read slower. */
  readonly userMessages: Rate;
  /** Bytes from all connections of one person. Over it they are read slower. */
  readonly userBytes: Rate;
  /** Who sent so much that reading it at the allowed rate takes longer than this, in ms, is cut off: `ERR_RATE_LIMITED`. */
  readonly maxThrottleMs: number;
  /**
   * Open connections of one network address, streams of events among them. More are answered with HTTP status
   * 429.
   */
  readonly maxConnectionsPerAddress: number;
  /** Open connections of one person: `ERR_TOO_MANY_CONNECTIONS`. */
  readonly maxConnectionsPerUser: number;
  /**
   * Connections that have one document open: `ERR_DOCUMENT_FULL`. Channels of one connection count once. One
   * place in ten, and at least 20, are kept for people who may write.
   */
  readonly maxChannelsPerDocument: number;
  /** Open channels of one connection: `ERR_TOO_MANY_DOCUMENTS`. */
  readonly maxDocumentsPerConnection: number;
  /**
   * Documents that one connection opens at the same time. Others wait; those that are closed before their
   * turn are never loaded.
   */
  readonly maxLoadsPerConnection: number;
  /**
   * Long answers over HTTP that are being sent to one network address. More are answered with HTTP status
   * 429, `ERR_TOO_MANY_READS`.
   */
  readonly maxReadsPerAddress: number;
  /** Failed logins from one network address: `ERR_TOO_MANY_LOGINS`. */
  readonly failedLogins: Rate;
  /** How long a new connection may take to say `hello`, in ms: `ERR_TIMEOUT`. */
  readonly helloTimeoutMs: number;
  /** How long a connection that was ended may take to go, in ms. Then it is cut off. */
  readonly lingerMs: number;
  /** Bytes of the first message, which anybody can send: `ERR_MESSAGE_TOO_LARGE`. */
  readonly maxHelloBytes: number;
  /** How long a connection may have no document open, in ms: `ERR_TIMEOUT`. */
  readonly emptyTimeoutMs: number;
  /** Bytes that wait for a slow reader before it is left to catch up. */
  readonly maxBufferedBytes: number;
  /** How long a client may read nothing while something waits for it, in ms: closed with 4408. */
  readonly stallTimeoutMs: number;
  /** Carets and people are told at most this often per document, in ms. Between two times only the newest counts. */
  readonly presenceIntervalMs: number;
  /** Entries of a document that the log keeps at least; older ones may be trimmed: `trimmed`, `ERR_BASE_TRIMMED`. */
  readonly maxHistoryEntries: number;
  /** Sessions of a document that the log remembers: the oldest are forgotten first, those with nothing in flight before others. */
  readonly maxSessions: number;
  /** How long a session with nothing in flight is remembered after its last use, in ms. */
  readonly sessionIdleMs: number;
}

/** @public */
export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  ...DEFAULT_LIMITS,
  connectionMessages: { perSecond: 500, burst: 5_000 },
  connectionBytes: { perSecond: 1_048_576, burst: 8_388_608 },
  userMessages: { perSecond: 1_000, burst: 10_000 },
  userBytes: { perSecond: 2_097_152, burst: 16_777_216 },
  maxThrottleMs: 10_000,
  maxConnectionsPerAddress: 2_000,
  maxConnectionsPerUser: 100,
  maxChannelsPerDocument: 2_000,
  maxDocumentsPerConnection: 100,
  maxLoadsPerConnection: 8,
  maxReadsPerAddress: 32,
  failedLogins: { perSecond: 1, burst: 60 },
  helloTimeoutMs: 5_000,
  lingerMs: 3_000,
  maxHelloBytes: 16_384,
  emptyTimeoutMs: 300_000,
  maxBufferedBytes: 262_144,
  stallTimeoutMs: 30_000,
  presenceIntervalMs: 30,
  maxHistoryEntries: 1_000_000,
  maxSessions: 10_000,
  sessionIdleMs: 86_400_000,
};
