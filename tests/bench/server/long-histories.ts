import { replaceOperation } from "@interline/ot";
import type { DocumentLog } from "@interline/server";

const OPERATIONS = 1_000_000;
/** Of each document, in characters. */
export const LENGTH = 100_000;
const BATCH = 128;
/** Weight of operations between two checkpoints, and of one that replaces a character: see `checkpointWeight`, `weightOf`. */
const CHECKPOINT_WEIGHT = 65_536;
const WEIGHT = 25;

/** How many documents there are of each kind. */
export const COPIES = 3;
export const WARM_UPS = 20;

/**
 * Writes documents of one length into a log, each with the checkpoint that it has after everybody left:
 * `long-0` … of a million operations, `short-0` … and `warm-0` … of one. `killed-0` … have as many operations after their
 * checkpoint as there can be when the server is killed.
 */
export async function writeLongHistories(log: DocumentLog): Promise<void> {
  for (let copy = 0; copy < COPIES; copy++) {
    const checkpoint = await write(log, `long-${copy}`, OPERATIONS, OPERATIONS);
    await write(log, `killed-${copy}`, 10_000, 10_000 - Math.floor(CHECKPOINT_WEIGHT / WEIGHT));
    await write(log, `short-${copy}`, 1, 1, checkpoint);
  }
  for (let copy = 0; copy < WARM_UPS; copy++) await write(log, `warm-${copy}`, 1, 1);
}

/** Writes a text in one operation, then replaces a character at a time. Returns what it has come to. */
async function write(
  log: DocumentLog,
  document: string,
  operations: number,
  checkpointAt: number,
  text = "long text ".repeat(LENGTH / 10),
): Promise<string> {
  const letters = Array.from(text);
  const from = { session: "author", fence: "fence", settled: 0, author: "ann" };
  await log.openSession(document, { ...from, version: 0, lastSeq: 0, inFlight: false, time: 0 });
  for (let version = 0; version < operations; version += BATCH) {
    const entries = Array.from({ length: Math.min(BATCH, operations - version) }, (_, index) => {
      const made = version + index + 1;
      const at = (made * 7_919) % LENGTH;
      const letter = "abcdefgh"[made % 8] ?? "";
      if (made > 1 && made <= checkpointAt) letters[at] = letter;
      const operation =
        made === 1 ? replaceOperation(0, 0, text, 0) : replaceOperation(at, at + 1, letter, LENGTH);
      return { ...from, entryId: entryIdOf(made), seq: made, operation, length: LENGTH };
    });
    const expected = { version, entryId: version === 0 ? "" : entryIdOf(version) };
    const { outcome } = await log.commit(document, { expected, entries, time: 0 });
    if (outcome !== "committed") throw new Error(`${document}: ${outcome}`);
  }
  const saved = letters.join("");
  await log.saveCheckpoint(document, {
    version: checkpointAt,
    entryId: entryIdOf(checkpointAt),
    text: saved,
  });
  return saved;
}

function entryIdOf(version: number): string {
  return `e${String(version).padStart(10, "0")}`;
}
