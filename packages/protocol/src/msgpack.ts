/**
 * Messages as MessagePack, for clients that have it at hand: the same arrays in fewer bytes. See `MSGPACK_SUBPROTOCOL`.
 * @module
 */
import { decode, encode } from "@msgpack/msgpack";

/** The MessagePack of a message that was encoded as text. Cost linear in the text. @public */
export function packMessage(text: string): Uint8Array {
  return encode(JSON.parse(text));
}

/**
 * The fields of a packed message, to be checked by `decodeClientFields` or `decodeServerFields`; undefined if the bytes are not one value
 * in MessagePack. Never throws; takes memory in proportion to the bytes, whatever lengths they claim.
 * @public
 */
export function unpackMessage(bytes: Uint8Array): unknown {
  try {
    const { length } = bytes;
    return decode(bytes, {
      maxStrLength: length,
      maxBinLength: length,
      maxArrayLength: length,
      maxMapLength: length,
    });
  } catch {
    return undefined;
  }
}
