/**
 * What the two sides tell each other when something is wrong. Codes are stable; texts may change. The codes of
 * `OtErrorCode` travel in `refused` too. What pages load writes the codes themselves, which the type checks: a bundle does not
 * hold this table then.
 * @public
 */
export const ProtocolErrorCode = {
  /** The frame is not JSON, or not text. Ends the connection. */
  MessageSyntax: "ERR_MESSAGE_SYNTAX",
  /** No message of this name exists in this protocol version. Ends the connection. */
  MessageUnknown: "ERR_MESSAGE_UNKNOWN",
  /** A field is missing or of the wrong type or range. Ends the connection. */
  MessageShape: "ERR_MESSAGE_SHAPE",
  /** The frame is larger than `maxMessageBytes`. Ends the connection. */
  MessageTooLarge: "ERR_MESSAGE_TOO_LARGE",
  /** A message that may not come now: before `hello`, or for a channel that is not open. Ends the connection. */
  MessageOrder: "ERR_MESSAGE_ORDER",
  /**
   * The client speaks only versions that are too old for the server. Ends the connection; a newer client may
   * get through.
   */
  ProtocolVersion: "ERR_PROTOCOL_VERSION",
  /**
   * The client speaks only versions that are newer than the server. Ends the connection; worth a later try.
   */
  ServerTooOld: "ERR_SERVER_TOO_OLD",
  /** More was sent than may be sent in a time, by far: what is only a little more is read slower. Ends the connection; worth a later try. */
  RateLimited: "ERR_RATE_LIMITED",
  /** One person has more connections than allowed. Ends the connection; worth a later try. */
  TooManyConnections: "ERR_TOO_MANY_CONNECTIONS",
  /** Too many logins from this address have failed. Ends the connection; worth a later try. */
  TooManyLogins: "ERR_TOO_MANY_LOGINS",
  /**
   * Over HTTP: no connection has this id (any more), or what the client missed is not kept. It connects
   * again.
   */
  ConnectionUnknown: "ERR_CONNECTION_UNKNOWN",
  /** Nothing was said in time. Ends the connection. */
  Timeout: "ERR_TIMEOUT",
  /** The server wants to know who this is, and was given no token. Ends the connection. */
  TokenMissing: "ERR_TOKEN_MISSING",
  /** The token is forged, not of this server, or none at all. Ends the connection. */
  TokenInvalid: "ERR_TOKEN_INVALID",
  /** The token's time is over. Ends the connection; a client that was connected comes back with a new one. */
  TokenExpired: "ERR_TOKEN_EXPIRED",
  /** The token's time has not come. Ends the connection. */
  TokenNotYetValid: "ERR_TOKEN_NOT_YET_VALID",
  /** The share link, or one that it came from, was revoked. Ends the connection, or the channel where it was open. */
  LinkRevoked: "ERR_LINK_REVOKED",
  /** Whether the token is good cannot be found out now. Ends the connection or the channel; worth another try. */
  AccessUnavailable: "ERR_ACCESS_UNAVAILABLE",
  /** The server does not answer to the host that the request names. It is answered with HTTP status 403. */
  HostForbidden: "ERR_HOST_FORBIDDEN",
  /** A page of this origin may not connect. The upgrade is answered with HTTP status 403. */
  OriginForbidden: "ERR_ORIGIN_FORBIDDEN",
  /** None of the subprotocols that the client offers is spoken here. The upgrade is answered with HTTP status 400. */
  Subprotocol: "ERR_SUBPROTOCOL",
  /** No right to read the document (any more). Ends the channel. */
  Forbidden: "ERR_FORBIDDEN",
  /** The document was deleted. Ends the channel. */
  DocumentDeleted: "ERR_DOCUMENT_DELETED",
  /** Not a possible document id, see `isDocumentId`. Ends the channel. */
  DocumentId: "ERR_DOCUMENT_ID",
  /** More open documents on one connection than allowed. Ends the channel. */
  TooManyDocuments: "ERR_TOO_MANY_DOCUMENTS",
  /** More have the document open than allowed. Ends the channel; worth a later try. */
  DocumentFull: "ERR_DOCUMENT_FULL",
  /** The log cannot be read or written now. Ends the channel; worth another try. */
  StoreUnavailable: "ERR_STORE_UNAVAILABLE",

  /** Refused: the document would grow past `maxDocumentLength`. */
  DocumentTooLarge: "ERR_DOCUMENT_TOO_LARGE",
  /** Refused: the operation changes nothing as submitted. */
  OperationEmpty: "ERR_OPERATION_EMPTY",
  /** Refused: no right to write. */
  ReadOnly: "ERR_READ_ONLY",

  /** Reopen: a newer connection of this session has taken over. */
  Fenced: "ERR_FENCED",
  /** Reopen: the server does not know the session (any more). */
  SessionUnknown: "ERR_SESSION_UNKNOWN",
  /** Reopen: the base version of a submission is older than the history that is kept. */
  BaseTrimmed: "ERR_BASE_TRIMMED",
  /** Reopen: the base version of a submission lies in the future. */
  BaseAhead: "ERR_BASE_AHEAD",
  /** Reopen: the log is not the one that the client's version is of. */
  Diverged: "ERR_DIVERGED",
  /** Reopen: the client's text at the head is not the document's. */
  TextDiffers: "ERR_TEXT_DIFFERS",
} as const;

/** @public */
export type ProtocolErrorCode = (typeof ProtocolErrorCode)[keyof typeof ProtocolErrorCode];

/**
 * WebSocket close codes. `retry` says whether a client should connect again by itself.
 * @public
 */
export const CloseCode = {
  /** The server stops or restarts: come back. */
  Restart: { code: 1012, reason: "restart", retry: true },
  /** A frame over `maxMessageBytes`. */
  TooLarge: { code: 1009, reason: "message too large", retry: false },
  /** A fault of the server. */
  Internal: { code: 1011, reason: "internal error", retry: true },
  /** A message that breaks the protocol: the `error` before it says which rule. */
  BadMessage: { code: 4400, reason: "bad message", retry: false },
  /** Said nothing in time, or does not read what it is sent. */
  Timeout: { code: 4408, reason: "timeout", retry: true },
  /** Too much, or too many: the `error` before it says of what. */
  TooMany: { code: 4429, reason: "too many", retry: true },
  /** No token, or none that is good: the `error` before it says why. */
  Unauthorized: { code: 4401, reason: "unauthorized", retry: false },
  /** The token was good until now: come back with a new one. */
  TokenExpired: { code: 4419, reason: "token expired", retry: true },
  /** The server is older than the client. */
  ServerTooOld: { code: 4427, reason: "server too old", retry: true },
  /** The protocol version is not spoken here any more. */
  ProtocolVersion: { code: 4426, reason: "protocol version", retry: false },
} as const;

/** @public */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
  readonly retry: boolean;
}

/** True if a client should connect again by itself after a close with this code. Unknown codes: yes. @public */
export function isRetryable(closeCode: number): boolean {
  const known: readonly CloseReason[] = Object.values(CloseCode);
  return known.find(({ code }) => code === closeCode)?.retry ?? true;
}
