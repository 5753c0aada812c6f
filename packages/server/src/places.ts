/**
 * Counts who holds a place, by a name such as an address. Each name has so many at most; a name that holds
 * none costs nothing.
 */
export class Places {
  readonly #max: number;
  readonly #held = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** How many places a name holds. */
  heldBy(name: string): number {
    return this.#held.get(name) ?? 0;
  }

  hasRoomFor(name: string): boolean {
    return this.heldBy(name) < this.#max;
  }

  /**
   * Takes a place, also where none is free. Call what it returns when the place is free again: safe to call
   * twice.
   */
  take(name: string): () => void {
    this.#held.set(name, this.heldBy(name) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = this.heldBy(name) - 1;
      if (left === 0) this.#held.delete(name);
      else this.#held.set(name, left);
    };
  }
}
