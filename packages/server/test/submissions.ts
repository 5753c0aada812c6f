import { type Component, decodeOperation, Operation, Text } from "@interline/ot";
import { Authority, type Submission } from "../src/authority.ts";
import type { HistoryBounds } from "../src/history-window.ts";
import type { CommitAnswer, Entry } from "../src/log/document-log.ts";
import { EMPTY_HEAD } from "../src/log/document-log.ts";

/** A submission with what a test does not care about filled in. */
export function submission(
  session: string,
  seq: number,
  version: number,
  length: number,
  operation: unknown,
  more: Partial<Submission> = {},
): Submission {
  const components = operation instanceof Operation ? operation.toJSON() : operation;
  const decoded = decodeOperation(components, length, { maxComponents: 1000 });
  const rest = { fence: `f-${session}`, settled: 0, author: session, selection: undefined };
  return { session, seq, version, length, operation: decoded, ...rest, ...more };
}

/** An empty authority whose entry ids are e1, e2, … in the order in which they are made. */
export function emptyAuthority(
  options: { maxDocumentLength?: number; history?: HistoryBounds } = {},
): Authority {
  let made = 0;
  return new Authority({
    head: EMPTY_HEAD,
    text: Text.empty,
    maxDocumentLength: options.maxDocumentLength ?? 1000,
    history: options.history,
    newEntryId: () => `e${++made}`,
  });
}

/** Commits what waits, as a log would. Returns the texts of the operations as they were committed. */
export function commitAll(authority: Authority): Operation[] {
  const operations: Operation[] = [];
  for (;;) {
    const { batch } = authority.nextBatch(1);
    if (batch === undefined) return operations;
    const { committed } = authority.settle(accepted(authority));
    for (const { entry } of committed) operations.push(entry.operation);
  }
}

/** What a log says to a good batch. */
export function accepted(authority: Authority): Extract<CommitAnswer, { outcome: "committed" }> {
  return { outcome: "committed", head: authority.head };
}

/** An entry that another node has put into the log. Without `baseLength` every version is one code point long. */
export function foreignEntry(
  version: number,
  components: readonly Component[],
  { baseLength = version - 1, ...more }: Partial<Entry> & { readonly baseLength?: number } = {},
): Entry {
  return {
    version,
    entryId: `x${version}`,
    session: "foreign",
    seq: version,
    operation: Operation.from(components, baseLength),
    author: "z",
    time: 1,
    ...more,
  };
}
