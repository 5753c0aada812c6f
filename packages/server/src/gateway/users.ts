import type { Clock } from "../clock.ts";
import type { ServerLimits } from "../limits.ts";
import { Meter } from "./meter.ts";

interface Known {
  connections: number;
  readonly meter: Meter;
}

/** The people who are connected, by their id: how many connections each has, and how much all of them send. */
export class Users {
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(limits: ServerLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The meter that all connections of a person share; undefined if they have too many. Give the connection back with `leave`. */
  join(id: string): Meter | undefined {
    const { userMessages, userBytes, maxConnectionsPerUser } = this.#limits;
    let known = this.#known.get(id);
    if (known === undefined) {
      const meter = new Meter({ messages: userMessages, bytes: userBytes }, this.#clock.now());
      known = { connections: 0, meter };
      this.#known.set(id, known);
    }
    if (known.connections >= maxConnectionsPerUser) return undefined;
    known.connections++;
    return known.meter;
  }

  leave(id: string): void {
    const known = this.#known.get(id);
    if (known !== undefined && --known.connections === 0) this.#known.delete(id);
  }
}
