import {
  type Copy,
  type CopyChange,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  type KeptDocument,
  missingText,
  nameOf,
  type StoredCopy,
  type TabLine,
  type TabMessage,
} from "./document-store.ts";
import { HeldLocks, type Timers } from "./held-locks.ts";

interface Drawer {
  readonly key: DocumentKey;
  readonly copies: Map<string, StoredCopy>;
}

/** Keeps copies as long as the process lives: for tests, and for several documents of one program. @public */
export class MemoryStore implements DocumentStore {
  readonly canLock = true;
  readonly #drawers = new Map<string, Drawer>();
  readonly #locks: HeldLocks;
  readonly #lines = new Map<string, Set<(message: TabMessage) => void>>();

  /** `timers`: those that waiting for a lock goes by; default: the platform's. */
  constructor(timers?: Timers) {
    this.#locks = new HeldLocks(timers);
  }

  async list(key: DocumentKey): Promise<readonly Copy[]> {
    return copiesIn(this.#drawers.get(nameOf(key)));
  }

  async load(key: DocumentKey, session: string): Promise<StoredCopy | undefined> {
    return this.#drawers.get(nameOf(key))?.copies.get(session);
  }

  async save(key: DocumentKey, { copy, text, replaces }: CopyChange): Promise<void> {
    const drawer = this.#drawers.get(nameOf(key)) ?? { key, copies: new Map<string, StoredCopy>() };
    const whole = text ?? drawer.copies.get(copy.session)?.text;
    if (whole === undefined) throw missingText(copy.session);
    this.#drawers.set(nameOf(key), drawer);
    drawer.copies.set(copy.session, { copy, text: whole });
    if (replaces !== undefined) drawer.copies.delete(replaces);
  }

  async remove(key: DocumentKey, session: string): Promise<void> {
    const drawer = this.#drawers.get(nameOf(key));
    drawer?.copies.delete(session);
    if (drawer?.copies.size === 0) this.#drawers.delete(nameOf(key));
  }

  async accounts(): Promise<readonly string[]> {
    return [...new Set(Array.from(this.#drawers.values(), ({ key }) => key.account))];
  }

  async documents(account: string): Promise<readonly KeptDocument[]> {
    return [...this.#drawers.values()]
      .filter(({ key }) => key.account === account)
      .map((drawer) => ({ key: drawer.key, copies: copiesIn(drawer) }));
  }

  async clear(account: string): Promise<void> {
    for (const [name, { key }] of this.#drawers) if (key.account === account) this.#drawers.delete(name);
  }

  lock(key: DocumentKey, session: string, waitMs: number): Promise<CopyLock | undefined> {
    return this.#locks.take(`${nameOf(key)} ${session}`, waitMs);
  }

  openLine(key: DocumentKey, listener: (message: TabMessage) => void): TabLine {
    const name = nameOf(key);
    const listeners = this.#lines.get(name) ?? new Set();
    this.#lines.set(name, listeners.add(listener));
    return {
      post: (message) => {
        const others = [...listeners].filter((other) => other !== listener);
        queueMicrotask(() => {
          for (const other of others) if (listeners.has(other)) other(message);
        });
      },
      close: () => void listeners.delete(listener),
    };
  }

  close(): void {}
}

function copiesIn(drawer: Drawer | undefined): Copy[] {
  return Array.from(drawer?.copies.values() ?? [], ({ copy }) => copy);
}
