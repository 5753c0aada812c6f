import { promisify } from "node:util";
import { Readable } from "node:stream";
import zlib, { type ZlibOptions } from "node:zlib";
import type { Text } from "@interline/ot";
import { encodeServerMessage, type ServerMessage } from "@interline/protocol";
import { LongMessage, TEXT_MARK } from "./long-message.ts";

/**
 * An encoded message. Whoever is to get the same message gets the same frame, so that its bytes are made once.
 * @public
 */
export class Frame {
  #text: string | undefined;
  #long: LongMessage | undefined;
  #slicedJson: Promise<readonly Buffer[]> | undefined;
  #slicedBytes: Promise<readonly Buffer[]> | undefined;
  #webSocketBytes: Buffer | undefined;
  #deflated: Promise<Buffer> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  static of(message: ServerMessage): Frame {
    return new Frame(encodeServerMessage(message));
  }

  /** A message that holds a whole document. A long one is encoded in slices, by whoever can wait for it. */
  static withText(text: Text, messageOf: (text: string) => ServerMessage): Frame {
    if (text.units < MIN_SLICED_UNITS) return Frame.of(messageOf(text.toString()));
    const frame = new Frame("");
    frame.#text = undefined;
    frame.#long = new LongMessage(messageOf(TEXT_MARK), text);
    return frame;
  }

  /** The message. Of a long one made at the first use, at once. */
  get text(): string {
    this.#text ??= this.#long?.toString() ?? "";
    return this.#text;
  }

  /** About its length in UTF-16 code units. */
  get units(): number {
    return this.#long?.units ?? this.text.length;
  }

  /** True if making its bytes takes so long that it is done in slices. */
  get isSliced(): boolean {
    return this.#long !== undefined;
  }

  /** The message in UTF-8, of a message that is sliced. */
  get slicedJson(): Promise<readonly Buffer[]> {
    this.#slicedJson ??= this.#long?.json() ?? Promise.resolve([Buffer.from(this.text)]);
    return this.#slicedJson;
  }

  /**
   * The message, of one that is sliced: what is around the text, and the text, as `withText` was given them.
   */
  get parts(): { readonly around: ServerMessage; readonly text: Text } | undefined {
    return this.#long?.parts;
  }

  /**
   * As `webSocketBytes`, of a message that is sliced, in pieces: to make one of them would take memory and
   * time for all of it at once.
   */
  get slicedWebSocketBytes(): Promise<readonly Buffer[]> {
    this.#slicedBytes ??= slicedFrameOf(this.slicedJson);
    return this.#slicedBytes;
  }

  /** All that crosses a WebSocket for it: one text frame with its head. Made at the first use. */
  get webSocketBytes(): Buffer {
    this.#webSocketBytes ??= webSocketFrameOf(TEXT, this.text);
    return this.#webSocketBytes;
  }

  /** True if it is worth compressing where the client takes it. */
  get isLong(): boolean {
    return this.units >= MIN_DEFLATED_UNITS;
  }

  /** The same as one compressed binary frame (see `DEFLATE_SUBPROTOCOL`). Made at the first use, by another thread. */
  get deflatedWebSocketBytes(): Promise<Buffer> {
    this.#deflated ??= deflatedFrameOf(this.slicedJson);
    return this.#deflated;
  }
}

/** Texts of so many UTF-16 code units take some ms to encode. */
const MIN_SLICED_UNITS = 262_144;
/** Final frames of a text and of a binary message. */
const TEXT = 0x81;
const BINARY = 0x82;
/** Shorter ones gain too little to keep others waiting. */
const MIN_DEFLATED_UNITS = 16_384;
/** A third of English text is left, in half the time that the usual level takes for a quarter. */
const DEFLATE_LEVEL = 3;
const deflateRaw: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = promisify(zlib.deflateRaw);

async function deflatedFrameOf(pieces: Promise<readonly Buffer[]>): Promise<Buffer> {
  const [first, ...others] = await pieces;
  if (first !== undefined && others.length === 0) {
    return webSocketFrameOf(BINARY, await deflateRaw(first, { level: DEFLATE_LEVEL }));
  }
  const deflate = zlib.createDeflateRaw({ level: DEFLATE_LEVEL });
  const deflated: Buffer[] = [];
  for await (const chunk of Readable.from(await pieces).pipe(deflate)) deflated.push(chunk as Buffer);
  return webSocketFrameOf(BINARY, Buffer.concat(deflated));
}

async function slicedFrameOf(pieces: Promise<readonly Buffer[]>): Promise<readonly Buffer[]> {
  const payload = await pieces;
  const length = payload.reduce((sum, piece) => sum + piece.length, 0);
  return [headOf(TEXT, length), ...payload];
}

/** With its head, as servers send it. */
function webSocketFrameOf(opcode: number, payload: string | Uint8Array): Buffer {
  const length = Buffer.byteLength(payload);
  const bytes = headOf(opcode, length, length);
  const headLength = bytes.length - length;
  if (typeof payload === "string") bytes.write(payload, headLength);
  else bytes.set(payload, headLength);
  return bytes;
}

/** The head of a frame (RFC 6455, section 5.2), with so many bytes of room behind it. */
function headOf(opcode: number, length: number, room = 0): Buffer {
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headLength + room);
  bytes[0] = opcode;
  if (headLength === 2) bytes[1] = length;
  else if (headLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  return bytes;
}
