import type { ServerResponse } from "node:http";
import { breathe, SLICE_UNITS } from "@interline/server";

/**
 * Writes events to a stream in their order, a long one slice by slice: between two slices others are let in,
 * and what follows waits behind it.
 */
export class SlicedEvents {
  readonly #raw: Pick<ServerResponse, "write" | "end" | "destroyed">;
  readonly #onTaken: () => void;
  /** Ends when everything given so far is written. Undefined: it is. */
  #turn: Promise<void> | undefined;
  /** UTF-16 code units that wait for a long event before them, about, and of that one. */
  #waitingUnits = 0;

  /** `onTaken`: some of what waited here was written. */
  constructor(raw: Pick<ServerResponse, "write" | "end" | "destroyed">, onTaken: () => void) {
    this.#raw = raw;
    this.#onTaken = onTaken;
  }

  get waitingUnits(): number {
    return this.#waitingUnits;
  }

  /** `units`: about how long it is, in UTF-16 code units. */
  write(slices: Iterable<string>, units: number): void {
    if (this.#turn === undefined && units <= SLICE_UNITS) {
      this.#raw.write([...slices].join(""));
      return;
    }
    this.#waitingUnits += units;
    this.#inTurn(async () => {
      for (const slice of slices) {
        if (this.#raw.destroyed) break;
        this.#raw.write(slice);
        await breathe();
      }
      this.#waitingUnits -= units;
      this.#onTaken();
    });
  }

  /** Ends the stream, after what was written. */
  end(): void {
    if (this.#turn === undefined) this.#raw.end();
    else this.#inTurn(async () => void this.#raw.end());
  }

  #inTurn(work: () => Promise<void>): void {
    const before = this.#turn ?? Promise.resolve();
    const run = async (): Promise<void> => {
      await before;
      await work();
      if (this.#turn === turn) this.#turn = undefined;
    };
    const turn = run();
    this.#turn = turn;
  }
}
