/** What carries frames to the server and back. @public */
export type CarrierName = "websocket" | "event-stream" | "polling";

/** The best first. */
export const CARRIERS: readonly CarrierName[] = ["websocket", "event-stream", "polling"];
/** A carrier that has worked is tried alone, until so many tries in a row have failed: mostly it is the server that is away. */
const TRIES_ALONE = 3;
/** How long a lesser carrier is used before the best is tried again, in ms: doubled after each try that failed. */
const FIRST_UPGRADE_MS = 60_000;
const LAST_UPGRADE_MS = 960_000;

/**
 * Which carriers to try: the one that worked last, or all of them, each a little after the one before, where none is known to work. A state
 * machine without a clock: it is told what happened.
 */
export class CarrierChoice {
  readonly #all: readonly CarrierName[];
  #current: CarrierName = "websocket";
  /** Tries in a row that failed, since the current one worked. */
  #failures: number = TRIES_ALONE;
  #upgradeMs = FIRST_UPGRADE_MS;

  constructor(all: readonly CarrierName[]) {
    this.#all = all;
  }

  /** The carrier that is used, or worked last, or is tried first. */
  get current(): CarrierName {
    return this.#current;
  }

  /** Those to try now, in this order. */
  get candidates(): readonly CarrierName[] {
    return this.#failures < TRIES_ALONE ? [this.#current] : this.#all;
  }

  /** How long it may be used before the best is tried again, in ms; undefined: it is the best. */
  get upgradeAfterMs(): number | undefined {
    return this.#current === "websocket" ? undefined : this.#upgradeMs;
  }

  /** This one got through to the server. */
  worked(carrier: CarrierName): void {
    this.#current = carrier;
    this.#failures = 0;
  }

  /** None of the candidates got through. */
  failed(): void {
    this.#failures++;
  }

  /** The best was tried beside the current one. That it opened is not yet that it works: others stand by. */
  probed(hasOpened: boolean): void {
    this.#upgradeMs = hasOpened ? FIRST_UPGRADE_MS : Math.min(LAST_UPGRADE_MS, 2 * this.#upgradeMs);
    if (hasOpened) this.#failures = TRIES_ALONE;
  }
}
