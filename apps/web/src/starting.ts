import { sha256 } from "@noble/hashes/sha2.js";

/** Letters and digits that are not mistaken for each other (Crockford's alphabet, in lower case). */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** 20 letters of 5 bits: 100 bits, so that nobody guesses a document's address. */
const ID_LENGTH = 20;
/** 27 letters: 135 bits. */
const SECRET_LENGTH = 27;

/** A document that nobody has, and what shows who started it. */
export interface Started {
  readonly id: string;
  /** Known to this device alone: the id is a hash of it, as the server knows. */
  readonly secret: string;
}

/** Starts a document, also offline: nothing but the secret is needed to own it later. */
export function startDocument(random: (bytes: Uint8Array) => Uint8Array): Started {
  const secret = lettersOf(random(new Uint8Array(SECRET_LENGTH)));
  return { id: startedId(secret), secret };
}

/** The id of the document that whoever has a secret starts. Pages without TLS have no hash of their own. */
export function startedId(secret: string): string {
  const digest = sha256(new TextEncoder().encode(`interline start\n${secret}`));
  return lettersOf(digest.subarray(0, ID_LENGTH));
}

function lettersOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("");
}
