import type { SessionRow } from "@interline/server";
import { tooManyFields } from "@interline/server/log";

/** A session's row as Redis keeps it: fence (or "-"), lastSeq, lastVersion, settled, since, lastUsed, with spaces between. */
export type RowText = string;

const FIELDS = 6;

export function rowOf(text: RowText): SessionRow {
  const fields = text.split(" ");
  if (fields.length > FIELDS) throw tooManyFields(fields.length, FIELDS);
  const [fence = "", ...numbers] = fields;
  const [lastSeq = 0, lastVersion = 0, settled = 0, since = 0, lastUsed = 0] = numbers.map(Number);
  return { fence: fence === "-" ? "" : fence, lastSeq, lastVersion, settled, since, lastUsed };
}

export function rowTextOf({ fence, lastSeq, lastVersion, settled, since, lastUsed }: SessionRow): RowText {
  return [fence === "" ? "-" : fence, lastSeq, lastVersion, settled, since, lastUsed].join(" ");
}
