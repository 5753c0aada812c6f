import { Operation, OtError, splitsPair } from "@interline/ot";
import { ServerError } from "../errors.ts";
import { breathe, SLICE_UNITS } from "../slices.ts";
import { Unescaper } from "../unescaper.ts";
import {
  type Checkpoint,
  type CommitBatch,
  EMPTY_HEAD,
  type Entry,
  type Head,
  type NewEntry,
  type SessionRow,
} from "./document-log.ts";

/** Records as they are stored: lists in JSON. */

/** UTF-16 code units that are encoded at once, at most: some ms. */
const MAX_UNITS_AT_ONCE = 524_288;

/** An entry without its version, which is the key that it lies under. */
export type EntryValue = [
  entryId: string,
  session: string,
  seq: number,
  baseLength: number,
  operation: ReturnType<Operation["toJSON"]>,
  author: string,
  time: number,
];

export function encodeEntry(entry: Omit<Entry, "version">): string {
  const { entryId, session, seq, operation, author, time } = entry;
  const value: EntryValue = [entryId, session, seq, operation.baseLength, operation.toJSON(), author, time];
  return JSON.stringify(value);
}

/**
 * The entries of a batch as they are stored. What takes some ms is done in slices, and `finish` is part of
 * it; nearly every batch is short, and then there is no promise.
 */
export function encodeBatch<Value>(
  { entries, time }: CommitBatch,
  finish: (value: string) => Value,
): Value[] | Promise<Value[]> {
  const encode = (entry: NewEntry): Value => finish(encodeEntry({ ...entry, time }));
  const units = entries.reduce((sum, { operation }) => sum + operation.insertedUnits, 0);
  return units <= MAX_UNITS_AT_ONCE ? entries.map(encode) : encodeInSlices(entries, encode);
}

async function encodeInSlices<Value>(
  entries: readonly NewEntry[],
  encode: (entry: NewEntry) => Value,
): Promise<Value[]> {
  const values: Value[] = [];
  for (const entry of entries) {
    values.push(encode(entry));
    await breathe();
  }
  return values;
}

export function decodeEntry(version: number, value: string): Entry {
  return entryOf(version, parseRecord(value, 7) as EntryValue);
}

/**
 * The same of many, by their versions. What takes some ms is done in slices, between which others are let in:
 * entry after entry, and a long one, which an older version of the program may have written, a slice of its
 * text after another.
 */
export async function decodeEntries(
  values: readonly (readonly [version: number, value: string])[],
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let units = 0;
  for (const [version, value] of values) {
    if (units > SLICE_UNITS) await breathe();
    units = units > SLICE_UNITS ? value.length : units + value.length;
    const isLong = value.length > MAX_UNITS_AT_ONCE;
    entries.push(isLong ? await decodeLongEntry(version, value) : decodeEntry(version, value));
  }
  return entries;
}

/** As `decodeEntry`. No number in an entry is below 0: one that is stands for a long string. */
async function decodeLongEntry(version: number, value: string): Promise<Entry> {
  const strings: string[] = [];
  let skeleton = "";
  let at = 0;
  for (let quote = value.indexOf('"'); quote >= 0; quote = value.indexOf('"', at)) {
    const end = endOfString(value, quote + 1);
    const isLong = end - quote > SLICE_UNITS;
    skeleton += isLong ? `${value.slice(at, quote)}${-strings.length - 1}` : value.slice(at, end + 1);
    if (isLong) strings.push(await unescaped(value.slice(quote + 1, end)));
    at = end + 1;
  }
  const parsed = parseRecord(skeleton + value.slice(at), 7) as EntryValue;
  parsed[4] = parsed[4].map((component) =>
    typeof component === "number" && component < 0 ? (strings[-component - 1] ?? component) : component,
  );
  return entryOf(version, parsed);
}

/**
 * Index of the quote that ends a string of JSON; of its last character if none does, which the parser then
 * refuses.
 */
function endOfString(json: string, from: number): number {
  for (let quote = json.indexOf('"', from); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let run = quote;
    while (run > from && json[run - 1] === "\\") run--;
    if ((quote - run) % 2 === 0) return quote;
  }
  return json.length;
}

