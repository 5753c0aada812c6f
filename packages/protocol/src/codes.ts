/**
 * Every error code that one side tells the other, over any carrier and over the HTTP API, with all that follows from it. Pages do not
 * load this table: what they need of it stands in short lists of their own, which tests hold equal to it.
 * @module
 */
import type { OtErrorCode } from "@interline/ot";
import type { CloseCode } from "./close-codes.ts";

/** What is known of an error code. @public */
export interface CodeFacts {
  /**
   * What it may end: a submission (told by `refused`), a channel (`error` with its number), a whole connection (`error` without one), or
   * only a request over HTTP.
   */
  readonly ends: readonly ("submission" | "channel" | "connection" | "request")[];
  /** A channel may be told so by `reopen`: always, or it is told by `error` at other times. */
  readonly reopen?: "only" | "also";
  /** Whether to try again: the client does so by itself, only when somebody asks it to, or it is of no use. */
  readonly retry: "automatic" | "manual" | "never";
  /** True: it says that this person may not be here. */
  readonly denies?: true;
  /** How the connection is closed that it ends. */
  readonly close?: keyof typeof CloseCode;
  /** HTTP status. Undefined: it is never told over HTTP. */
  readonly status?: number;
  /** What is wrong, for developers. May change. */
  readonly message: string;
}

