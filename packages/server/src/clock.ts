/** Time, from outside: tests and simulations bring their own. @public */
export interface Clock {
  /**
   * The time of day, in ms since 1970: for what outlives the process. It jumps when somebody sets the
   * machine's clock.
   */
  now(): number;
  /**
   * Whole ms since some moment in the life of the process. Never goes back, and never jumps: for every
   * duration within the process. Absent: `now` is such a clock itself.
   */
  elapsed?(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The longest time that a timer takes, in ms. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** The clock of the machine. Its timers do not keep the process alive. @public */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Math.round(performance.now()),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Ms that have passed since some moment: what durations are measured with. */
export function elapsed(clock: Pick<Clock, "now" | "elapsed">): number {
  return clock.elapsed === undefined ? clock.now() : clock.elapsed();
}
