import { type Clock, elapsed } from "../clock.ts";
import type { ServerLimits } from "../limits.ts";
import { Recent } from "../recent.ts";
import { Meter } from "./meter.ts";

/** Those who ask that are remembered: a stranger begins with a full purse again. */
const MAX_KNOWN = 10_000;

/**
 * Counts single requests as messages of connections are counted, by who asks. A request cannot be read slower: who owes something is
 * refused until it is paid off.
 */
export class RequestMeter {
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #known = new Recent<Meter>(MAX_KNOWN);

  constructor(limits: ServerLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Counts a request of so many bytes, and returns 0; or how long to wait until one is taken again, in ms. */
  admit(who: string, bytes: number): number {
    const now = elapsed(this.#clock);
    const { userMessages: messages, userBytes } = this.#limits;
    let meter = this.#known.get(who);
    if (meter === undefined) {
      meter = new Meter({ messages, bytes: userBytes }, now);
      this.#known.set(who, meter);
    }
    const owedMs = meter.owed(now);
    if (owedMs === 0) meter.count(bytes, now);
    return owedMs;
  }
}
