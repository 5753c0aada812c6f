/** One record to write or to remove. */
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "del"; readonly key: string };

interface Waiting {
  readonly operations: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what arrives while a write is under way goes into the next one, all together. Under load the cost of one
 * sync is shared; without load a write starts at once.
 */
export class GroupWriter {
  readonly #writeAll: (operations: Write[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #isWriting = false;

  /** `writeAll` must write atomically and durably. */
  constructor(writeAll: (operations: Write[]) => Promise<void>) {
    this.#writeAll = writeAll;
  }

  /** Resolves when the records are durable. Rejects if it is not known whether they are. */
  write(operations: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operations, resolve, reject });
      if (!this.#isWriting) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeAll(group.flatMap(({ operations }) => operations));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isWriting = false;
  }
}
