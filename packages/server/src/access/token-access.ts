import { isDocumentId, namedRole, type Role } from "@interline/protocol";
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyOptions,
} from "jose";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Access, AccessError, EVERY_DOCUMENT, GENERAL_ACCESS, type Visitor } from "./access.ts";
import { LINK_TYPE, type LinkClaims, revoked, type ShareLinks } from "./share-links.ts";
import { userIdOf } from "./user-ids.ts";

/** Clocks of two machines may differ by so much, in seconds. */
const CLOCK_TOLERANCE_S = 5;
/** Signatures that are checked with a public key. A shared secret is never one of them: who has a public key could sign with it. */
const PUBLIC_KEY_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "EdDSA",
];
/** Longest token, as in the protocol's `hello`. */
export const MAX_TOKEN_LENGTH = 8_192;
/** Shortest secret, in bytes: as long as the hash (RFC 7518, 3.2). */
const MIN_SECRET_BYTES = 32;

/** @public */
export interface TokenAccessOptions {
  /** Checks HS256 signatures: at least 32 bytes. Give this or `jwksUrl`; with neither only share links are taken. */
  readonly secret?: string | undefined;
  /** Where the login has its public keys (a JWK set). They are kept and read again when a new one is named. */
  readonly jwksUrl?: string | undefined;
  /** What `iss` must be. Default: anything. */
  readonly issuer?: string | undefined;
  /** What `aud` must be or hold. Default: anything. */
  readonly audience?: string | undefined;
  /** What somebody with a good token may do with documents that the token does not name. Default `write`. */
  readonly defaultRole?: Role | undefined;
  /** True: people without a token come in too, and have each document's general access. Default false. */
  readonly hasGuests?: boolean | undefined;
  /** Knows who owns a document. */
  readonly catalogue: Catalogue;
  readonly links: ShareLinks;
}

/** What is read of a JWT, beside what everybody reads. */
interface Claims extends JWTPayload {
  readonly name?: unknown;
  /**
   * Role by document id, `*` for all others: `{"minutes": "own", "handbook": "none", "*": "read"}`. A list
   * names a role and what counts where it is not known: `["suggest", "comment"]`.
   */
  readonly documents?: unknown;
}

type Known =
  | { readonly type: "login"; readonly roles: ReadonlyMap<string, Role> }
  | { readonly type: "guest" }
  | LinkClaims;

/**
 * Access by JSON Web Tokens of a login, and by share links. A login's token names a person in `sub`, and may say in `documents` what
 * they may do: with each document that it names, which goes before everything else, and with all others. Who made a document owns it,
 * unless the token names it.
 * @throws RangeError if the secret is too short.
 * @public
 */
