import type { Environment } from "./environment.ts";

/** The two clocks of a device never drift apart by this much at once, in ms, unless somebody sets one or the device sleeps. */
const JUMP_MS = 1_000;

/**
 * Time as the device lives through it, in ms: never set, and sleep counts. The monotonic clock cannot be set, but stands still while
 * the device sleeps, so a wall clock that ran ahead of it means sleep. A wall clock that fell behind was set, and nothing else.
 */
export class DeviceClock {
  readonly #environment: Pick<Environment, "now" | "monotonicNow">;
  #sleptMs = 0;
  #wallAheadMs: number;

  constructor(environment: Pick<Environment, "now" | "monotonicNow">) {
    this.#environment = environment;
    this.#wallAheadMs = environment.now() - environment.monotonicNow();
  }

  /** How long the device has slept so far. */
  get sleptMs(): number {
    this.#look();
    return this.#sleptMs;
  }

  /** How far the wall clock is ahead. Changes when somebody sets it back. */
  get wallAheadMs(): number {
    this.#look();
    return this.#wallAheadMs;
  }

  now(): number {
    return this.#environment.monotonicNow() + this.sleptMs;
  }

  /** A moment of this clock, as `Date.now()` shows it, also if that was set since. */
  toWall<Moment extends number | undefined>(moment: Moment): Moment {
    return moment === undefined ? moment : ((moment + this.wallAheadMs) as Moment);
  }

  /** A moment of the wall clock in this one. */
  fromWall<Moment extends number | undefined>(moment: Moment): Moment {
    return moment === undefined ? moment : ((moment - this.wallAheadMs) as Moment);
  }

  #look(): void {
    const { now, monotonicNow } = this.#environment;
    const jump = now() - monotonicNow() - this.#sleptMs - this.#wallAheadMs;
    if (jump >= JUMP_MS) this.#sleptMs += jump;
    if (jump <= -JUMP_MS) this.#wallAheadMs += jump;
  }
}
