import { type CopyLock, type DocumentStore, StoreError, StoreErrorCode } from "./document-store.ts";
import type { Timers } from "./held-locks.ts";

/** A call that is not answered by then counts as failed, in ms. */
const CALL_MS = 5_000;

/**
 * Any store, with a bound on each call: one that throws at once, or never answers, rejects like one that
 * fails. Writes are made one after another, so that a late one never lands on a newer one; while one is
 * overdue, further ones fail at once.
 */
export function boundedStore(
  store: DocumentStore,
  timers: Timers = globalThis as unknown as Timers,
): DocumentStore {
  /** Settles when the store has done what it was given. */
  let writes: Promise<unknown> = Promise.resolve();
  let isOverdue = false;
  const written = new Set<string>();

  const bounded = <Answer>(
    call: () => Promise<Answer>,
    ms = CALL_MS,
    onOverdue = (): void => {},
    onLate: (answer: Answer) => void = () => {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let isLate = false;
      const timer = timers.setTimeout(() => {
        isLate = true;
        onOverdue();
        reject(unanswered());
      }, ms);
      new Promise<Answer>((answer) => answer(call()))
        .then((answer) => (isLate ? onLate(answer) : resolve(answer)), reject)
        .finally(() => timers.clearTimeout(timer));
    });

  const write = (work: () => Promise<void>, session = ""): Promise<void> => {
    if (isOverdue) return Promise.reject(unanswered());
    written.add(session);
    const done = writes.then(work);
    const settled = (): void => {
      if (writes === last) isOverdue = false;
    };
    const last = done.then(settled, settled);
    writes = last;
    return bounded(
      () => done,
      CALL_MS,
      () => {
        isOverdue = true;
      },
    );
  };

  return {
    canLock: attempt(() => store.canLock) ?? false,
    list: (key) => bounded(() => store.list(key)),
    load: (key, session) => bounded(() => store.load(key, session)),
    documents: (account) => bounded(() => store.documents(account)),
    accounts: () => bounded(async () => (await store.accounts?.()) ?? []),
    save: (key, change) => write(() => store.save(key, change), change.copy.session),
    remove: (key, session) => write(() => store.remove(key, session), session),
    clear: (account) => write(() => store.clear(account)),
    async lock(key, session, waitMs) {
      const lock = await bounded(
        () => store.lock(key, session, waitMs),
        waitMs + CALL_MS,
        () => {},
        free,
      );
      // The next one to have it must not be overwritten by what is still being written.
      return (
        lock && {
          release: () => (written.has(session) ? void writes.then(() => free(lock)) : free(lock)),
        }
      );
    },
    openLine(key, listener) {
      const line = attempt(() => store.openLine(key, listener));
      return {
        post: (message) => attempt(() => line?.post(message)),
        close: () => attempt(() => line?.close()),
      };
    },
    persist: () => attempt(() => store.persist?.()),
    onLost: (listener) => attempt(() => store.onLost?.(listener)) ?? (() => {}),
    close: () => attempt(() => store.close()),
  };
}

function free(held: CopyLock | undefined): void {
  attempt(() => held?.release());
}

/** What it returns; undefined if it throws. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function unanswered(): StoreError {
  return new StoreError(StoreErrorCode.Unavailable, "the store does not answer");
}
