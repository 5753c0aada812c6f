import type { Text } from "@interline/ot";
import { encodeServerMessage, type ServerMessage } from "@interline/protocol";
import { breathe, slicesOf } from "./slices.ts";

/**
 * Stands for the text where the rest of a message is encoded: one character that is in no token and no
 * number.
 */
export const TEXT_MARK = "\u{1f4c4}";

/** A message that holds a long text, encoded in slices: between two of them others are let in. */
export class LongMessage {
  readonly #before: string;
  readonly #text: Text;
  readonly #after: string;

  readonly #around: ServerMessage;

  /** `around`: the message with `TEXT_MARK` in place of the document's text. */
  constructor(around: ServerMessage, text: Text) {
    this.#around = around;
    const [before = "", after = ""] = encodeServerMessage(around).split(TEXT_MARK);
    this.#before = before;
    this.#text = text;
    this.#after = after;
  }

  get parts(): { readonly around: ServerMessage; readonly text: Text } {
    return { around: this.#around, text: this.#text };
  }

  /** About its length in UTF-16 code units: less what is escaped. */
  get units(): number {
    return this.#before.length + this.#text.units + this.#after.length;
  }

  /** All of it at once. */
  toString(): string {
    return this.#before + JSON.stringify(this.#text.toString()).slice(1, -1) + this.#after;
  }

  /** As JSON in UTF-8. */
  async json(): Promise<Buffer[]> {
    const slices: Buffer[] = [];
    for (const slice of slicesOf(this.#text)) {
      slices.push(Buffer.from(JSON.stringify(slice).slice(1, -1)));
      await breathe();
    }
    return [Buffer.from(this.#before), ...slices, Buffer.from(this.#after)];
  }
}
