import type { CopyLock } from "./document-store.ts";

/**
 * A Web Lock, waited for at most `waitMs`. The browser gives it back when the page ends, however it ends, and
 * does not freeze a page in the background that holds one. Undefined: somebody else has it, or there are no
 * locks here (an insecure origin). Rejects where the browser has locks and gives none.
 */
export async function webLock(name: string, waitMs: number): Promise<CopyLock | undefined> {
  if (!hasWebLocks()) return undefined;
  const options: LockOptions = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
  return new Promise((resolve, reject) => {
    const ended = navigator.locks.request(name, options, (lock) => {
      if (lock === null) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((release) => resolve({ release }));
    });
    // Not had in time: somebody else has it. Where locks are not allowed nobody can tell.
    ended.catch((fault: unknown) => (options.signal?.aborted ? resolve(undefined) : reject(fault)));
  });
}

/**
 * Only pages of secure origins have them. Some browsers throw at the mere mention of what is switched off.
 */
export function hasWebLocks(): boolean {
  try {
    return typeof navigator.locks.request === "function";
  } catch {
    return false;
  }
}
