/**
 * Work of which so much is done at a time. The rest waits in its order, and costs nothing more if it is taken
 * back before its turn.
 */
export class Turns {
  readonly #atOnce: number;
  #running = 0;
  readonly #waiting = new Map<object, () => Promise<void>>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Does the work in its turn: at once if there is room. It must not reject. */
  add(owner: object, work: () => Promise<void>): void {
    this.#waiting.set(owner, work);
    this.#start();
  }

  /**
   * Takes back what somebody wanted and was not begun. What was begun is done to its end, and counts until
   * then.
   */
  drop(owner: object): void {
    this.#waiting.delete(owner);
  }

  #start(): void {
    for (const [owner, work] of this.#waiting) {
      if (this.#running >= this.#atOnce) return;
      this.#waiting.delete(owner);
      this.#running++;
      void work().finally(() => {
        this.#running--;
        this.#start();
      });
    }
  }
}
