import type { CopyLock } from "./document-store.ts";

export interface Timers {
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
}

/** Locks within one process: who waits gets one in the order of asking. */
export class HeldLocks {
  /** Of each lock that is held, who waits for it. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #timers: Timers;

  constructor(timers: Timers = globalThis as unknown as Timers) {
    this.#timers = timers;
  }

  take(name: string, waitMs: number): Promise<CopyLock | undefined> {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) {
      this.#waiting.set(name, new Set());
      return Promise.resolve(this.#held(name));
    }
    if (waitMs <= 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const granted = (): void => {
        this.#timers.clearTimeout(timer);
        resolve(this.#held(name));
      };
      const timer = this.#timers.setTimeout(() => {
        waiting.delete(granted);
        resolve(undefined);
      }, waitMs);
      waiting.add(granted);
    });
  }

  #held(name: string): CopyLock {
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        const waiting = this.#waiting.get(name);
        const [next] = waiting ?? [];
        if (next === undefined) this.#waiting.delete(name);
        else {
          waiting?.delete(next);
          next();
        }
      },
    };
  }
}
