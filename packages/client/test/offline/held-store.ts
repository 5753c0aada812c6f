import type {
  CopyChange,
  CopyLock,
  DocumentKey,
  TabLine,
  TabMessage,
} from "../../src/offline/document-store.ts";
import { MemoryStore } from "../../src/offline/memory-store.ts";

/** A store whose writes wait for the test while `isHolding`, and fail while `fault` is set. */
export class HeldStore extends MemoryStore {
  isHolding = false;
  fault: Error | undefined;
  readonly #held: (() => void)[] = [];
  readonly #locks = new Map<string, CopyLock>();
  saves = 0;
  /** True while nothing that is said over a line arrives, as when a tab is killed. */
  isMute = false;

  override async save(key: DocumentKey, change: CopyChange): Promise<void> {
    this.saves++;
    if (this.isHolding) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.fault !== undefined) throw this.fault;
    return super.save(key, change);
  }

  override openLine(key: DocumentKey, listener: (message: TabMessage) => void): TabLine {
    const line = super.openLine(key, listener);
    return {
      post: (message) => {
        if (!this.isMute) line.post(message);
      },
      close: () => line.close(),
    };
  }

  override async lock(key: DocumentKey, session: string, waitMs: number): Promise<CopyLock | undefined> {
    const lock = await super.lock(key, session, waitMs);
    if (lock !== undefined) this.#locks.set(session, lock);
    return lock;
  }

  /** The process that uses a session ends: writes that wait are lost, its lock is free. */
  kill(session: string): void {
    this.isHolding = false;
    this.#held.length = 0;
    this.#locks.get(session)?.release();
  }

  /** The writes that wait are done. */
  release(): void {
    this.isHolding = false;
    for (const resume of this.#held.splice(0)) resume();
  }
}

/** Everything that does not wait for time has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
