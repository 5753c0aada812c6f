import type { SessionRow } from "@interline/server";

/** A session's row as Redis keeps it: fence (or "-"), lastSeq, lastVersion, settled, since, lastUsed, with spaces between. */
export type RowText = string;

export function rowOf(text: RowText): SessionRow {
  const [fence = "", ...numbers] = text.split(" ");
  const [lastSeq = 0, lastVersion = 0, settled = 0, since = 0, lastUsed = 0] = numbers.map(Number);
  return { fence: fence === "-" ? "" : fence, lastSeq, lastVersion, settled, since, lastUsed };
}

export function rowTextOf({ fence, lastSeq, lastVersion, settled, since, lastUsed }: SessionRow): RowText {
  return [fence === "" ? "-" : fence, lastSeq, lastVersion, settled, since, lastUsed].join(" ");
}
