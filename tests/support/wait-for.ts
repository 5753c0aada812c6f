import { setTimeout as delay } from "node:timers/promises";

/** Bounds of {@link waitFor}. */
export interface WaitOptions {
  /** How long to wait at most, in milliseconds; 60 000 by default: a busy machine is slow. */
  readonly timeoutMs?: number;
  /** Time between two looks, in milliseconds; 10 by default. */
  readonly intervalMs?: number;
}

/**
 * Waits until `condition` answers something truthy and returns that. A condition that throws ends the wait at once.
 *
 * @param what completes the sentence "timed out waiting for …" of the error.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = 60_000, intervalMs = 10 }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`Timed out waiting for ${what} (${timeoutMs} ms).`);
    await delay(intervalMs);
  }
}