export function tokenAccess(options: TokenAccessOptions): Access {
  const { catalogue, links, defaultRole = "write", hasGuests = false } = options;
  const verify = verifierOf(options);

  async function login(token: string): Promise<Visitor> {
    if (verify === undefined) {
      throw new AccessError("ERR_TOKEN_INVALID", "only links are taken here");
    }
    const { sub, name, exp, documents } = await checked(() => verify(token));
    if (typeof sub !== "string" || sub === "") {
      throw new AccessError("ERR_TOKEN_INVALID", "the token names nobody (sub)");
    }
    const roles = rolesOf(documents) ?? new Map([[EVERY_DOCUMENT, defaultRole]]);
    return {
      id: userIdOf(sub),
      name: typeof name === "string" ? name : undefined,
      expiresAt: exp === undefined ? undefined : exp * 1000,
      claims: { type: "login", roles } satisfies Known,
    };
  }

  return {
    hasGuests,
    async authenticate({ token }) {
      if (token === undefined) {
        if (hasGuests) return { id: undefined, claims: { type: "guest" } satisfies Known };
        throw new AccessError("ERR_TOKEN_MISSING", "a token is needed here");
      }
      if (token.length > MAX_TOKEN_LENGTH) {
        const message = `the token has ${token.length} characters: ${MAX_TOKEN_LENGTH} are allowed`;
        throw new AccessError("ERR_TOKEN_INVALID", message);
      }
      if (typeOf(token) !== LINK_TYPE) return login(token);
      const claims = await checked(() => links.read(token));
      const { id: link, expiresAt } = claims;
      return { id: undefined, link, expiresAt, claims: claims satisfies Known };
    },
    async authorize(visitor, document) {
      const known = visitor.claims as Known;
      if (known.type === "guest") return GENERAL_ACCESS;
      if (known.type === "link") {
        // Elsewhere a link gives what everybody has.
        if (document !== known.document) return hasGuests ? GENERAL_ACCESS : "none";
        if (await links.isGood(known)) return known.role;
        throw revoked();
      }
      const { roles } = known;
      const forAll = roles.get(EVERY_DOCUMENT) ?? "none";
      if (document === EVERY_DOCUMENT) return forAll === "own" && !ownsAll(roles) ? "write" : forAll;
      // What the login says of this one document is its last word, whoever made it.
      const forThis = roles.get(document);
      if (forThis !== undefined) return forThis;
      if (forAll === "own") return forAll;
      const record = await catalogue.get(document);
      return record !== undefined && record.owner === visitor.id ? "own" : forAll;
    },
  };
}

/** Undefined: no login is known here. */
function verifierOf(options: TokenAccessOptions): ((token: string) => Promise<Claims>) | undefined {
  const { secret, jwksUrl, issuer, audience } = options;
  const rules: JWTVerifyOptions = { clockTolerance: CLOCK_TOLERANCE_S };
  if (issuer !== undefined) rules.issuer = issuer;
  if (audience !== undefined) rules.audience = audience;
  if (jwksUrl !== undefined) {
    const keys = createRemoteJWKSet(new URL(jwksUrl));
    return async (token) =>
      (await jwtVerify(token, keys, { ...rules, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
  }
  if (secret === undefined) return undefined;
  const key = new TextEncoder().encode(secret);
  if (key.length < MIN_SECRET_BYTES) {
    throw new RangeError(
      `a secret for tokens has at least ${MIN_SECRET_BYTES} bytes, this one ${key.length}`,
    );
  }
  return async (token) => (await jwtVerify(token, key, { ...rules, algorithms: ["HS256"] })).payload;
}

/** Faults of a token as codes. What is no fault of the token (keys that cannot be read) is thrown as it is. */
async function checked<Value>(verify: () => Promise<Value>): Promise<Value> {
  try {
    return await verify();
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) {
      throw new AccessError("ERR_TOKEN_EXPIRED", "the token's time is over", { cause });
    }
    if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === "nbf") {
      throw new AccessError("ERR_TOKEN_NOT_YET_VALID", "the token's time has not come", { cause });
    }
    const isPassing = cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid;
    if (cause instanceof errors.JOSEError && cause.code !== "ERR_JOSE_GENERIC" && !isPassing) {
      throw new AccessError("ERR_TOKEN_INVALID", "the token is not good", { cause });
    }
    throw cause;
  }
}

function typeOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).typ;
  } catch {
    return undefined;
  }
}

/** Undefined: the token does not say. A document whose role is not known here gets none, and not that of `*`. */
function rolesOf(documents: unknown): ReadonlyMap<string, Role> | undefined {
  if (typeof documents !== "object" || documents === null) return undefined;
  const roles = new Map<string, Role>();
  for (const [document, value] of Object.entries(documents)) {
    if (document === EVERY_DOCUMENT || isDocumentId(document)) roles.set(document, namedRole(value));
  }
  return roles;
}

/** False if some document is excepted: then nobody may have all of them at once, as in a backup. */
function ownsAll(roles: ReadonlyMap<string, Role>): boolean {
  return [...roles.values()].every((role) => role === "own");
}
