import type { Clock } from "@interline/server";

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/**
 * Time that passes only when somebody takes the next event. One clock drives the clients, the servers and the network of
 * a simulation, so a seed replays all of it.
 */
export class VirtualClock implements Clock {
  #now = 1_700_000_000_000;
  #order = 0;
  #trace = 0;
  readonly #alarms = new Map<number, Alarm>();

  readonly now = (): number => this.#now;

  /** A checksum (FNV-1a) of when everything happened, and in which order: two runs of one seed have the same. */
  get trace(): number {
    return this.#trace;
  }

  /** Rings after `ms` of virtual time; alarms for one moment ring in the order they were set. */
  readonly setTimeout = (ring: () => void, ms: number): number => {
    const order = ++this.#order;
    this.#alarms.set(order, { at: this.#now + Math.max(0, ms), order, ring });
    return order;
  };

  readonly clearTimeout = (timer: unknown): void => {
    this.#alarms.delete(timer as number);
  };

  /** Goes to the next event and lets everything that it started come to rest. False if there is none. */
  async step(): Promise<boolean> {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms.values()) {
      if (next === undefined || alarm.at < next.at || (alarm.at === next.at && alarm.order < next.order))
        next = alarm;
    }
    if (next === undefined) return false;
    this.#alarms.delete(next.order);
    this.#now = Math.max(this.#now, next.at);
    for (const part of [next.order, this.#now]) this.#trace = Math.imul(this.#trace ^ part, 0x01000193) >>> 0;
    next.ring();
    // Promises that the event resolved run to their end before the next turn of the real loop.
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }
}
