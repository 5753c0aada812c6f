import type { ClientMessageOf, SnapshotReason } from "@interline/protocol";
import type { Authority } from "./authority.ts";
import type { DocumentLog, OpenSessionAnswer } from "./log/document-log.ts";

/** How a channel begins: with what the client missed, or with the whole text and the reason for it. */
export type Opening =
  | { readonly mode: "log" }
  | { readonly mode: "snapshot"; readonly reason: SnapshotReason };

/**
 * How a client's copy relates to the log (rule S1). The order of the checks is part of the rule. Rejects if the log cannot
 * be read.
 */
export async function openingFor(
  message: Pick<ClientMessageOf<"open">, "document" | "version" | "entryId" | "lastSeq">,
  answer: OpenSessionAnswer,
  authority: Authority,
  log: DocumentLog,
): Promise<Opening> {
  const { document, version, entryId } = message;
  if (!answer.isFateKnown) return { mode: "snapshot", reason: "fate-unknown" };
  if (answer.row.lastSeq > message.lastSeq) return { mode: "snapshot", reason: "stale" };
  // Who has nothing needs no history: the text as it is now is one insert.
  if (version === 0 && entryId === "" && answer.row.lastVersion === 0) return { mode: "log" };
  if (version > authority.head.version) return { mode: "snapshot", reason: "diverged" };
  const known = authority.history.entryIdAt(version) ?? (await readEntryId(log, document, version));
  if (known === undefined) return { mode: "snapshot", reason: "trimmed" };
  return known === entryId ? { mode: "log" } : { mode: "snapshot", reason: "diverged" };
}

/** Id of the entry that made a version; undefined if the entries after that version are trimmed. */
async function readEntryId(log: DocumentLog, document: string, version: number): Promise<string | undefined> {
  if (version > 0) {
    const [entry] = (await log.readEntries(document, version - 1, version)) ?? [];
    if (entry !== undefined) return entry.entryId;
  }
  const following = await log.readEntries(document, version, version + 1);
  if (following === undefined) return undefined;
  if (version === 0) return "";
  const checkpoint = await log.loadCheckpoint(document);
  return checkpoint?.version === version ? checkpoint.entryId : undefined;
}
