/**
 * Messages as MessagePack, for clients that have it at hand: the same arrays in fewer bytes. See `MSGPACK_SUBPROTOCOL`.
 * @module
 */
import { decode, encode } from "@msgpack/msgpack";
import { isUnpackable } from "./msgpack-guard.ts";

/** The MessagePack of a message that was encoded as text. Cost linear in the text. @public */
export function packMessage(text: string): Uint8Array {
  return encode(JSON.parse(text));
}

/**
 * The fields of a packed message, to be checked by `decodeClientFields` or `decodeServerFields`; undefined if
 * the bytes are not one value in MessagePack, hold more than `maxValues`, or are nested deeper than 64. Never
 * throws. Time and memory are linear in the bytes, whatever lengths they claim: nothing is allocated before
 * every claim was found to be true.
 * @public
 */
export function unpackMessage(bytes: Uint8Array, maxValues?: number): unknown {
  if (!isUnpackable(bytes, maxValues)) return undefined;
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}
