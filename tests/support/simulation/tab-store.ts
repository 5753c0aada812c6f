import {
  type Copy,
  type CopyChange,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  type KeptDocument,
  type StoredCopy,
  StoreError,
  type TabLine,
  type TabMessage,
} from "@interline/client";
import type { MemoryStore } from "@interline/client/testing";
import type { SeededRandom } from "../seeded-random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a device's disk may do wrong. */
export interface DiskFaults {
  /** Longest time that a call takes, in ms. */
  readonly maxDelayMs: number;
  /** Share of writes that fail, with nothing written. */
  readonly failures: number;
}

/**
 * One tab's access to its device's store: slow, in order, and over with the tab. What a killed tab had handed over may still be
 * written; after that its locks are free.
 */
export class TabStore implements DocumentStore {
  readonly canLock = true;
  readonly #device: MemoryStore;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #faults: DiskFaults;
  readonly #locks = new Set<CopyLock>();
  readonly #lines = new Set<TabLine>();
  /** How often the tab has let another go on with its session. */
  handovers = 0;
  #last: Promise<unknown> = Promise.resolve();
  #isDead = false;

  constructor(device: MemoryStore, clock: VirtualClock, random: SeededRandom, faults: DiskFaults) {
    this.#device = device;
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
  }

  /** The tab's process ends. */
  kill(): void {
    this.#isDead = true;
    for (const line of this.#lines) line.close();
    void this.#releaseLocks();
  }

  list(key: DocumentKey): Promise<readonly Copy[]> {
    return this.#call(() => this.#device.list(key));
  }

  load(key: DocumentKey, session: string): Promise<StoredCopy | undefined> {
    return this.#call(() => this.#device.load(key, session));
  }

  save(key: DocumentKey, change: CopyChange): Promise<void> {
    return this.#call(() => {
      if (this.#random.chance(this.#faults.failures)) throw new StoreError("ERR_DEVICE_FULL", "no space");
      return this.#device.save(key, change);
    });
  }

  remove(key: DocumentKey, session: string): Promise<void> {
    return this.#call(() => this.#device.remove(key, session));
  }

  documents(account: string): Promise<readonly KeptDocument[]> {
    return this.#call(() => this.#device.documents(account));
  }

  clear(account: string): Promise<void> {
    return this.#call(() => this.#device.clear(account));
  }

  async lock(key: DocumentKey, session: string, waitMs: number): Promise<CopyLock | undefined> {
    const lock = await this.#device.lock(key, session, waitMs);
    if (lock === undefined) return undefined;
    if (this.#isDead) {
      lock.release();
      return new Promise<never>(() => {});
    }
    this.#locks.add(lock);
    return lock;
  }

  openLine(key: DocumentKey, listener: (message: TabMessage) => void): TabLine {
    const line = this.#device.openLine(key, (message) => {
      if (!this.#isDead) listener(message);
    });
    this.#lines.add(line);
    return {
      post: (message) => {
        if (this.#isDead) return;
        if (message["type"] === "given") this.handovers++;
        line.post(message);
      },
      close: () => line.close(),
    };
  }

  close(): void {}

  /** The answer comes only to a living tab. */
  async #call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.#last.then(() => this.#perform(work));
    this.#last = done.catch(() => undefined);
    try {
      return (await done) as Answer;
    } finally {
      if (this.#isDead) await new Promise<never>(() => {});
    }
  }

  async #releaseLocks(): Promise<void> {
    await this.#last;
    this.#clock.setTimeout(() => {
      for (const lock of this.#locks) lock.release();
    }, this.#random.int(200));
  }

  async #perform<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    await this.#delay();
    if (this.#isDead && this.#random.chance(0.5)) return undefined;
    const answer = await work();
    await this.#delay();
    return answer;
  }

  #delay(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimeout(() => resolve(), this.#random.int(this.#faults.maxDelayMs + 1));
    });
  }
}
