import type { Clock } from "../clock.ts";

interface Checked {
  /** Never rejects. */
  recheck(): Promise<void>;
}

/** Connections that are asked at the same time, so that a slow hook holds up few others. */
const AT_ONCE = 16;

/** Has every connection ask for its rights again, now and then and when something has changed. One round at a time. */
export class Rechecker {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #connections: () => Iterable<Checked>;
  #round: Promise<void> | undefined;
  #isAskedAgain = false;
  #timer: unknown;
  #isStopped = false;

  constructor(clock: Clock, intervalMs: number, connections: () => Iterable<Checked>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#connections = connections;
    this.#schedule();
  }

  /** Resolves when everybody was asked after this call. Never rejects. */
  async recheck(): Promise<void> {
    // A round that is under way may have passed somebody before what changed: it goes round once more.
    if (this.#round === undefined) this.#round = this.#run();
    else this.#isAskedAgain = true;
    await this.#round;
  }

  stop(): void {
    this.#isStopped = true;
    this.#clock.clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    do {
      this.#isAskedAgain = false;
      const connections = [...this.#connections()].values();
      const askInTurn = async (): Promise<void> => {
        for (const connection of connections) await connection.recheck();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
    } while (this.#isAskedAgain);
    this.#round = undefined;
  }

  #schedule(): void {
    if (this.#isStopped || this.#intervalMs === Infinity) return;
    this.#timer = this.#clock.setTimeout(() => {
      void this.recheck().then(() => this.#schedule());
    }, this.#intervalMs);
  }
}
