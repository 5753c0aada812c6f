import { tokenOf } from "@interline/protocol";

/**
 * An id for somebody without a login: 132 random bits. It is their secret, since whoever knows it is them; others
 * see only a hash of it. Keep it on the device.
 * @public
 */
export function newUserId(): string {
  return tokenOf(crypto.getRandomValues(new Uint8Array(22)));
}
