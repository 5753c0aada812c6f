import type { OtError } from "@interline/ot";
import type { ErrorCode } from "@interline/protocol";

/**
 * What can be wrong with a store or a backup, which only the program that opens it is told. Everything else is a
 * code of the protocol.
 * @public
 */
export type StoreFaultCode =
  /** Another process has the database folder open. */
  | "ERR_STORE_LOCKED"
  /** There is no database in the folder. */
  | "ERR_STORE_MISSING"
  /** The store was written by a newer version. */
  | "ERR_STORE_TOO_NEW"
  /** The store holds what this version cannot read. */
  | "ERR_STORE_CORRUPT"
  /** This is no backup, or not all of one. */
  | "ERR_BACKUP_INVALID";

/** @public */
export type ServerFaultCode = ErrorCode | StoreFaultCode | OtError["code"];

/** @public */
export class ServerError extends Error {
  readonly code: ServerFaultCode;

  constructor(code: ServerFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ServerError";
    this.code = code;
  }
}
