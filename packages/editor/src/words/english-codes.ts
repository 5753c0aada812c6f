import type { CodeWords } from "./words.ts";

const RELOAD = "This document is no longer connected. Reload the page to go on.";
const UNFIT = "the server does not take your last changes.";
const ELSEWHERE = "The server does not take pages from this address. Ask whoever runs it: its log says why.";
const FORBIDDEN = "You may not open this document.";

export const englishCodes: CodeWords = {
  denied: {
    ERR_TOKEN_MISSING: "This document opens only with a login or a link that somebody shares with you.",
    ERR_TOKEN_INVALID: "Your link or login does not work here. Ask for a new one.",
    ERR_TOKEN_NOT_YET_VALID: "Your link or login is not valid yet. Try again later.",
    ERR_TOKEN_EXPIRED: "Your link or login has expired. Ask for a new one.",
    ERR_LINK_REVOKED: "The link to this document was revoked. Ask for a new one.",
    ERR_FORBIDDEN: FORBIDDEN,
    ERR_REMOVED: "An owner of this document has removed you from it.",
    ERR_BLOCKED: "An owner of this document has blocked you.",
    ERR_DOCUMENT_DELETED: "This document was deleted.",
    ERR_HOST_FORBIDDEN: ELSEWHERE,
    ERR_ORIGIN_FORBIDDEN: ELSEWHERE,
  },
  ended: {
    ERR_MESSAGE_SYNTAX: RELOAD,
    ERR_MESSAGE_UNKNOWN: RELOAD,
    ERR_MESSAGE_SHAPE: RELOAD,
    ERR_MESSAGE_ORDER: RELOAD,
    ERR_MESSAGE_TOO_LARGE: RELOAD,
    ERR_PROTOCOL_VERSION: "This page is older than the server. Reload it to go on.",
    ERR_DOCUMENT_ID: "No document can have this name. Check the address of the page.",
    ERR_TOO_MANY_DOCUMENTS: "Too many documents are open in this page. Close some, and reload it.",
  },
  waiting: {
    ERR_SERVER_TOO_OLD: "The server is older than this page, and must be updated.",
    ERR_TIMEOUT: "The connection was lost.",
    ERR_RATE_LIMITED: "The server cannot take so much at once.",
    ERR_TOO_MANY_CONNECTIONS: "You have too many pages open. Close some.",
    ERR_TOO_MANY_LOGINS: "Too many logins from your network have failed.",
    ERR_ACCESS_UNAVAILABLE: "The server cannot check your login now.",
  },
  refused: {
    ERR_DOCUMENT_TOO_LARGE: "the document is as long as it can be.",
    ERR_READ_ONLY: "you can read this document, not write.",
    ERR_OPERATION_INVALID: UNFIT,
    ERR_OPERATION_NUMBER: UNFIT,
    ERR_OPERATION_TEXT: UNFIT,
    ERR_OPERATION_TOO_LARGE: UNFIT,
    ERR_POSITION_INVALID: UNFIT,
  },
  other: { denied: FORBIDDEN, ended: RELOAD, refused: UNFIT },
};
