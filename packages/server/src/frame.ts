import { encodeServerMessage, type ServerMessage } from "@interline/protocol";

/**
 * An encoded message. Whoever is to get the same message gets the same frame, so that its bytes are made once.
 * @public
 */
export class Frame {
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  static of(message: ServerMessage): Frame {
    return new Frame(encodeServerMessage(message));
  }

  /** The text in UTF-8, made at the first use. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }
}
