import type { Clock } from "../src/clock.ts";

/** Timers that fire when a test says so. */
export class ManualClock implements Clock {
  #time = 0;
  #offset = 0;
  #timers = new Map<number, { at: number; callback: () => void }>();
  #next = 1;
  now = (): number => this.#time + this.#offset;
  elapsed = (): number => this.#time;
  setTimeout = (callback: () => void, delayMs: number): unknown => {
    this.#timers.set(this.#next, { at: this.#time + delayMs, callback });
    return this.#next++;
  };
  clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer as number);
  };
  /** Somebody sets the time of day, to so many ms later or earlier. No time passes. */
  jump(ms: number): void {
    this.#offset += ms;
  }
  /** Passes time in steps, letting promises settle between. */
  async pass(ms: number): Promise<void> {
    const end = this.#time + ms;
    for (;;) {
      await settle();
      const due = [...this.#timers]
        .filter(([, { at }]) => at <= end)
        .toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#time = due[1].at;
      due[1].callback();
    }
    this.#time = end;
  }
}

/** Lets promises that are due run to their end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
