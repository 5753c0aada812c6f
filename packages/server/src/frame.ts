import { encodeServerMessage, type ServerMessage } from "@interline/protocol";

/**
 * An encoded message. Whoever is to get the same message gets the same frame, so that its bytes are made once.
 * @public
 */
export class Frame {
  readonly text: string;
  #webSocketBytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  static of(message: ServerMessage): Frame {
    return new Frame(encodeServerMessage(message));
  }

  /** All that crosses a WebSocket for it, made at the first use: one text frame with its head (RFC 6455, section 5.2), as servers send it. */
  get webSocketBytes(): Buffer {
    this.#webSocketBytes ??= webSocketFrameOf(this.text);
    return this.#webSocketBytes;
  }
}

/** Final, text. */
const FIRST_BYTE = 0x81;

function webSocketFrameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headLength + length);
  bytes[0] = FIRST_BYTE;
  if (headLength === 2) bytes[1] = length;
  else if (headLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.write(text, headLength);
  return bytes;
}
