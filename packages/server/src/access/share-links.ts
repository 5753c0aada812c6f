import { randomBytes } from "node:crypto";
import { isDocumentId, isToken, ProtocolErrorCode, type Role, ROLES, tokenOf } from "@interline/protocol";
import { jwtVerify, SignJWT } from "jose";
import type { Catalogue, ShareLink } from "../catalogue/catalogue.ts";
import { AccessError } from "./access.ts";

/** `typ` of a share link's token: it is never taken for a login's, nor the other way round. */
export const LINK_TYPE = "interline-link+jwt";

/** What a share link says. */
export interface LinkClaims {
  readonly type: "link";
  readonly id: string;
  readonly document: string;
  readonly role: Role;
  /** In ms since 1970. */
  readonly expiresAt: number | undefined;
}

/** A role that a link can give. @public */
export type LinkRole = Exclude<Role, "none">;

/** @public */
export interface NewLink {
  readonly document: string;
  readonly role: LinkRole;
  /** Id of the person. */
  readonly createdBy: string;
  /** Now, in ms since 1970. */
  readonly time: number;
  /** In ms since 1970, whole seconds. Undefined: never. */
  readonly expiresAt?: number | undefined;
}

/**
 * Links that let anybody who has them into one document. The token is a signed statement, so that a forged one costs no look at the
 * store; the record beside it is what can be taken back.
 * @public
 */
export class ShareLinks {
  readonly #catalogue: Catalogue;
  #key: Promise<Uint8Array> | undefined;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Makes a link. Its token is told once: put it into the fragment of an address, which no server sees. */
  async create(link: NewLink): Promise<{ readonly link: ShareLink; readonly token: string }> {
    const { document, role, createdBy, time, expiresAt } = link;
    const id = tokenOf(randomBytes(22));
    const made: ShareLink = {
      id,
      document,
      role,
      createdBy,
      createdAt: time,
      expiresAt,
      revokedAt: undefined,
    };
    await this.#catalogue.addLink(made);
    const token = new SignJWT({ document, role })
      .setProtectedHeader({ alg: "HS256", typ: LINK_TYPE })
      .setJti(id);
    if (expiresAt !== undefined) token.setExpirationTime(Math.floor(expiresAt / 1000));
    return { link: made, token: await token.sign(await this.#signingKey()) };
  }

  list(document: string): Promise<readonly ShareLink[]> {
    return this.#catalogue.links(document);
  }

  /** Takes a link back. False if there is none. */
  revoke(document: string, id: string, time: number): Promise<boolean> {
    return this.#catalogue.revokeLink(document, id, time);
  }

  /**
   * Reads a link's token.
   * @throws AccessError if it is revoked or says what no link says; JOSEError if it is forged or its time is over.
   */
  async read(token: string): Promise<LinkClaims> {
    const key = await this.#signingKey();
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], typ: LINK_TYPE });
    const { jti: id, document, exp } = payload;
    const role = ROLES.find((name) => name === payload["role"]);
    if (!isToken(id) || !isDocumentId(document) || role === undefined) {
      throw new AccessError(ProtocolErrorCode.TokenInvalid, "this is no share link");
    }
    const expiresAt = exp === undefined ? undefined : exp * 1000;
    const claims: LinkClaims = { type: "link", id, document, role, expiresAt };
    if (await this.isGood(claims)) return claims;
    throw new AccessError(ProtocolErrorCode.LinkRevoked, "the link was taken back");
  }

  /** False once the link was taken back, or if the store does not know it (any more). */
  async isGood({ document, id }: LinkClaims): Promise<boolean> {
    const link = await this.#catalogue.link(document, id);
    return link !== undefined && link.revokedAt === undefined;
  }

  async #signingKey(): Promise<Uint8Array> {
    this.#key ??= this.#catalogue.secret("links");
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }
}
