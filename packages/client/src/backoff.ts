/** @public */
export interface BackoffOptions {
  /** Upper bound of the first delay, in ms. */
  readonly firstMs: number;
  /** Upper bound of every delay, in ms. */
  readonly maxMs: number;
}

/** 0.5 s at first, 30 s at most. */
export const DEFAULT_BACKOFF: BackoffOptions = { firstMs: 500, maxMs: 30_000 };

/**
 * How long to wait, in ms, before try number `attempt` (from 0): exponential with full jitter, so that clients cut off together do not come
 * back together. After M. Brooker, "Exponential Backoff And Jitter" (2015). `random` is in [0, 1).
 */
export function backoffMs(
  attempt: number,
  random: number,
  { firstMs, maxMs }: BackoffOptions = DEFAULT_BACKOFF,
): number {
  return Math.round(random * Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30)));
}
