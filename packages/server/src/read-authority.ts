import { Authority, type AuthorityOptions } from "./authority.ts";
import { READ_ENTRIES, READ_WEIGHT } from "./committer.ts";
import { stepsAtOnce } from "./documents/parts.ts";
import type { DocumentLog } from "./log/document-log.ts";
import { cut, textOfSlices, worked } from "./slices.ts";

/** Reads of a document that is trimmed meanwhile, at most. */
const MAX_READS = 3;

/** A document as it is in the log, and the version that it was read from. */
export interface ReadDocument {
  readonly authority: Authority;
  readonly checkpointed: number;
}

/** Reads a document from the log: its checkpoint and the entries since. Rejects if the log cannot be read, or has a gap. */
export async function readAuthority(
  log: DocumentLog,
  document: string,
  options: Omit<AuthorityOptions, "head" | "text">,
): Promise<ReadDocument> {
  for (let attempt = 0; attempt < MAX_READS; attempt++) {
    const read = await readOnce(log, document, options);
    // Another server may have saved a later checkpoint meanwhile, and trimmed.
    if (read !== undefined) return read;
  }
  throw new RangeError(`the log of ${document} has a gap after its checkpoint`);
}

/** Undefined if entries are missing. */
async function readOnce(
  log: DocumentLog,
  document: string,
  options: Omit<AuthorityOptions, "head" | "text">,
): Promise<ReadDocument | undefined> {
  const checkpoint = await log.loadCheckpoint(document);
  const target = await log.readHead(document);
  const text = await textOfSlices(checkpoint?.slices ?? cut(checkpoint?.text ?? ""));
  const checkpointed = checkpoint?.version ?? 0;
  const head = { version: checkpointed, entryId: checkpoint?.entryId ?? "", length: text.points };
  const authority = new Authority({ ...options, head, text });
  while (authority.head.version < target.version) {
    const after = authority.head.version;
    const entries = await log.readEntries(document, after, after + READ_ENTRIES, READ_WEIGHT);
    if (entries === undefined || entries.length === 0) return undefined;
    await worked(authority.load(entries), stepsAtOnce(entries.map(({ operation }) => operation)));
  }
  return { authority, checkpointed };
}
