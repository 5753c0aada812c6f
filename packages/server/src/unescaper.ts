/**
 * Reads the inside of a JSON string that comes in pieces, cut anywhere but inside a character. @public
 */
export class Unescaper {
  /** The beginning of an escape whose end has not come. */
  #rest = "";

  /** What the next piece says. @throws SyntaxError if it is no inside of a string */
  take(piece: string): string {
    const raw = this.#rest + piece;
    const cut = wholeEscapes(raw);
    this.#rest = raw.slice(cut);
    return JSON.parse(`"${raw.slice(0, cut)}"`) as string;
  }

  /** @throws SyntaxError if an escape has no end */
  end(): void {
    if (this.#rest !== "") throw new SyntaxError("an escape has no end");
  }
}

/**
 * How much of a string's inside does not end in the middle of an escape: of up to six characters, which
 * begins with a backslash.
 */
function wholeEscapes(raw: string): number {
  const start = raw.lastIndexOf("\\");
  if (start < 0 || start < raw.length - 6) return raw.length;
  let run = start;
  while (run > 0 && raw[run - 1] === "\\") run--;
  // Of a run each two are one backslash; only what is left begins something.
  if ((start - run) % 2 === 1) return raw.length;
  const length = raw[start + 1] === "u" ? 6 : 2;
  return start + length > raw.length ? start : raw.length;
}
