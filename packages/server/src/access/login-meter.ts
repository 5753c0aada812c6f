import { createHash } from "node:crypto";
import type { ErrorCode } from "@interline/protocol";
import { type Clock, elapsed } from "../clock.ts";
import { Bucket } from "../gateway/meter.ts";
import type { Rate } from "../limits.ts";
import { Recent } from "../recent.ts";

/** Addresses that are remembered, and tokens that were good. */
const MAX_KNOWN = 10_000;

/**
 * Counts failed logins by address. While an address owes something, no token that comes from it is even
 * looked at, unless the same token was good before: whoever guesses locks nobody out who is logged in behind
 * the same address.
 */
export class LoginMeter {
  readonly #rate: Rate;
  readonly #clock: Pick<Clock, "now" | "elapsed">;
  readonly #addresses = new Recent<Bucket>(MAX_KNOWN);
  /** Hashes of tokens: what is not here cannot leak. */
  readonly #good = new Recent<true>(MAX_KNOWN);

  constructor(rate: Rate, clock: Pick<Clock, "now" | "elapsed">) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /**
   * Counts an attempt as failed until it is known better. Returns what to do then, given the code of the
   * refusal, if there is one; or how long to wait before the next attempt from this address, in ms.
   */
  begin(address: string, token: string): number | ((code: ErrorCode | undefined) => void) {
    const hash = createHash("sha256").update(token).digest("base64");
    if (this.#good.get(hash) === true) return () => {};
    const bucket = this.#bucketOf(address);
    const waitMs = bucket.take(0, elapsed(this.#clock));
    if (waitMs > 0) return waitMs;
    // From now on: many attempts at a time are no way round it.
    bucket.take(1, elapsed(this.#clock));
    return (code) => {
      if (code === "ERR_TOKEN_INVALID") return;
      bucket.take(-1, elapsed(this.#clock));
      if (code === undefined) this.#good.set(hash, true);
    };
  }

  #bucketOf(address: string): Bucket {
    let bucket = this.#addresses.get(address);
    if (bucket === undefined) {
      bucket = new Bucket(this.#rate, elapsed(this.#clock));
      this.#addresses.set(address, bucket);
    }
    return bucket;
  }
}
