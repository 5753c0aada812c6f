import { createHmac, randomBytes } from "node:crypto";
import { allows, isDocumentId, isToken, namedRole, type Role, roleIn, tokenOf } from "@interline/protocol";
import { jwtVerify, SignJWT } from "jose";
import { type Catalogue, MAX_LINKS, type ShareLink } from "../catalogue/catalogue.ts";
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
  /** The link by which its maker came in (`Visitor.link`). Undefined: they came by a login. */
  readonly parent?: string | undefined;
  /** Id of the person. */
  readonly createdBy: string;
  /** Now, in ms since 1970. */
  readonly time: number;
  /** In ms since 1970; the token is good to the end of that second. Undefined: as long as the parent, or for ever. */
  readonly expiresAt?: number | undefined;
}

/** Links above a link, at most: each look at a right goes up to the first. */
const MAX_PARENTS = 8;

/**
 * Links that let anybody who has them into one document. The token is a signed statement, so that a forged one costs no look at the
 * store; the record beside it is what can be revoked. A link that was made by somebody who came in by a link ends with that one.
 * @public
 */
export class ShareLinks {
  readonly #catalogue: Catalogue;
  #key: Promise<Uint8Array> | undefined;
  /** Links are made one after another, so that their number stays within its bound. */
  #making: Promise<unknown> = Promise.resolve();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /**
   * Makes a link. Its token is told once: put it into the fragment of an address, which no server sees.
   * @throws AccessError `ERR_LINK_REVOKED` if a link above it was revoked; `ERR_FORBIDDEN` if there are too many above it or to the
   * document, or its parent gives less.
   */
  create(link: NewLink): Promise<{ readonly link: ShareLink; readonly token: string }> {
    const made = this.#making.then(() => this.#create(link));
    this.#making = made.catch(() => {});
    return made;
  }

  async #create(link: NewLink): Promise<{ readonly link: ShareLink; readonly token: string }> {
    const { document, role, parent, createdBy, time } = link;
    const above = await this.#above(document, parent);
    if (above === undefined) throw revoked();
    if (above.length > MAX_PARENTS) {
      throw forbidden(`at most ${MAX_PARENTS} links come one from another`);
    }
    // Nobody gives more than they have.
    if (above[0] !== undefined && !allows(above[0].role, role)) throw forbidden("this is more than you have");
    // What is not listed could not be revoked.
    if ((await this.#catalogue.links(document)).length >= MAX_LINKS) {
      throw forbidden(`there are ${MAX_LINKS} links to this document already, the revoked ones too`);
    }
    const expiry = Math.min(link.expiresAt ?? Infinity, above[0]?.expiresAt ?? Infinity);
    const expiresAt = expiry === Infinity ? undefined : expiry;
    const id = tokenOf(randomBytes(22));
    const made: ShareLink = {
      id,
      document,
      role,
      parent,
      createdBy,
      createdAt: time,
      expiresAt,
      revokedAt: undefined,
    };
    await this.#catalogue.addLink(made);
    return { link: made, token: await this.#sign(made) };
  }

  /**
   * The link of whoever starts a document, which makes them its owner. There is one for each document, and it is
   * the same each time: an answer that was lost can be asked for again. Undefined if the document was taken by
   * somebody else.
   * @throws AccessError `ERR_LINK_REVOKED` if it was revoked: it is not made again.
   */
  async ownerLink(
    document: string,
    createdBy: string,
    time: number,
  ): Promise<{ readonly link: ShareLink; readonly token: string } | undefined> {
    const key = await this.#signingKey();
    const id = createHmac("sha256", key).update(`owner\n${document}`).digest("base64url");
    if ((await this.#catalogue.take(document, id)) !== id) return undefined;
    await this.#catalogue.addLink({
      id,
      document,
      role: "own",
      parent: undefined,
      createdBy,
      createdAt: time,
      expiresAt: undefined,
      revokedAt: undefined,
    });
    const link = await this.#catalogue.link(document, id);
    if (link?.revokedAt !== undefined || link === undefined) throw revoked();
    return { link, token: await this.#sign(link) };
  }

  /**
   * `role` says what every server understands, `roles` more closely what later ones do: whichever server of a
   * cluster reads the token, it gives no more than the link does.
   */
  async #sign({ id, document, role, expiresAt }: ShareLink): Promise<string> {
    const basic = roleIn(0, role);
    const token = new SignJWT({ document, role: basic, ...(basic !== role && { roles: [role] }) })
      .setProtectedHeader({ alg: "HS256", typ: LINK_TYPE })
      .setJti(id);
    if (expiresAt !== undefined) token.setExpirationTime(Math.ceil(expiresAt / 1000));
    return token.sign(await this.#signingKey());
  }

  /** The links of a document. One whose parent was revoked is shown as revoked then. */
  async list(document: string): Promise<readonly ShareLink[]> {
    const links = await this.#catalogue.links(document);
    const byId = new Map(links.map((link) => [link.id, link]));
    const find = async (id: string): Promise<ShareLink | undefined> =>
      byId.get(id) ?? (await this.#catalogue.link(document, id));
    const shown = links.map(async (link) => {
      let { revokedAt } = link;
      for (let { parent } = link; revokedAt === undefined && parent !== undefined; ) {
        const above = await find(parent);
        revokedAt = above === undefined ? link.createdAt : above.revokedAt;
        parent = above?.parent;
      }
      return { ...link, revokedAt };
    });
    return Promise.all(shown);
  }

  /** Revokes a link, and with it every link that was made by those who came in by it. False if there is none. */
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
    const role = namedRole([payload["roles"], payload["role"]].flat());
    if (!isToken(id) || !isDocumentId(document) || role === "none") {
      throw new AccessError("ERR_TOKEN_INVALID", "this is no share link");
    }
    const expiresAt = exp === undefined ? undefined : exp * 1000;
    const claims: LinkClaims = { type: "link", id, document, role, expiresAt };
    if (await this.isGood(claims)) return claims;
    throw revoked();
  }

  /** False once the link or one above it was revoked, or if the store does not know them (any more). */
  async isGood({ document, id }: LinkClaims): Promise<boolean> {
    return (await this.#above(document, id)) !== undefined;
  }

  /** A link and those above it, up to the first; undefined if one of them is not good. */
  async #above(document: string, id: string | undefined): Promise<readonly ShareLink[] | undefined> {
    const links: ShareLink[] = [];
    for (let next = id; next !== undefined; ) {
      const link = await this.#catalogue.link(document, next);
      if (link === undefined || link.revokedAt !== undefined || links.length > MAX_PARENTS) return undefined;
      links.push(link);
      next = link.parent;
    }
    return links;
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

function forbidden(message: string): AccessError {
  return new AccessError("ERR_FORBIDDEN", message);
}

/** What somebody is told whose link is not good any more. */
export function revoked(): AccessError {
  return new AccessError("ERR_LINK_REVOKED", "this link was revoked");
}
