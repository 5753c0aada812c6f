/** What others did is held back at most so long after the composition last changed, in ms. */
const IDLE_AT_MOST = 10_000;
/** And at most so long in all, in ms. */
const HELD_AT_MOST = 60_000;

/**
 * Decides how long an input method's composition holds back what others did, which a change next to it would
 * garble. Some keyboards keep one open as long as the caret stands in a word, so it has a bound: then the
 * composition is ended, and where that does not help the text of others is shown all the same.
 *
 * Times in ms of one clock that never jumps.
 */
export class CompositionHold {
  /** Since when something is held; undefined: nothing is. */
  #since: number | undefined;
  #changedAt = -Infinity;
  #wasEnded = false;

  /** The composition went on. */
  changed(now: number): void {
    this.#changedAt = now;
  }

  /** What to do with what others did: show it, wait for the composition to end, or end it (and ask again). */
  next(isComposing: boolean, now: number): "show" | "wait" | "end" {
    if (isComposing) {
      const since = this.#since ?? now;
      this.#since = since;
      const isIdle = now - Math.max(since, this.#changedAt) >= IDLE_AT_MOST;
      if (!isIdle && now - since < HELD_AT_MOST) return "wait";
      if (!this.#wasEnded) {
        this.#wasEnded = true;
        return "end";
      }
    }
    this.#since = undefined;
    this.#wasEnded = false;
    return "show";
  }
}
