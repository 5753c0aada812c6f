/** What carries frames to the server and back. @public */
export type CarrierName = "websocket" | "event-stream" | "polling";

/** The best first. */
const CARRIERS: readonly CarrierName[] = ["websocket", "event-stream", "polling"];
/** A carrier that has worked is given up after so many tries in a row that failed: mostly it is the server that is away. */
const TRIES_OF_KNOWN = 3;
/** How long a lesser carrier is used before the best is tried again, in ms: doubled after each try that failed. */
const FIRST_UPGRADE_MS = 60_000;
const LAST_UPGRADE_MS = 960_000;

/**
 * Which carrier to try: WebSockets, then a stream of events, then polls, and around again, since a device that is offline fails with all
 * of them. A state machine without a clock: it is told what happened.
 */
export class CarrierChoice {
  readonly #known = new Set<CarrierName>();
  #current: CarrierName = "websocket";
  #failures = 0;
  #upgradeMs = FIRST_UPGRADE_MS;

  /** The carrier that is used, or tried next. */
  get current(): CarrierName {
    return this.#current;
  }

  /** How long it may be used before the best is tried again, in ms; undefined: it is the best. */
  get upgradeAfterMs(): number | undefined {
    return this.#current === "websocket" ? undefined : this.#upgradeMs;
  }

  /** The current carrier got through to the server. */
  worked(): void {
    this.#known.add(this.#current);
    this.#failures = 0;
  }

  /** The current carrier did not get through. */
  failed(): void {
    this.#failures++;
    if (this.#failures < (this.#known.has(this.#current) ? TRIES_OF_KNOWN : 1)) return;
    this.#failures = 0;
    this.#current = CARRIERS[(CARRIERS.indexOf(this.#current) + 1) % CARRIERS.length] ?? "websocket";
  }

  /** The best was tried beside the current one. */
  probed(hasWorked: boolean): void {
    if (!hasWorked) {
      this.#upgradeMs = Math.min(LAST_UPGRADE_MS, 2 * this.#upgradeMs);
      return;
    }
    this.#upgradeMs = FIRST_UPGRADE_MS;
    this.#failures = 0;
    this.#current = "websocket";
  }
}
