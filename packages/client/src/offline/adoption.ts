import { type OpenedCopy, openCopy } from "./copy.ts";
import {
  type Copy,
  type CopyLock,
  type DocumentKey,
  type DocumentStore,
  isPending,
} from "./document-store.ts";

/** A page that is being closed gives its locks back after a moment: so long is waited for those of unsaved edits, in ms. */
const CLOSING_MS = 2_000;

/** A session that nobody uses any more, and that we use from now on. */
export interface AdoptedCopy {
  readonly opened: OpenedCopy;
  readonly lock: CopyLock;
}

/** What a document begins with. */
export interface Beginning {
  /** The copy to go on with, under its session. */
  readonly adopted: AdoptedCopy | undefined;
  /** Where there is none: a text that is known, under a new session. */
  readonly known: OpenedCopy | undefined;
  /** Unsaved edits of further sessions that nobody uses. */
  readonly others: readonly AdoptedCopy[];
  /** Unsaved edits that may not be adopted, since nobody can tell whether a living tab has them. */
  readonly doubtful: readonly OpenedCopy[];
}

/** Resolves as soon as a living tab says that it uses the session; else never. */
export type UntilUsed = (session: string) => Promise<void>;

/**
 * [C11] What to begin with: unsaved edits that a closed tab has left, or else what was known last. A session is gone on with only
 * under its lock; what is saved and not needed is forgotten.
 */
export async function beginFrom(
  store: DocumentStore,
  key: DocumentKey,
  untilUsed: UntilUsed,
): Promise<Beginning> {
  const copies = await store.list(key);
  const left = await adoptAll(store, key, newestFirst(copies.filter(isPending)), untilUsed);
  const [pending, ...others] = left.adopted;
  let adopted: AdoptedCopy | undefined = pending;
  let known: OpenedCopy | undefined;
  // Of what is saved only the newest text is of use, and only if there is nothing else.
  let isWanted = adopted === undefined;
  for (const copy of copies.toSorted((a, b) => b.version - a.version)) {
    const lock = isPending(copy) ? undefined : await orNothing(store.lock(key, copy.session, 0));
    // Null: it cannot be read now.
    const opened = isWanted ? await load(store, key, copy.session).catch(() => null) : undefined;
    if (opened) isWanted = false;
    if (lock === undefined) known ??= opened ?? undefined;
    else if (opened) adopted = { opened, lock };
    else if (opened === null) lock.release();
    else {
      await orNothing(store.remove(key, copy.session));
      lock.release();
    }
  }
  return { adopted, known, others, doubtful: left.doubtful };
}

/** Unsaved edits that may be adopted, and those that may not. */
type Left = Pick<Beginning, "doubtful"> & { readonly adopted: readonly AdoptedCopy[] };

/** Unsaved edits of sessions that nobody uses, except some. Waits for nobody. */
export async function adoptLeft(
  store: DocumentStore,
  key: DocumentKey,
  except: readonly (string | undefined)[],
): Promise<Left> {
  const left = (await store.list(key)).filter((copy) => !except.includes(copy.session) && isPending(copy));
  return adoptAll(store, key, left);
}

/** One session, if nobody uses it, waiting at most `waitMs`. */
export async function adopt(
  store: DocumentStore,
  key: DocumentKey,
  session: string,
  waitMs: number,
): Promise<AdoptedCopy | undefined> {
  return underLock(store, key, session, await store.lock(key, session, waitMs));
}

function newestFirst(copies: readonly Copy[]): readonly Copy[] {
  return copies.toSorted((a, b) => b.savedAt - a.savedAt);
}

async function adoptAll(
  store: DocumentStore,
  key: DocumentKey,
  copies: readonly Copy[],
  untilUsed?: UntilUsed,
): Promise<Left> {
  const found = await Promise.all(
    copies.map(async ({ session }) => {
      // Null: there are no locks, or they do not answer.
      const free = store.canLock ? lockOfClosed(store, key, session, untilUsed) : null;
      const lock = await Promise.resolve(free).catch(() => null);
      const opened = lock === undefined ? undefined : await orNothing(load(store, key, session));
      if (opened === undefined) lock?.release();
      return opened && { opened, lock };
    }),
  );
  const adopted: AdoptedCopy[] = [];
  const doubtful: OpenedCopy[] = [];
  for (const copy of found) {
    if (copy?.lock) adopted.push({ ...copy, lock: copy.lock });
    else if (copy) doubtful.push(copy.opened);
  }
  return { adopted, doubtful };
}

/** One copy that cannot be had is not to keep the others from being found. */
function orNothing<Value>(found: Promise<Value>): Promise<Value | undefined> {
  return found.catch(() => undefined);
}

/** Only under its lock nobody changes a copy any more. */
async function underLock(
  store: DocumentStore,
  key: DocumentKey,
  session: string,
  lock: CopyLock | undefined,
): Promise<AdoptedCopy | undefined> {
  if (lock === undefined) return undefined;
  const opened = await load(store, key, session);
  if (opened !== undefined) return { opened, lock };
  lock.release();
  return undefined;
}

/** Waits only where it is known who says that a session is used. */
async function lockOfClosed(
  store: DocumentStore,
  key: DocumentKey,
  session: string,
  untilUsed: UntilUsed | undefined,
): Promise<CopyLock | undefined> {
  const free = await store.lock(key, session, 0);
  if (free !== undefined || untilUsed === undefined) return free;
  let isUsed = false;
  const used = untilUsed(session).then(() => {
    isUsed = true;
    return undefined;
  });
  const late = store.lock(key, session, CLOSING_MS).then((lock) => {
    // Who comes too late must not keep it.
    if (isUsed) lock?.release();
    return isUsed ? undefined : lock;
  });
  return Promise.race([used, late]);
}

async function load(
  store: DocumentStore,
  key: DocumentKey,
  session: string,
): Promise<OpenedCopy | undefined> {
  const stored = await store.load(key, session);
  return stored && openCopy(stored);
}
