import type { ErrorCode, Role } from "@interline/protocol";

/** What somebody shows to be let in. @public */
export interface Credentials {
  /** Of the first message, or else of an `Authorization: Bearer` header, as it came: of any length and any characters that a head may have. */
  readonly token: string | undefined;
}

/** Somebody who was let in. @public */
export interface Visitor {
  /**
   * Who it is, for certain: 1 to 64 characters of `A–Z a–z 0–9 _ -`, see `userIdOf`. Undefined: a guest, who goes by the id that its
   * client gives, marked so that it is nobody else's.
   */
  readonly id: string | undefined;
  /** The name that others see. Undefined: the one that the client gives. */
  readonly name?: string | undefined;
  /** Id of the share link that they came by: links that they make end with it. Undefined: they came by a login. */
  readonly link?: string | undefined;
  /** When the token runs out, in ms since 1970. The connection ends then. */
  readonly expiresAt?: number | undefined;
  /** Anything else that `authorize` wants to know. */
  readonly claims?: unknown;
}

/**
 * Who may do what. Both may be asked often and at the same time; `authorize` is asked again, for everybody who has a document open,
 * every `recheckMs` and at every `recheck`, so that a right that changes does so for who is connected.
 * @public
 */
export interface Access {
  /**
   * @throws AccessError with the code that the client is told. Anything else it throws is taken for a passing fault:
   * `ERR_ACCESS_UNAVAILABLE`.
   */
  authenticate(credentials: Credentials): Visitor | Promise<Visitor>;
  /**
   * `document` is an id, or `*` for what does not concern one document: `read` may list all, `write` may make new ones, `own`
   * may take backups. `GENERAL_ACCESS` gives what the document gives to everybody.
   *
   * What the owners of a document have decided comes on top, for whoever does not own it: see `Sharing`.
   * @throws AccessError as `authenticate` does.
   */
  authorize(visitor: Visitor, document: string): GivenRole | Promise<GivenRole>;
  /** True: people without a token come in too, and have each document's general access. Default false. */
  readonly hasGuests?: boolean | undefined;
}

/** A role, or whatever the document gives to those who come without a token. @public */
export type GivenRole = Role | typeof GENERAL_ACCESS;

/**
 * Instead of a role: what the document gives to those who come without a token. With all documents: the right
 * to make new ones, and not that to list them.
 * @public
 */
export const GENERAL_ACCESS = "general";

/** Stands for every document. No document is called so. @public */
export const EVERY_DOCUMENT = "*";

/** @public */
export type AccessErrorCode = Extract<
  ErrorCode,
  | "ERR_TOKEN_MISSING"
  | "ERR_TOKEN_INVALID"
  | "ERR_TOKEN_EXPIRED"
  | "ERR_TOKEN_NOT_YET_VALID"
  | "ERR_LINK_REVOKED"
  | "ERR_FORBIDDEN"
>;

/** Why somebody is not let in. @public */
export class AccessError extends Error {
  readonly code: AccessErrorCode;

  constructor(code: AccessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AccessError";
    this.code = code;
  }
}
