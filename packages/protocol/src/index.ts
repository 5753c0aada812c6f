/**
 * What client and server say to each other. PROTOCOL.md is its twin.
 * @module
 */
export {
  type Decoded,
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "./codec.ts";
export { CloseCode, type CloseReason, isRetryable, ProtocolErrorCode } from "./errors.ts";
export { isDocumentId, isToken, tokenOf } from "./identifiers.ts";
export { DEFAULT_LIMITS, type Limits, MAX_NAME_UNITS, PERSON_COLORS } from "./limits.ts";
export type {
  AckMessage,
  CheckMessage,
  ClientMessage,
  CloseMessage,
  ErrorMessage,
  HelloMessage,
  OpenedMessage,
  OpenMessage,
  OpsMessage,
  OutgoingClientMessage,
  Peer,
  PeerSelection,
  PeersMessage,
  PingMessage,
  RefusedCode,
  RefusedMessage,
  ReopenCode,
  ReopenMessage,
  SelectionsMessage,
  SelectMessage,
  ServerMessage,
  SettledMessage,
  SnapshotMessage,
  SnapshotReason,
  SubmitMessage,
  User,
  UserMessage,
  WelcomeMessage,
  PongMessage,
} from "./messages.ts";
export { DEFLATE_SUBPROTOCOL } from "./subprotocol.ts";
export { textHash } from "./text-hash.ts";
export { PROTOCOL_VERSION } from "./version.ts";
