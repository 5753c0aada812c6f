import { setTimeout as sleep } from "node:timers/promises";
import type { Writer } from "../clients/writer.ts";

/** Node gives memory back to the machine a while after it is free. */
export const MEMORY_SETTLES_MS = 3_000;

/** Waits for something that other processes bring about. Throws when it does not come. */
export async function until(what: string, isSo: () => boolean, withinMs = 60_000): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    if (performance.now() - start > withinMs) throw new Error(`waited in vain until ${what}`);
    await sleep(2);
  }
}

/** Throws unless all copies are the same text. Returns it. */
export function equalText(writers: readonly Writer[]): string {
  const [first = "", ...others] = writers.map((writer) => writer.text());
  for (const other of others) {
    if (other !== first) throw new Error(`texts differ: ${first.length} and ${other.length} units`);
  }
  return first;
}

/** Throws unless a text has this length. The relay's stand-in for a text has none. */
export function checkLength(text: string, length: number): void {
  if (text.length !== length && !/^\d+ frames/.test(text)) {
    throw new Error(`the text has ${text.length} units, not ${length}`);
  }
}

/** Opens many documents, some at a time. */
export async function openAll(
  documents: readonly string[],
  open: (document: string) => Promise<Writer>,
): Promise<Writer[]> {
  const writers: Writer[] = [];
  for (let next = 0; next < documents.length; next += 20) {
    writers.push(...(await Promise.all(documents.slice(next, next + 20).map(open))));
  }
  return writers;
}
