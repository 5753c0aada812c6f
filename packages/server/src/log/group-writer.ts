/**
 * One record to write or to remove. A value of bytes, which may be large, is given alone and written by
 * itself.
 */
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: string | Uint8Array }
  | { readonly type: "del"; readonly key: string };

interface Waiting {
  readonly operations: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit. What arrives while a write is under way goes into the next one, all together, and so does what arrives in one turn of the event
 * loop: under load the cost of one sync is shared. Who can still add to what it will write asks for its `turn` first.
 */
export class GroupWriter {
  readonly #writeAll: (operations: Write[]) => Promise<void>;
  #turns: (() => void)[] = [];
  #waiting: Waiting[] = [];
  #isRunning = false;

  /** `writeAll` must write atomically and durably. */
  constructor(writeAll: (operations: Write[]) => Promise<void>) {
    this.#writeAll = writeAll;
  }

  /** Resolves when the next write is about to begin: what is given to `write` right then, goes into it. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#turns.push(resolve);
      this.#start();
    });
  }

  /** Resolves when the records are durable. Rejects if it is not known whether they are. */
  write(operations: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operations, resolve, reject });
      this.#start();
    });
  }

  get #isWanted(): boolean {
    return this.#turns.length + this.#waiting.length > 0;
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    await nextTurnOfTheLoop();
    while (this.#isWanted) {
      for (const resolve of this.#turns.splice(0)) resolve();
      await nextTurnOfTheLoop();
      if (this.#waiting.length === 0) continue;
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeAll(group.flatMap(({ operations }) => operations));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isRunning = false;
  }
}

function nextTurnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
