import { link, readFile, unlink, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import type { CopyLock } from "../offline/document-store.ts";

/** Time between two tries, in ms. */
const RETRY_MS = 25;

/**
 * A lock as a file with the number of the process that holds it, waited for at most `waitMs`. What a dead process has left does
 * not count. For processes of one machine.
 */
export async function fileLock(path: string, waitMs: number): Promise<CopyLock | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const mark = `${process.pid} ${randomUUID()}`;
    if (await claim(path, mark)) return heldLock(path, mark);
    if (performance.now() >= deadline) return undefined;
    await delay(RETRY_MS);
  }
}

async function claim(path: string, mark: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, mark);
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await link(own, path); // fails if there is one, in one step
        return true;
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== "EEXIST") throw fault;
      }
      if (!(await removeDead(path))) return false;
    }
    return false;
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

/** Removes the lock of a process that is gone. */
async function removeDead(path: string): Promise<boolean> {
  const mark = await readFile(path, "utf8").catch(() => undefined);
  if (mark === undefined) return true;
  const pid = Number(mark.split(" ")[0]);
  if (isAlive(pid)) return false;
  // Somebody else may have seen the same and hold it already: only what was looked at is taken away.
  if ((await readFile(path, "utf8").catch(() => undefined)) !== mark) return false;
  await unlink(path).catch(() => undefined);
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === "EPERM";
  }
}

function heldLock(path: string, mark: string): CopyLock {
  let isHeld = true;
  return {
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      void readFile(path, "utf8")
        .then((now) => (now === mark ? unlink(path) : undefined))
        .catch(() => undefined);
    },
  };
}
