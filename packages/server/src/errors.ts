import type { OtError } from "@interline/ot";
import type { ProtocolErrorCode } from "@interline/protocol";

/** What can go wrong in the server itself; what goes wrong with a client is told by protocol codes. @public */
export const ServerErrorCode = {
  /** Another process has the database folder open. */
  StoreLocked: "ERR_STORE_LOCKED",
  /** There is no database in the folder. */
  StoreMissing: "ERR_STORE_MISSING",
  /** The store cannot be opened, read or written. */
  StoreFailed: "ERR_STORE_FAILED",
  /** The store was written by a newer version. */
  StoreTooNew: "ERR_STORE_TOO_NEW",
  /** The store holds what this version cannot read. */
  StoreCorrupt: "ERR_STORE_CORRUPT",
  /** There is no such document. */
  NotFound: "ERR_DOCUMENT_NOT_FOUND",
  /** There is such a document already. */
  Exists: "ERR_DOCUMENT_EXISTS",
  /** The document was deleted. */
  Deleted: "ERR_DOCUMENT_DELETED",
  /** No title: too long, or with characters that do not show or that turn text around. */
  Title: "ERR_TITLE",
  /** The document is at another version than it should be. */
  VersionMismatch: "ERR_VERSION_MISMATCH",
  /** A version that the document has not reached. */
  VersionAhead: "ERR_VERSION_AHEAD",
  /** Entries so old are not kept any more. */
  HistoryTrimmed: "ERR_HISTORY_TRIMMED",
  /** This is no backup, or not all of one. */
  BackupInvalid: "ERR_BACKUP_INVALID",
  /** Used after it was closed. */
  Closed: "ERR_CLOSED",
} as const;

/** @public */
export type ServerErrorCode = (typeof ServerErrorCode)[keyof typeof ServerErrorCode];

/** Codes of the server itself, and those that clients are told too. @public */
export type ServerFaultCode = ServerErrorCode | ProtocolErrorCode | OtError["code"];

/** @public */
export class ServerError extends Error {
  readonly code: ServerFaultCode;

  constructor(code: ServerFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ServerError";
    this.code = code;
  }
}
