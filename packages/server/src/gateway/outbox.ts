import type { Duplex } from "node:stream";

/** So many bytes, at most, never make a socket busy that had nothing waiting. */
const SMALL_BYTES = 1024;
/** Up to so many bytes are copied into one piece: that is cheaper than to hand over several. */
const MAX_JOINED_BYTES = 16_384;

export interface OutboxOptions {
  readonly socket: Duplex;
  /** False: nothing may be written any more, and what was not handed over is dropped. */
  readonly isOpen: () => boolean;
  /** What had to wait has left. */
  readonly onSent: () => void;
}

/**
 * What is written to a socket in one turn of the event loop leaves in one write: what follows a commit is often an acknowledgement
 * between operations of others. The sockets of a turn are written to together, at its end.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  /** What was written in this turn; nearly always one piece. */
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;
  #bytes = 0;
  /** The socket had handed over everything when it was last given something. Asking it is dear, and most sockets keep up. */
  #isDry = true;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Bytes that are not with the operating system yet, of what was written here. */
  get bufferedBytes(): number {
    return this.#isDry ? this.#bytes : this.#options.socket.writableLength + this.#bytes;
  }

  write(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#first === undefined) {
      this.#first = bytes;
      if (written.push(this) === 1) process.nextTick(flushAll);
    } else if (this.#others === undefined) this.#others = [bytes];
    else this.#others.push(bytes);
  }

  /** Hands over what was written, before the end of the turn. */
  flush(): void {
    const first = this.#first;
    const others = this.#others;
    const bytes = this.#bytes;
    this.#first = undefined;
    this.#others = undefined;
    this.#bytes = 0;
    if (first === undefined || !this.#options.isOpen()) return;
    if (others === undefined) return this.#hand(first);
    const pieces = [first, ...others];
    if (bytes <= MAX_JOINED_BYTES) return this.#hand(Buffer.concat(pieces, bytes));
    const { socket } = this.#options;
    socket.cork();
    for (const piece of pieces) this.#hand(piece);
    socket.uncork();
  }

  #hand(bytes: Buffer): void {
    const { socket, onSent } = this.#options;
    // Who is not kept waiting need not be told that the wait is over.
    if (!this.#isDry || bytes.length > SMALL_BYTES) socket.write(bytes, onSent);
    else socket.write(bytes);
    this.#isDry = socket.writableLength === 0;
  }
}

/** Outboxes that something was written to in this turn. */
let written: Outbox[] = [];

function flushAll(): void {
  const outboxes = written;
  written = [];
  for (const outbox of outboxes) outbox.flush();
}
