/** Who wants a place: channels of one connection share one. */
export interface Guest {
  readonly connection: object;
  readonly mayWrite: boolean;
}

/** Places that are kept for people who may write: one in ten, and at least so many. */
const LEAST_KEPT = 20;

/**
 * Counts who has a document open. A connection takes one place, however many channels to the document it has,
 * and the last places are kept for people who may write: those who only read cannot lock out those whose work
 * it is.
 */
export class Audience {
  readonly #max: number;
  readonly #maxWithReaders: number;
  /** How many channels each connection has. */
  readonly #channels = new Map<object, number>();

  /** At most so many places; of them at least one is for anybody. */
  constructor(max: number) {
    this.#max = max;
    this.#maxWithReaders = Math.max(1, max - Math.max(LEAST_KEPT, Math.ceil(max / 10)));
  }

  /** How many places are taken. */
  get size(): number {
    return this.#channels.size;
  }

  /**
   * Takes a place, from now on, so that many who come at once are not let in together. Call what it returns
   * when the channel has ended: safe to call twice. Undefined if there is none. `isReturning`: the same
   * session had a place until now.
   */
  enter(
    { connection, mayWrite }: Guest,
    { isReturning }: { isReturning: boolean },
  ): (() => void) | undefined {
    const channels = this.#channels.get(connection) ?? 0;
    const isFull = this.size >= (mayWrite ? this.#max : this.#maxWithReaders);
    if (isFull && channels === 0 && !isReturning) return undefined;
    this.#channels.set(connection, channels + 1);
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      const left = (this.#channels.get(connection) ?? 1) - 1;
      if (left === 0) this.#channels.delete(connection);
      else this.#channels.set(connection, left);
    };
  }
}
