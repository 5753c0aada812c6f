import type { Selection } from "@interline/ot";
import type { Appended, Entry, Head, NewEntry } from "@interline/server";
import { type EntryValue, entryOf } from "@interline/server/log";

/**
 * What is published about a document. A message says from which node it comes, so that nobody listens to itself. Nothing depends on any of
 * them coming: they save time.
 */
export type Message =
  /** Entries were committed after a state; none are told if they are too long. Made by the script that commits. */
  | readonly [
      kind: "e",
      node: string,
      version: number,
      entryId: string,
      entries?: readonly EntryValue[],
      carets?: readonly (Caret | null)[],
    ]
  /** The document's record changed. */
  | readonly [kind: "r", node: string];

type Caret = readonly [anchor: number, head: number];

/** What a message begins with that comes from this node, and which therefore need not be read. */
export function isFrom(node: string, message: string): boolean {
  // ["e","node"…
  return message.startsWith(node, OFFSET_OF_NODE);
}

const OFFSET_OF_NODE = '["e","'.length;

export function parseMessage(message: string): Message {
  return JSON.parse(message) as Message;
}

/** The carets of a batch, for the script that commits. */
export function caretsOf(entries: readonly NewEntry[]): string {
  const carets = entries.map(({ selection }) =>
    selection === undefined ? null : ([selection.anchor, selection.head] satisfies Caret),
  );
  return JSON.stringify(carets);
}

/** What was appended after a version; undefined if the message leaves it out. */
export function appendedOf([, , version, , entries, carets]: Extract<Message, readonly ["e", ...unknown[]]>):
  | readonly Appended[]
  | undefined {
  return entries?.map((value, index) => ({
    entry: entryOf(version + index + 1, value),
    selection: selectionOf(carets?.[index] ?? null),
  }));
}

function selectionOf(caret: Caret | null): Selection | undefined {
  return caret === null ? undefined : { anchor: caret[0], head: caret[1] };
}

/** The head after entries that follow it. */
export function headAfter(
  { version }: Pick<Head, "version">,
  entries: readonly Pick<Entry, "entryId">[],
): {
  readonly version: number;
  readonly entryId: string;
} {
  return { version: version + entries.length, entryId: entries.at(-1)?.entryId ?? "" };
}
