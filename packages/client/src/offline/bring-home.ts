import type { DocumentKey, DocumentStore } from "./document-store.ts";

/** Whether what is kept under an account belongs to the one that opens a document now. */
export type IsFormerAccount = (account: string) => boolean;

/**
 * Gives the copies of a document that are kept under former accounts to the account of `key`, except those
 * that a living tab uses. Then they are found like any other. Rejects where the store does. Cost: one look at
 * the accounts, and one at the document in each former one.
 */
export async function bringHome(
  store: DocumentStore,
  key: DocumentKey,
  isFormer: IsFormerAccount | undefined,
): Promise<void> {
  if (isFormer === undefined) return;
  const former = ((await store.accounts?.()) ?? []).filter((name) => name !== key.account && isFormer(name));
  for (const account of former) await moveFrom(store, { ...key, account }, key);
}

async function moveFrom(store: DocumentStore, from: DocumentKey, to: DocumentKey): Promise<void> {
  const left = await store.list(from);
  if (left.length === 0) return;
  const there = new Set((await store.list(to)).map(({ session }) => session));
  for (const { session } of left) {
    const lock = await store.lock(from, session, 0);
    // A living tab has it. Where there are no locks it writes its copy again under its own account.
    if (lock === undefined && store.canLock) continue;
    try {
      // What was moved and not removed is older than what was made of it since.
      const stored = there.has(session) ? undefined : await store.load(from, session);
      if (stored !== undefined) await store.save(to, stored);
      await store.remove(from, session);
    } finally {
      lock?.release();
    }
  }
}
