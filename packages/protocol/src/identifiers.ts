const DOCUMENT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;

/** True for 1 to 128 characters that stand in a URL path as they are, and begin with a letter or digit. @public */
export function isDocumentId(value: unknown): value is string {
  return typeof value === "string" && DOCUMENT_ID.test(value);
}

/** True for 1 to 64 characters of base64url: ids of people, sessions and entries. @public */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && TOKEN.test(value);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Random bytes as a token, 6 bits of each byte used: 22 bytes are 132 bits. @public */
export function tokenOf(bytes: Uint8Array): string {
  let token = "";
  for (const byte of bytes) token += ALPHABET[byte & 63];
  return token;
}
