import { createHash } from "node:crypto";
import { isToken } from "@interline/protocol";
import { guestIdOf } from "./user-ids.ts";

/** Letters of a started document's id, 5 bits each (Crockford's alphabet, in lower case). */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 20;
const STARTED: RegExp = new RegExp(`^[${ALPHABET}]{${ID_LENGTH}}$`);
/** Characters of base64url that hold 128 bits. */
const MIN_LENGTH = 22;
/** Of a secret that is random fewer characters than this are different once in 10¹¹ times. */
const MIN_DIFFERENT = 8;

/**
 * True for what may be a secret: it is as long as 128 random bits, and is not the same few characters over and
 * over. @public
 */
export function isSecret(value: string): boolean {
  return isToken(value) && value.length >= MIN_LENGTH && new Set(value).size >= MIN_DIFFERENT;
}

/**
 * The id of the document that whoever has a secret starts: a hash of it. So nobody else can say that they
 * started it, however early they write in it.
 * @public
 */
export function startedId(secret: string): string {
  const digest = createHash("sha256").update(`interline start\n${secret}`).digest();
  return Array.from(digest.subarray(0, ID_LENGTH), (byte) => ALPHABET[byte & 31]).join("");
}

/**
 * True for who started a document: where its id is a hash, by the secret that it is a hash of; where somebody
 * has chosen it, by that of the guest who wrote first.
 *
 * @param owner by which id others know whoever wrote first
 */
export function hasStarted(document: string, secret: string, owner: string): boolean {
  if (!isSecret(secret)) return false;
  return isStartedId(document) ? startedId(secret) === document : guestIdOf(secret) === owner;
}

/** True for an id that may be a hash: whoever makes the document proves nothing by that. */
export function isStartedId(document: string): boolean {
  return STARTED.test(document);
}
