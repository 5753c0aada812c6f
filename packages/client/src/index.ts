/**
 * One document's replica and its connection, for Node and browsers.
 * @module
 */
export type { BackoffOptions } from "./backoff.ts";
export {
  Connection,
  type ConnectionOptions,
  openConnection,
  type TokenSource,
} from "./connection.ts";
export type { ClientLogger, ConnectionCounters, Diagnostics, DocumentCounters } from "./diagnostics.ts";
export { Draft } from "./draft.ts";
export { type Environment, platformEnvironment, type Timer, type WebSocketLike } from "./environment.ts";
export { ClientError } from "./errors.ts";
export { deviceStore } from "./offline/device-store.ts";
export {
  type Copy,
  type CopyChange,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  isPending,
  type KeptDocument,
  type StoredCopy,
  StoreError,
  StoreErrorCode,
  type TabLine,
  type TabMessage,
} from "./offline/document-store.ts";
export { signOut, unsavedDocuments } from "./offline/retention.ts";
export type { GonePerson, RemotePeer } from "./peers.ts";
export type { DocumentOptions, SharedDocumentEvents, SharedDocumentOptions } from "./document-options.ts";
export { openDocument, openDocumentOver, SharedDocument } from "./shared-document.ts";
export type { DocumentState, DocumentStatus } from "./status.ts";
export {
  allows,
  isDocumentId,
  isToken,
  MAX_NAME_UNITS,
  PERSON_COLORS,
  type Role,
  shownText,
  type User,
} from "@interline/protocol";
