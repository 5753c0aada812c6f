import { composeAll, type Operation } from "@interline/ot";
import type { Entry } from "./log/document-log.ts";

/** Neighbouring entries that are composed once for all who missed all of them: each up to a multiple of its size. The largest first. */
const BLOCK_SIZES = [1024, 64];

/**
 * What the entries of a window do together, composed from blocks that are kept: after a server was away many come back at once, each
 * from a version of its own.
 */
export class Compositions {
  /** For each size, by the version that they follow. */
  /** Blocks up to this version were composed in advance. */
  #prepared = 0;
  readonly #blocks: readonly Map<number, Operation>[] = BLOCK_SIZES.map(() => new Map());

  /**
   * Neighbouring entries, at least one, as one operation. Law: as `composeAll`. Cost: O(size × log count), of blocks that are known their
   * composed size.
   */
  of(entries: readonly Entry[]): Operation {
    return entries.length === 1 ? (entries[0] as Entry).operation : composeAll(this.#parts(entries, 0));
  }

  /**
   * Composes the blocks that became whole since the last call, for somebody who will come back. Blocks that became whole
   * long ago, when nobody called, are left to whoever asks for them. Amortised O(size) per entry.
   */
  prepare(head: number, entriesAfter: (after: number, to: number) => readonly Entry[] | undefined): void {
    const [, size = 1] = BLOCK_SIZES;
    if (head - this.#prepared < size) return;
    const whole = head - (head % size);
    if (whole - this.#prepared > 2 * size) this.#prepared = whole - size;
    for (; this.#prepared < whole; this.#prepared += size) {
      for (const blockSize of BLOCK_SIZES) {
        const to = this.#prepared + size;
        if (to % blockSize > 0) continue;
        const entries = entriesAfter(to - blockSize, to);
        if (entries?.length === blockSize) this.of(entries);
      }
    }
  }

  /** Entries up to this version were let go. */
  trimmed(version: number): void {
    for (const blocks of this.#blocks) {
      for (const after of blocks.keys()) if (after < version) blocks.delete(after);
    }
  }

  /** Blocks of a size, and smaller parts where entries are not all of one. */
  *#parts(entries: readonly Entry[], level: number): Generator<Operation> {
    const size = BLOCK_SIZES[level];
    if (size === undefined) {
      for (const { operation } of entries) yield operation;
      return;
    }
    for (let index = 0; index < entries.length; ) {
      const after = (entries[index] as Entry).version - 1;
      const part = entries.slice(index, index + size - (after % size));
      if (part.length < size) yield* this.#parts(part, level + 1);
      else yield this.#block(part, after, level);
      index += part.length;
    }
  }

  #block(entries: readonly Entry[], after: number, level: number): Operation {
    const blocks = this.#blocks[level] as Map<number, Operation>;
    let block = blocks.get(after);
    if (block === undefined) {
      block = composeAll(this.#parts(entries, level + 1));
      blocks.set(after, block);
    }
    return block;
  }
}
