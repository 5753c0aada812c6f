import { promisify } from "node:util";
import zlib, { type ZlibOptions } from "node:zlib";
import { encodeServerMessage, type ServerMessage } from "@interline/protocol";
import { packMessage } from "@interline/protocol/msgpack";

/**
 * An encoded message. Whoever is to get the same message gets the same frame, so that its bytes are made once.
 * @public
 */
export class Frame {
  readonly text: string;
  #webSocketBytes: Buffer | undefined;
  #packed: Buffer | undefined;
  #deflated: Promise<Buffer> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  static of(message: ServerMessage): Frame {
    return new Frame(encodeServerMessage(message));
  }

  /** All that crosses a WebSocket for it: one text frame with its head. Made at the first use. */
  get webSocketBytes(): Buffer {
    this.#webSocketBytes ??= webSocketFrameOf(TEXT, this.text);
    return this.#webSocketBytes;
  }

  /** The same as one binary frame of MessagePack (see `MSGPACK_SUBPROTOCOL`). Made at the first use. */
  get packedWebSocketBytes(): Buffer {
    this.#packed ??= webSocketFrameOf(BINARY, packMessage(this.text));
    return this.#packed;
  }

  /** True if it is worth compressing where the client takes it. */
  get isLong(): boolean {
    return this.text.length >= MIN_DEFLATED_UNITS;
  }

  /** The same as one compressed binary frame (see `DEFLATE_SUBPROTOCOL`). Made at the first use, by another thread. */
  get deflatedWebSocketBytes(): Promise<Buffer> {
    this.#deflated ??= deflatedFrameOf(this.text);
    return this.#deflated;
  }
}

/** Final frames of a text and of a binary message. */
const TEXT = 0x81;
const BINARY = 0x82;
/** Shorter ones gain too little to keep others waiting. */
const MIN_DEFLATED_UNITS = 16_384;
/** A third of English text is left, in half the time that the usual level takes for a quarter. */
const DEFLATE_LEVEL = 3;
const deflateRaw: (text: string, options: ZlibOptions) => Promise<Buffer> = promisify(zlib.deflateRaw);

async function deflatedFrameOf(text: string): Promise<Buffer> {
  return webSocketFrameOf(BINARY, await deflateRaw(text, { level: DEFLATE_LEVEL }));
}

/** With its head (RFC 6455, section 5.2), as servers send it. */
function webSocketFrameOf(opcode: number, payload: string | Uint8Array): Buffer {
  const length = Buffer.byteLength(payload);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headLength + length);
  bytes[0] = opcode;
  if (headLength === 2) bytes[1] = length;
  else if (headLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  if (typeof payload === "string") bytes.write(payload, headLength);
  else bytes.set(payload, headLength);
  return bytes;
}
