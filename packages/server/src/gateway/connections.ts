import { CloseCode } from "@interline/protocol";
import type { Clock } from "../clock.ts";
import { Places } from "../places.ts";
import type { Carrier, Connection } from "./connection.ts";

export interface ConnectionsOptions {
  readonly clock: Clock;
  /** How often all are looked after, in ms. */
  readonly heartbeatMs: number;
  readonly maxPerAddress: number;
}

/** One connection, and what it is carried by. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly carrier: Carrier & {
    /** Asks the other side for a sign of life. */
    beat(): void;
  };
  /** See `addressOf`. */
  readonly address: string;
}

/** All connections that are open, whatever carries them. One timer beats for all of them. */
export class Connections implements Iterable<Connection> {
  readonly #options: ConnectionsOptions;
  readonly #open = new Map<Connection, OpenConnection & { readonly free: () => void }>();
  readonly #places: Places;
  #timer: unknown;
  #isClosed = false;
  #allGone: (() => void) | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#places = new Places(options.maxPerAddress);
    this.#scheduleBeat();
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.keys();
  }

  /** True if one more connection from an address is not too many. */
  hasRoomFor(address: string): boolean {
    return this.#places.hasRoomFor(address);
  }

  /**
   * Counts something else that an address keeps open as a connection of it. Call what it returns when that
   * has ended: safe to call twice. Undefined if it is too many.
   */
  hold(address: string): (() => void) | undefined {
    return this.hasRoomFor(address) ? this.#places.take(address) : undefined;
  }

  add(open: OpenConnection): void {
    const { connection, address } = open;
    this.#open.set(connection, { ...open, free: this.#places.take(address) });
    if (this.#isClosed) connection.close(CloseCode.Restart);
  }

  /** The carrier of a connection has ended. Safe to call twice. */
  remove(connection: Connection): void {
    const open = this.#open.get(connection);
    if (open === undefined) return;
    this.#open.delete(connection);
    open.free();
    connection.handleClosed();
    if (this.#open.size === 0) this.#allGone?.();
  }

  /** Ends all connections after what was sent to them; those that do not end by then are cut off after `waitMs`. */
  async close(waitMs: number): Promise<void> {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#timer);
    for (const connection of this) connection.close(CloseCode.Restart);
    await this.#gone(waitMs);
    for (const { carrier } of this.#open.values()) carrier.terminate();
    await this.#gone(waitMs);
  }

  /** Resolves when no connection is open, or after `waitMs`. */
  async #gone(waitMs: number): Promise<void> {
    if (this.#open.size === 0) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, waitMs);
      this.#allGone = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
    this.#allGone = undefined;
  }

  #scheduleBeat(): void {
    const { clock, heartbeatMs } = this.#options;
    this.#timer = clock.setTimeout(() => {
      for (const { connection, carrier } of this.#open.values()) {
        connection.beat();
        carrier.beat();
      }
      if (!this.#isClosed) this.#scheduleBeat();
    }, heartbeatMs);
  }
}