/** The inside of a string of JSON, read slice by slice. */
async function unescaped(inside: string): Promise<string> {
  const unescaper = new Unescaper();
  const slices: string[] = [];
  try {
    for (let start = 0; start < inside.length; ) {
      let end = Math.min(inside.length, start + SLICE_UNITS);
      if (splitsPair(inside, end)) end--;
      slices.push(unescaper.take(inside.slice(start, end)));
      start = end;
      await breathe();
    }
    unescaper.end();
  } catch (cause) {
    throw new ServerError("ERR_STORE_CORRUPT", "a record of the store is not JSON", { cause });
  }
  return slices.join("");
}

/** @throws ServerError `ERR_STORE_CORRUPT` */
export function entryOf(version: number, value: EntryValue): Entry {
  const [entryId, session, seq, baseLength, components, author, time] = value;
  try {
    const operation = Operation.from(components, baseLength);
    return { version, entryId, session, seq, operation, author, time };
  } catch (error) {
    if (!(error instanceof OtError)) throw error;
    throw new ServerError("ERR_STORE_CORRUPT", `entry ${version} of the store is no operation`, {
      cause: error,
    });
  }
}

type RowValue = [
  lastSeq: number,
  lastVersion: number,
  settled: number,
  since: number,
  lastUsed: number,
  fence?: string,
];

/** Without its fence: a row that is read again after a restart belongs to no connection. */
export function encodeRow({ lastSeq, lastVersion, settled, since, lastUsed }: SessionRow): string {
  return JSON.stringify([lastSeq, lastVersion, settled, since, lastUsed] satisfies RowValue);
}

/** With its fence: a row that came from another log may belong to a connection there. */
export function encodeMovedRow({
  lastSeq,
  lastVersion,
  settled,
  since,
  lastUsed,
  fence,
}: SessionRow): string {
  return JSON.stringify([lastSeq, lastVersion, settled, since, lastUsed, fence] satisfies RowValue);
}

export function decodeRow(value: string): SessionRow {
  const [lastSeq, lastVersion, settled, since, lastUsed, fence = ""] = parseRecord(value, 6, 5) as RowValue;
  return { fence, lastSeq, lastVersion, settled, since, lastUsed };
}

type HeadValue = [version: number, entryId: string, length: number, forgotten: number];

export function encodeHead({ version, entryId, length }: Head, forgotten: number): string {
  return JSON.stringify([version, entryId, length, forgotten] satisfies HeadValue);
}

export function decodeHead(value: string | undefined): { head: Head; forgotten: number } {
  if (value === undefined) return { head: EMPTY_HEAD, forgotten: 0 };
  const [version, entryId, length, forgotten] = parseRecord(value, 4) as HeadValue;
  return { head: { version, entryId, length }, forgotten };
}

type CheckpointValue = [version: number, entryId: string, text: string];

export function encodeCheckpoint({ version, entryId, text }: Checkpoint): string {
  return JSON.stringify([version, entryId, text] satisfies CheckpointValue);
}

/** A record as an object. */
export function parseObject(value: string): object {
  const parsed = parseJson(value);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new ServerError("ERR_STORE_CORRUPT", "a record of the store is not an object");
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new ServerError("ERR_STORE_CORRUPT", "a record of the store is not JSON", {
      cause: error,
    });
  }
}

/**
 * A record as a list of so many fields, those from the `least`-th on optional.
 * @throws ServerError `ERR_STORE_CORRUPT`; `ERR_STORE_TOO_NEW` if it has more: to pass one over would be to lose it
 */
export function parseRecord(value: string, most: number, least: number = most): unknown {
  const parsed = parseJson(value);
  if (!Array.isArray(parsed) || parsed.length < least) {
    throw new ServerError("ERR_STORE_CORRUPT", `a record of the store has not ${least} fields`);
  }
  if (parsed.length > most) throw tooManyFields(parsed.length, most);
  return parsed;
}

/** A record with fields that are not known here. */
export function tooManyFields(found: number, known: number): ServerError {
  const message = `a newer version of the program wrote a record of the store: it has ${found} fields, and this version knows ${known}`;
  return new ServerError("ERR_STORE_TOO_NEW", message);
}
