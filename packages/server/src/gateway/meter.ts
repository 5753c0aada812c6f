import type { Rate } from "../limits.ts";

/**
 * A token bucket that can be overdrawn: what came is counted whole, and the debt says how long to wait before more is taken.
 * Source: the leaky bucket as a meter, Turner 1986.
 */
export class Bucket {
  readonly #rate: Rate;
  #level: number;
  #at: number;

  /** `now` in ms, here and below, of one clock. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#level = rate.burst;
    this.#at = now;
  }

  /** Takes `amount` out, and returns how long to wait until nothing is owed, in ms; 0 if nothing is. */
  take(amount: number, now: number): number {
    const { perSecond, burst } = this.#rate;
    const refilled = now > this.#at ? ((now - this.#at) * perSecond) / 1000 : 0;
    this.#level = Math.min(burst, this.#level + refilled) - amount;
    this.#at = Math.max(this.#at, now);
    return this.#level >= 0 ? 0 : Math.ceil((-this.#level * 1000) / perSecond);
  }

  /** True if a new bucket would be no better. */
  isFull(now: number): boolean {
    this.take(0, now);
    return this.#level >= this.#rate.burst;
  }
}

/** Counts the messages and bytes of one source. */
export class Meter {
  readonly #messages: Bucket;
  readonly #bytes: Bucket;

  constructor({ messages, bytes }: { messages: Rate; bytes: Rate }, now: number) {
    this.#messages = new Bucket(messages, now);
    this.#bytes = new Bucket(bytes, now);
  }

  /** How long until nothing is owed, in ms. */
  owed(now: number): number {
    return Math.max(this.#messages.take(0, now), this.#bytes.take(0, now));
  }

  /** Counts a message, and returns how long to wait before the next is taken, in ms. */
  count(bytes: number, now: number): number {
    return Math.max(this.#messages.take(1, now), this.#bytes.take(bytes, now));
  }

  /** True if what was counted no longer makes a difference. */
  isSpent(now: number): boolean {
    return this.#messages.isFull(now) && this.#bytes.isFull(now);
  }
}