const table = {
  ERR_MESSAGE_SYNTAX: {
    ends: ["connection"],
    retry: "never",
    close: "BadMessage",
    status: 400,
    message: "a frame is not JSON, or not text",
  },
  ERR_MESSAGE_UNKNOWN: {
    ends: ["connection"],
    retry: "never",
    close: "BadMessage",
    message: "there is no such message",
  },
  ERR_MESSAGE_SHAPE: {
    ends: ["connection"],
    retry: "never",
    close: "BadMessage",
    status: 400,
    message: "a field is missing, wrong or too many, or there are too many values",
  },
  ERR_MESSAGE_ORDER: {
    ends: ["connection"],
    retry: "never",
    close: "BadMessage",
    status: 409,
    message:
      "a message comes before `hello`, twice, for a channel that is not open, or while an operation is in flight",
  },
  ERR_MESSAGE_TOO_LARGE: {
    ends: ["connection"],
    retry: "never",
    close: "TooLarge",
    status: 413,
    message: "a first message over `maxHelloBytes`, or a request over `maxMessageBytes`",
  },
  ERR_PROTOCOL_VERSION: {
    ends: ["connection"],
    retry: "never",
    close: "ProtocolVersion",
    message: "the client speaks only versions that are too old",
  },
  ERR_SERVER_TOO_OLD: {
    ends: ["connection"],
    retry: "automatic",
    close: "ServerTooOld",
    message: "the client speaks only versions that are newer than the server",
  },
  ERR_TIMEOUT: {
    ends: ["connection"],
    retry: "automatic",
    close: "Timeout",
    status: 408,
    message: "nothing was said in time, or no document was open for too long",
  },
  ERR_RATE_LIMITED: {
    ends: ["connection"],
    retry: "automatic",
    close: "TooMany",
    status: 429,
    message: "too much was sent at once",
  },
  ERR_TOO_MANY_CONNECTIONS: {
    ends: ["connection"],
    retry: "automatic",
    close: "TooMany",
    status: 429,
    message: "too many connections of one person or one address are open",
  },
  ERR_TOO_MANY_LOGINS: {
    ends: ["connection"],
    retry: "automatic",
    close: "TooMany",
    status: 429,
    message: "too many logins from this address have failed",
  },
  ERR_TOKEN_MISSING: {
    ends: ["connection"],
    retry: "never",
    denies: true,
    close: "Unauthorized",
    status: 401,
    message: "a token is needed",
  },
  ERR_TOKEN_INVALID: {
    ends: ["connection"],
    retry: "never",
    denies: true,
    close: "Unauthorized",
    status: 401,
    message: "the token is forged, or not for this server",
  },
  ERR_TOKEN_EXPIRED: {
    ends: ["connection"],
    retry: "never",
    denies: true,
    close: "Unauthorized",
    status: 401,
    message: "the token has expired",
  },
  ERR_TOKEN_NOT_YET_VALID: {
    ends: ["connection"],
    retry: "manual",
    denies: true,
    close: "Unauthorized",
    status: 401,
    message: "the token is not valid yet",
  },
  ERR_LINK_REVOKED: {
    ends: ["connection", "channel"],
    retry: "never",
    denies: true,
    close: "Unauthorized",
    status: 401,
    message: "the share link, or one that it came from, was revoked",
  },
  ERR_ACCESS_UNAVAILABLE: {
    ends: ["connection", "channel"],
    retry: "automatic",
    close: "Internal",
    status: 503,
    message: "whether this is allowed cannot be found out now",
  },
  ERR_HOST_FORBIDDEN: {
    ends: ["request"],
    retry: "manual",
    denies: true,
    status: 403,
    message: "the server does not answer to the host that the request names",
  },
  ERR_ORIGIN_FORBIDDEN: {
    ends: ["request"],
    retry: "manual",
    denies: true,
    status: 403,
    message: "a page of another origin may not ask",
  },
  ERR_SUBPROTOCOL: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "none of the subprotocols that the client offers is spoken here",
  },
  ERR_CONNECTION_UNKNOWN: {
    ends: ["request"],
    retry: "automatic",
    status: 404,
    message: "no connection has this id, or what was missed is no longer kept: connect again",
  },

  ERR_FORBIDDEN: {
    ends: ["connection", "channel"],
    retry: "manual",
    denies: true,
    close: "Unauthorized",
    status: 403,
    message: "there is no right to do this with the document",
  },
  ERR_REMOVED: {
    ends: ["channel"],
    retry: "manual",
    denies: true,
    message: "an owner of the document has removed this person",
  },
  ERR_BLOCKED: {
    ends: ["channel", "request"],
    retry: "never",
    denies: true,
    status: 403,
    message: "an owner of the document does not let this person in",
  },
  ERR_DOCUMENT_DELETED: {
    ends: ["channel"],
    reopen: "also",
    retry: "never",
    denies: true,
    status: 410,
    message: "the document was deleted",
  },
  ERR_DOCUMENT_ID: {
    ends: ["channel"],
    retry: "never",
    status: 400,
    message: "this is not a possible document id",
  },
  ERR_TOO_MANY_DOCUMENTS: {
    ends: ["channel"],
    retry: "manual",
    message: "the connection has as many channels open as it may",
  },
  ERR_DOCUMENT_FULL: {
    ends: ["channel"],
    retry: "automatic",
    status: 503,
    message: "as many connections have the document open as may",
  },
  ERR_STORE_UNAVAILABLE: {
    ends: ["channel"],
    reopen: "also",
    retry: "automatic",
    status: 503,
    message: "the document cannot be read or written now",
  },
  ERR_FENCED: {
    ends: ["channel"],
    reopen: "only",
    retry: "automatic",
    message: "a newer connection of the session has taken over",
  },
  ERR_SESSION_UNKNOWN: {
    ends: ["channel"],
    reopen: "only",
    retry: "automatic",
    message: "the session is not known, or no longer",
  },
  ERR_BASE_TRIMMED: {
    ends: ["channel"],
    reopen: "only",
    retry: "automatic",
    status: 410,
    message: "the version that an operation was made for is older than the history that is kept",
  },
  ERR_BASE_AHEAD: {
    ends: ["channel"],
    reopen: "only",
    retry: "automatic",
    message: "the document has not reached the version that an operation was made for",
  },
  ERR_DIVERGED: {
    ends: ["channel"],
    reopen: "only",
    retry: "automatic",
    message: "the log is not the one that the client's version is of",
  },
  ERR_TEXT_DIFFERS: {
    ends: ["channel"],
    reopen: "only",
    retry: "automatic",
    message: "the client's text is not the document's",
  },

  ERR_OPERATION_INVALID: {
    ends: ["submission"],
    retry: "manual",
    status: 422,
    message: "an operation is no list of components, or a component has a wrong shape",
  },
  ERR_OPERATION_NUMBER: {
    ends: ["submission"],
    retry: "manual",
    status: 422,
    message: "a length in an operation is no whole number from 1 to 2⁵³ − 1",
  },
  ERR_OPERATION_TEXT: {
    ends: ["submission"],
    retry: "manual",
    status: 422,
    message: "a text holds half a surrogate pair",
  },
  ERR_OPERATION_TOO_LARGE: {
    ends: ["submission"],
    retry: "manual",
    status: 413,
    message: "an operation has more than `maxComponents` components",
  },
  ERR_OPERATION_EMPTY: {
    ends: ["submission"],
    retry: "automatic",
    status: 422,
    message: "the operation changes nothing",
  },
  ERR_LENGTH_MISMATCH: {
    ends: ["submission"],
    retry: "automatic",
    status: 422,
    message: "the operation does not fit the length of the document at its version",
  },
  ERR_POSITION_INVALID: {
    ends: ["submission"],
    retry: "manual",
    status: 422,
    message: "a position is outside the text, or inside a character",
  },
  ERR_DOCUMENT_TOO_LARGE: {
    ends: ["submission"],
    retry: "manual",
    status: 413,
    message: "the document would be longer than `maxDocumentLength`",
  },
  ERR_READ_ONLY: {
    ends: ["submission"],
    retry: "manual",
    status: 403,
    message: "this may be read, not written",
  },

  ERR_REQUEST_SHAPE: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "a part of the request is missing or wrong",
  },
  ERR_BODY_SYNTAX: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "the body is not JSON",
  },
  ERR_BODY_TOO_COMPLEX: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "the body has too many values, or is nested too deep",
  },
  ERR_TEXT_ENCODING: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "the body is not UTF-8",
  },
  ERR_TITLE: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "the title is too long, or has characters that do not show",
  },
  ERR_ADDRESS: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "the address is wrong",
  },
  ERR_HEADER_SYNTAX: {
    ends: ["request"],
    retry: "never",
    status: 400,
    message: "what came is no request",
  },
  ERR_DOCUMENT_NOT_FOUND: {
    ends: ["request"],
    retry: "manual",
    status: 404,
    message: "there is no such document",
  },
  ERR_LINK_NOT_FOUND: {
    ends: ["request"],
    retry: "never",
    status: 404,
    message: "there is no such link",
  },
  ERR_NOT_FOUND: {
    ends: ["request"],
    retry: "never",
    status: 404,
    message: "there is no such route",
  },
  ERR_METHOD_NOT_ALLOWED: {
    ends: ["request"],
    retry: "never",
    status: 405,
    message: "the address does not take this method; `Allow` says which it takes",
  },
  ERR_DOCUMENT_EXISTS: {
    ends: ["request"],
    retry: "never",
    status: 409,
    message: "there is a document of this id, or there was one",
  },
  ERR_VERSION_AHEAD: {
    ends: ["request"],
    retry: "manual",
    status: 409,
    message: "the document has not reached this version",
  },
  ERR_ACCESS_OPEN: {
    ends: ["request"],
    retry: "never",
    status: 409,
    message: "everybody may do everything here: a link would give nothing",
  },
  ERR_DOCUMENT_OWNED: {
    ends: ["request"],
    retry: "never",
    status: 409,
    message: "somebody owns the document",
  },
  ERR_TOO_MANY_PEOPLE: {
    ends: ["request"],
    retry: "never",
    status: 409,
    message: "too many people were removed from the document or blocked",
  },
  ERR_HISTORY_TRIMMED: {
    ends: ["request"],
    retry: "never",
    status: 410,
    message: "entries so old are no longer kept",
  },
  ERR_VERSION_MISMATCH: {
    ends: ["request"],
    retry: "never",
    status: 412,
    message: "`If-Match` or `If-None-Match` is for another version of the document",
  },
  ERR_BODY_TOO_LARGE: {
    ends: ["request"],
    retry: "never",
    status: 413,
    message: "the body is too long",
  },
  ERR_CONTENT_TYPE: {
    ends: ["request"],
    retry: "never",
    status: 415,
    message: "a body of this content type is not taken here",
  },
  ERR_CONTENT_ENCODING: {
    ends: ["request"],
    retry: "never",
    status: 415,
    message: "compressed bodies are not taken",
  },
  ERR_TOO_MANY_READS: {
    ends: ["request"],
    retry: "automatic",
    status: 429,
    message: "too many long answers are being sent to this address",
  },
  ERR_HEADER_TOO_LARGE: {
    ends: ["request"],
    retry: "never",
    status: 431,
    message: "the headers are too long",
  },
  ERR_INTERNAL: {
    ends: ["request"],
    retry: "manual",
    status: 500,
    message: "something went wrong in the server",
  },
  ERR_STORE_FAILED: {
    ends: ["request"],
    retry: "automatic",
    status: 503,
    message: "the store cannot be opened, read or written",
  },
} as const satisfies Readonly<Record<OtErrorCode, CodeFacts>> & Readonly<Record<string, CodeFacts>>;

type Table = typeof table;

/** A code that one side tells the other. Codes are stable. @public */
export type ErrorCode = keyof Table;

/** Why a submission was refused. @public */
export type RefusedCode = {
  [Code in ErrorCode]: "submission" extends Table[Code]["ends"][number] ? Code : never;
}[ErrorCode];

/** Why a channel must be opened again. @public */
export type ReopenCode = {
  [Code in ErrorCode]: Table[Code] extends { readonly reopen: string } ? Code : never;
}[ErrorCode];

/** All that is known of each code. @public */
export const CODES: Readonly<Record<ErrorCode, CodeFacts>> = table;

/** True for a code that one side may tell the other. @public */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code);
}

/** HTTP status of a code; of one that is never told over HTTP that of a fault of the server. @public */
export function statusOf(code: ErrorCode): number {
  return CODES[code].status ?? 500;
}
