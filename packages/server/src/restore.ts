import { type Operation, replaceOperation, type Text, transformPair } from "@interline/ot";
import type { HistoryWindow } from "./history-window.ts";
import type { DocumentLog, Entry, Head, NewEntry } from "./log/document-log.ts";

/** Attempts, while others restore the same or write on. */
const MAX_ATTEMPTS = 16;
/** Entries that are compared, and restored, at once. */
const MAX_RESTORED = 512;

export interface RestoreOptions {
  readonly document: string;
  readonly log: DocumentLog;
  /** What is known here of the log as it was. */
  readonly history: Pick<HistoryWindow, "entries" | "entryIdAt" | "start">;
  readonly head: Head;
  /** The text at the head. */
  readonly text: Text;
  readonly newEntryId: () => string;
  /** In ms since 1970. */
  readonly now: () => number;
}

/**
 * Puts entries back that a log has lost and that are still known here. Where nothing was written since, they are the same entries as before
 * and nobody notices; otherwise they are moved over what was written, as any late operation. A log that is empty and whose beginning is not
 * known here gets the text as one entry. Every server that has the document open may do it at once: sequence numbers are restored with the
 * entries, so each is there once. Returns how many entries were restored here. Rejects if the log cannot be read or written.
 */
export async function restoreLost(options: RestoreOptions): Promise<number> {
  let restored = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { log, document } = options;
    const now = await log.readHead(document);
    const lost = await lostEntries(options, now);
    if (lost === undefined || lost.length === 0) return restored;
    const batch = { expected: now, entries: lost, time: options.now(), isRestored: true };
    const answer = await log.commit(document, batch);
    if (answer.outcome === "committed") restored += lost.length;
    // What was written again since by its author is there already: what comes before it can be restored, what follows it builds on it.
    else if (answer.outcome === "rejected" && answer.bad.length > 0 && answer.missing.length === 0) {
      const [bad] = answer.bad;
      const first = lost.findIndex(({ session, seq }) => session === bad?.session && seq === bad.seq);
      if (first <= 0) return restored;
      const before = await log.commit(document, { ...batch, entries: lost.slice(0, first) });
      return before.outcome === "committed" ? restored + first : restored;
    }
  }
  return restored;
}

/** The next entries that the log lacks, so that they follow its head; undefined if what is known here says nothing about them. */
async function lostEntries(options: RestoreOptions, now: Head): Promise<NewEntry[] | undefined> {
  const { history, head, log, document, text } = options;
  if (now.version === 0 && history.start > 0) return text.points === 0 ? [] : wholeText(options);
  const common = await commonVersion(options, now);
  if (common === undefined || common === head.version) return undefined;
  const lost = history.entries(common, Math.min(head.version, common + MAX_RESTORED)) ?? [];
  const added = (await log.readEntries(document, common, now.version)) ?? [];
  let others = added.map((entry) => ({ key: keyOf(entry), operation: entry.operation }));
  const moved: NewEntry[] = [];
  for (const entry of lost) {
    // If another server has restored it since, only what stands before it there was written beside it.
    const at = others.findIndex(({ key }) => key === keyOf(entry));
    const beside = at < 0 ? others : others.slice(0, at);
    let { operation } = entry;
    const passed = beside.map(({ key, operation: other }) => {
      const [mine, theirs] = transformPair(operation, other);
      operation = mine;
      return { key, operation: theirs };
    });
    others = at < 0 ? passed : [...passed, ...others.slice(at + 1)];
    if (at < 0) moved.push(newEntry(entry, operation));
  }
  // Nothing that does not follow the head may ever come into the log.
  return (moved[0]?.operation.baseLength ?? now.length) === now.length ? moved : undefined;
}

function keyOf({ session, seq }: Pick<Entry, "session" | "seq">): string {
  return `${session} ${seq}`;
}

/** The newest version up to which the log and what is known here are the same; undefined if it is before what is known. */
async function commonVersion(
  { history, head, log, document }: RestoreOptions,
  now: Head,
): Promise<number | undefined> {
  let version = Math.min(now.version, head.version);
  if (version === now.version && history.entryIdAt(version) === now.entryId) return version;
  const from = Math.max(history.start, version - MAX_RESTORED);
  const theirs = (await log.readEntries(document, Math.max(0, from - 1), version)) ?? [];
  const idAt = new Map([[0, ""], ...theirs.map((entry) => [entry.version, entry.entryId] as const)]);
  while (version > from && history.entryIdAt(version) !== idAt.get(version)) version--;
  return history.entryIdAt(version) === idAt.get(version) ? version : undefined;
}

/** The whole text as the first entry, then nothing more than the number of each session that wrote of late. */
function wholeText({ history, head, text, newEntryId }: RestoreOptions): NewEntry[] {
  const whole = text.toString();
  const length = text.points;
  const first: NewEntry = {
    entryId: newEntryId(),
    session: `restored-${newEntryId()}`,
    seq: 1,
    fence: "",
    settled: 1,
    operation: replaceOperation(0, 0, whole, 0),
    length,
    author: "",
  };
  const newest = new Map<string, Entry>();
  for (const entry of history.entries(history.start, head.version) ?? []) newest.set(entry.session, entry);
  const nothing = replaceOperation(0, 0, "", length);
  return [
    first,
    ...[...newest.values()].map((entry) => newEntry({ ...entry, entryId: newEntryId() }, nothing)),
  ];
}

function newEntry({ entryId, session, seq, author }: Entry, operation: Operation): NewEntry {
  return { entryId, session, seq, fence: "", settled: 0, operation, length: operation.targetLength, author };
}
