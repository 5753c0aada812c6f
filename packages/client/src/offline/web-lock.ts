import type { CopyLock } from "./document-store.ts";

/**
 * A Web Lock, waited for at most `waitMs`. The browser gives it back when the page ends, however it ends, and does not freeze a page
 * in the background that holds one. Undefined: somebody else has it, or there are no locks here (an insecure origin).
 */
export async function webLock(name: string, waitMs: number): Promise<CopyLock | undefined> {
  if (!hasWebLocks()) return undefined;
  const options: LockOptions = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
  return new Promise((resolve) => {
    const ended = navigator.locks.request(name, options, (lock) => {
      if (lock === null) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((release) => resolve({ release }));
    });
    // Not had in time, or not allowed: nobody has waited for the end of it.
    ended.catch(() => resolve(undefined));
  });
}

/** Only pages of secure origins have them. */
export function hasWebLocks(): boolean {
  return typeof navigator !== "undefined" && "locks" in navigator;
}
