const FIRST_RECONNECT_MS = 50;
/** Longest wait before the next try to connect, in ms. */
const MAX_RECONNECT_MS = 2_000;

/** The longest wait before the so-manieth try to connect, in ms. */
export function reconnectMs(times: number): number {
  return Math.min(MAX_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** Math.min(times, 10));
}
