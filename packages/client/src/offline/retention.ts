import { boundedStore } from "./bounded-store.ts";
import { type DocumentKey, type DocumentStore, isPending, type KeptDocument } from "./document-store.ts";

/** So many documents without unsaved edits are kept for one account. */
const MAX_DOCUMENTS = 100;

/**
 * Documents of an account that hold edits not known to be saved: ask before `signOut`.
 * @public
 */
export async function unsavedDocuments(
  store: DocumentStore,
  account: string,
): Promise<readonly KeptDocument[]> {
  return (await boundedStore(store).documents(account)).filter(({ copies }) => copies.some(isPending));
}

/**
 * Forgets everything that is kept of an account on this device, saved or not, and closes its documents in all tabs. Ask before, see
 * `unsavedDocuments`.
 * @public
 */
export async function signOut(unbounded: DocumentStore, account: string): Promise<void> {
  const store = boundedStore(unbounded);
  for (const { key } of await store.documents(account)) {
    const line = store.openLine(key, () => {});
    line.post({ type: "signed-out" });
    line.close();
  }
  await store.clear(account);
}

/** Forgets the documents that were not open for longest, beyond a number; never what is not saved, or open in a tab. */
export async function forgetOldest(
  store: DocumentStore,
  { account }: DocumentKey,
  maxDocuments: number = MAX_DOCUMENTS,
): Promise<void> {
  const saved = (await store.documents(account)).filter(({ copies }) => !copies.some(isPending));
  const old = saved.toSorted((a, b) => lastUse(b) - lastUse(a)).slice(maxDocuments);
  for (const { key, copies } of old) {
    for (const { session } of copies) {
      const lock = await store.lock(key, session, 0);
      if (lock === undefined) continue;
      await store.remove(key, session);
      lock.release();
    }
  }
}

function lastUse({ copies }: KeptDocument): number {
  return Math.max(...copies.map(({ savedAt }) => savedAt));
}
