/**
 * What client and server say to each other. PROTOCOL.md is its twin.
 * @module
 */
export {
  type Decoded,
  type Strictness,
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "./codec.ts";
export { CloseCode, type CloseReason, isRetryable } from "./close-codes.ts";
export type { ErrorCode, RefusedCode, ReopenCode } from "./codes.ts";
export { CarrierHeader } from "./http-carrier.ts";
export { isDocumentId, isToken, tokenOf } from "./identifiers.ts";
export { DEFAULT_LIMITS, GONE_MS, type Limits, MAX_GONE, MAX_NAME_UNITS, PERSON_COLORS } from "./limits.ts";
export type {
  ClientMessage,
  ClientMessageOf,
  Gone,
  OutgoingClientMessage,
  Peer,
  PeerSelection,
  ServerMessage,
  ServerMessageOf,
  SnapshotReason,
  User,
} from "./messages.ts";
export { allows, lowerOf, namedRole, type Role, roleIn, ROLES } from "./roles.ts";
export { shownText, unfitIn } from "./shown-text.ts";
export { DEFLATE_SUBPROTOCOL, EARLY_SUBPROTOCOL } from "./subprotocol.ts";
export { textHash } from "./text-hash.ts";
export {
  type Agreement,
  type Announcement,
  agree,
  type Disagreement,
  isNewer,
  PROTOCOL_VERSION,
  readAnnouncement,
  SPEAKS_PARAMETER,
  SPOKEN,
  UNANNOUNCED,
  type Version,
  versionText,
  writeAnnouncement,
} from "./version.ts";
