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
