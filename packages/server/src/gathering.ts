import { Composer, type Operation } from "@interline/ot";
import { weightOf } from "./log/weight.ts";
import type { Entry } from "./log/document-log.ts";

/** Weight of what is sent as one message, at most, beyond its first entry: see `weightOf`. */
export const MAX_PIECE_WEIGHT = 524_288;

/** Neighbouring entries as one operation. */
export interface Gathered {
  readonly to: number;
  /** Id of the entry that made version `to`. */
  readonly entryId: string;
  readonly operation: Operation;
}

/**
 * What somebody missed, composed as it is read from the log piece by piece: a long absence is one message, and what was
 * typed and deleted again meanwhile costs nothing. Holds the composed operation only.
 */
export class Gathering {
  readonly #composer = new Composer();
  #version: number;
  #entryId = "";
  #weight = 0;

  /** `version`: where the first entry follows. */
  constructor(version: number) {
    this.#version = version;
  }

  /** Version up to which everything was taken. */
  get version(): number {
    return this.#version;
  }

  /** True if it is large enough for a message of its own. Amortised O(1). */
  get isFull(): boolean {
    if (this.#weight < MAX_PIECE_WEIGHT || this.#composer.value === undefined) return false;
    this.#weight = weightOf(this.#composer.value);
    return this.#weight >= MAX_PIECE_WEIGHT / 2;
  }

  /** Adds the entry that follows. */
  add({ version, entryId, operation }: Entry): void {
    this.#composer.add(operation);
    this.#weight += weightOf(operation);
    this.#version = version;
    this.#entryId = entryId;
  }

  /** Passes over an entry that is told in another way. Nothing may be gathered. */
  skip({ version }: Entry): void {
    this.#version = version;
  }

  /** Gives what is gathered away; undefined if nothing is. */
  take(): Gathered | undefined {
    const { value: operation } = this.#composer;
    this.#composer.clear();
    this.#weight = 0;
    return operation && { to: this.#version, entryId: this.#entryId, operation };
  }
}
