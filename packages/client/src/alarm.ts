import type { Environment, Timer } from "./environment.ts";

/** One timer that is set, set again, or cleared. */
export class Alarm {
  readonly #environment: Pick<Environment, "setTimeout" | "clearTimeout">;
  #timer: { readonly handle: Timer } | undefined;

  constructor(environment: Pick<Environment, "setTimeout" | "clearTimeout">) {
    this.#environment = environment;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Rings once in `ms`, instead of whatever was set before. */
  set(ms: number, ring: () => void): void {
    this.clear();
    const handle = this.#environment.setTimeout(() => {
      this.#timer = undefined;
      ring();
    }, ms);
    this.#timer = { handle };
  }

  clear(): void {
    if (this.#timer !== undefined) this.#environment.clearTimeout(this.#timer.handle);
    this.#timer = undefined;
  }
}
