import { textHash } from "@interline/protocol";
import type { Authority } from "./authority.ts";
import { type Clock, elapsed } from "./clock.ts";

/** The hash of a document's text is made at most so often, in ms. */
const HASH_EVERY_MS = 1_000;

/** Compares clients' texts with a document's by hash. One is made for a version, and once in a while. */
export class TextCheck {
  readonly #authority: Pick<Authority, "head" | "text">;
  readonly #clock: Pick<Clock, "now" | "elapsed">;
  #hashed = { version: -1, hash: "", at: Number.NEGATIVE_INFINITY };

  constructor(authority: Pick<Authority, "head" | "text">, clock: Pick<Clock, "now" | "elapsed">) {
    this.#authority = authority;
    this.#clock = clock;
  }

  /** True if a text at a version is known to be another; false too where that cannot be told now. O(text) at most once in a while. */
  isOther(version: number, hash: string): boolean {
    const { head, text } = this.#authority;
    if (version !== head.version) return false;
    if (this.#hashed.version !== version) {
      const now = elapsed(this.#clock);
      if (now - this.#hashed.at < HASH_EVERY_MS) return false;
      this.#hashed = { version, hash: textHash(text.toString()), at: now };
    }
    return this.#hashed.hash !== hash;
  }
}
