import { setTimeout as sleep } from "node:timers/promises";
import { PEERS } from "../messages.ts";
import { equalText, MEMORY_SETTLES_MS, openAll, until } from "./checks.ts";
import type { Workload } from "./workload.ts";

const READERS = 20;
const PIECE = 100_000;
const PIECES = 10;
const WRITES = 300;
const END = "end";

/** A document is rewritten, piece by piece, thirty times, and once more while some do not read; then they read on. */
export const stoppedReaders: Workload = {
  name: "stopped readers",
  peers: PEERS,
  async run(open, sample) {
    const [author, ...readers] = await openAll(Array<string>(1 + READERS).fill("shared"), open);
    if (author === undefined) throw new RangeError("no author");
    const piece = (number: number): string => `${number % 10}`.repeat(PIECE);
    for (let number = 0; number < PIECES; number++) await author.replace(number * PIECE, 0, piece(number));
    const length = PIECES * PIECE;
    await until("all have the text", () => readers.every((reader) => reader.length === length));
    const ended = new Set<number>();
    for (const [index, reader] of readers.entries()) {
      reader.work();
      reader.onInsert = (text) => {
        if (text.endsWith(END)) ended.add(index);
      };
    }
    const rewrite = async (): Promise<void> => {
      ended.clear();
      for (let write = 1; write <= WRITES; write++) {
        const at = (write * 7) % PIECES;
        const text = write === WRITES ? piece(write).slice(END.length) + END : piece(write);
        await author.replace(at * PIECE, PIECE, text);
        author.work();
      }
    };
    const allAtTheEnd = (): Promise<void> => until("the readers have the end", () => ended.size === READERS);
    // Once with everybody reading: what a server takes for such a load at all is not counted.
    await rewrite();
    await allAtTheEnd();
    for (const reader of readers) {
      reader.work();
      reader.pause();
    }
    await sleep(MEMORY_SETTLES_MS);
    const before = await sample({ collectGarbage: true });
    await rewrite();
    await sleep(MEMORY_SETTLES_MS);
    const stopped = await sample({ collectGarbage: true });
    const bytes = readers.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    for (const reader of readers) reader.resume();
    await allAtTheEnd();
    await sleep(MEMORY_SETTLES_MS);
    equalText([author, ...readers]);
    const after = await sample({ collectGarbage: true });
    const mb = (bytesMore: number): number => bytesMore / 1e6;
    return {
      grownMb: mb(stopped.rssBytes - before.rssBytes),
      keptMb: mb(after.rssBytes - before.rssBytes),
      documentMb: mb(length),
      readMbPerReader: mb(readers.reduce((sum, { bytesRead }) => sum + bytesRead, 0) - bytes) / READERS,
    };
  },
};
