/**
 * One document's replica and its connection, for Node and browsers.
 * @module
 */
export type { BackoffOptions } from "./backoff.ts";
export type { TokenSource } from "./connection.ts";
export { type Environment, platformEnvironment, type Timer, type WebSocketLike } from "./environment.ts";
export { ClientError } from "./errors.ts";
export type { GonePerson, RemotePeer } from "./peers.ts";
export {
  openDocument,
  SharedDocument,
  type SharedDocumentEvents,
  type SharedDocumentOptions,
} from "./shared-document.ts";
export type { DocumentState, DocumentStatus } from "./status.ts";
export {
  allows,
  isDocumentId,
  isToken,
  MAX_NAME_UNITS,
  PERSON_COLORS,
  type Role,
  type User,
} from "@interline/protocol";
