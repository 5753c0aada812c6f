/**
 * The document server as a library: give it a log, attach it to an HTTP server.
 * @module
 */
export {
  type Access,
  AccessError,
  type AccessErrorCode,
  type Credentials,
  EVERY_DOCUMENT,
  GENERAL_ACCESS,
  type GivenRole,
  type Visitor,
} from "./access/access.ts";
export { type Gatekeeper, isRefusal, type Refusal, type Rights } from "./access/gatekeeper.ts";
export type { Shared, Sharing } from "./access/sharing.ts";
export { credentialsOf } from "./access/credentials.ts";
export { type LinkRole, type NewLink, ShareLinks } from "./access/share-links.ts";
export { hasStarted, isSecret, isStartedId, startedId } from "./access/starting.ts";
export { MAX_TOKEN_LENGTH, tokenAccess, type TokenAccessOptions } from "./access/token-access.ts";
export { guestIdOf, userIdOf, userOf } from "./access/user-ids.ts";
export {
  Authority,
  type AuthorityOptions,
  type Committed,
  type Dropped,
  type Submission,
  type SubmitAnswer,
} from "./authority.ts";
export type {
  Catalogue,
  CataloguePage,
  DocumentRecord,
  ListOptions,
  PageOptions,
  ShareLink,
} from "./catalogue/catalogue.ts";
export type {
  DocumentRules,
  GeneralAccess,
  PersonChange,
  PersonRule,
  RulesChange,
} from "./catalogue/document-rules.ts";
export { MemoryCatalogue } from "./catalogue/memory-catalogue.ts";
export { type Clock, systemClock } from "./clock.ts";
export { Documents, type DocumentText, type NewDocument } from "./documents/documents.ts";
export { titleOf } from "./documents/title.ts";
export type { DocumentEvent, VersionId, Watching, WatchOptions } from "./documents/watch.ts";
export type { Written } from "./documents/writer.ts";
export { ServerError, type ServerFaultCode, type StoreFaultCode } from "./errors.ts";
export { JsonBounds, type JsonLimits } from "./json-bounds.ts";
export { weightOf } from "./log/weight.ts";
export { breathe, SLICE_UNITS, slicesOf } from "./slices.ts";
export { Unescaper } from "./unescaper.ts";
export { randomToken } from "./random-token.ts";
export { Frame } from "./frame.ts";
export type { DrainOptions } from "./gateway/drain.ts";
export { addressOf } from "./gateway/address.ts";
export type { Siblings } from "./gateway/event-gateway.ts";
export { hostName } from "./gateway/host.ts";
export type { CarriedConnection, Carrier } from "./gateway/connection.ts";
export { DEFAULT_HISTORY_BOUNDS, type HistoryBounds } from "./history-window.ts";
export {
  type Appended,
  type BadEntry,
  type Checkpoint,
  type CommitAnswer,
  type CommitBatch,
  type DocumentLog,
  EMPTY_HEAD,
  type Entry,
  type Head,
  type LogNews,
  type NewEntry,
  type OpenSessionAnswer,
  type OpenSessionRequest,
  type SessionRetention,
  type SessionRow,
} from "./log/document-log.ts";
export {
  allows,
  isDocumentId,
  MAX_NAME_UNITS,
  type Peer,
  PERSON_COLORS,
  type Role,
  ROLES,
  shownText,
  unfitIn,
  type User,
} from "@interline/protocol";
export { CODES, type ErrorCode, isErrorCode, statusOf } from "@interline/protocol/codes";
export { DEFAULT_SERVER_LIMITS, type Rate, type ServerLimits } from "./limits.ts";
export type { ArchivableLog, DocumentExport } from "./log/archivable-log.ts";
export { type BackupProgress, readBackup, restoreBackup } from "./log/backup.ts";
export { LevelLog, type LevelLogOptions } from "./log/level-log.ts";
export { MemoryLog } from "./log/memory-log.ts";
export { type Logger, silentLogger } from "./logger.ts";
export { type Metrics, silentMetrics } from "./metrics.ts";
export type {
  PresenceListener,
  PresenceShare,
  SharedCaret,
  SharedNews,
  SharedPeer,
  SharedPresence,
} from "./shared-presence.ts";
export {
  createDocumentServer,
  type DocumentServer,
  type DocumentServerOptions,
  type ServerStats,
} from "./server.ts";
