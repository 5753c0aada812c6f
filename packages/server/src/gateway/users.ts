import { type Clock, elapsed } from "../clock.ts";
import type { ServerLimits } from "../limits.ts";
import { Meter } from "./meter.ts";

/** Meters of people who have gone that are kept, at most. Those of who went first are forgotten first. */
const MAX_GONE = 10_000;

interface Known {
  connections: number;
  readonly meter: Meter;
}

/**
 * People by their id: how many connections each has, and how much all of them send. What somebody sent counts on when their last
 * connection ends, until it makes no difference any more: who comes back owes what they owed.
 */
export class Users {
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  /** Of those without a connection, who went first before others. */
  readonly #gone = new Map<string, Meter>();

  constructor(limits: ServerLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** How many people are remembered, with a connection or without. */
  get size(): number {
    return this.#known.size + this.#gone.size;
  }

  /** The meter that all connections of a person share; undefined if they have too many. Give the connection back with `leave`. */
  join(id: string): Meter | undefined {
    this.#forget();
    let known = this.#known.get(id);
    if (known === undefined) {
      known = { connections: 0, meter: this.#gone.get(id) ?? this.#newMeter() };
      this.#gone.delete(id);
      this.#known.set(id, known);
    }
    if (known.connections >= this.#limits.maxConnectionsPerUser) return undefined;
    known.connections++;
    return known.meter;
  }

  leave(id: string): void {
    const known = this.#known.get(id);
    if (known === undefined || --known.connections > 0) return;
    this.#known.delete(id);
    this.#gone.set(id, known.meter);
    this.#forget();
  }

  #newMeter(): Meter {
    const { userMessages, userBytes } = this.#limits;
    return new Meter({ messages: userMessages, bytes: userBytes }, elapsed(this.#clock));
  }

  /** Forgets those at the front whose meters are as good as new, and whoever is too many. O(1) amortized. */
  #forget(): void {
    const now = elapsed(this.#clock);
    for (const [id, meter] of this.#gone) {
      if (this.#gone.size <= MAX_GONE && !meter.isSpent(now)) return;
      this.#gone.delete(id);
    }
  }
}
