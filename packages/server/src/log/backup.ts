import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createGunzip } from "node:zlib";
import { ServerError } from "../errors.ts";
import { LevelStore } from "./level-store.ts";
import { checkFormat, FORMAT_KEY } from "./store-format.ts";

/**
 * A backup is gzipped lines of JSON: what it is, then each record as `[key, value]` in the order of keys, then how many there are with a
 * hash of all lines before. Without its last line it is not whole.
 */
interface FirstLine {
  readonly interline: "backup";
  readonly format: 1;
  /** In ms since 1970. */
  readonly time: number;
}

interface LastLine {
  readonly records: number;
  readonly sha256: string;
}

/** How far a backup or a restoration is. @public */
export interface BackupProgress {
  readonly records: number;
  /** Bytes of the compressed backup that were read. */
  readonly bytes: number;
}

export type StoredRecord = readonly [key: string, value: string];

/** The lines of a backup, not compressed, some at a time. */
export async function* backupLines(
  pages: AsyncIterable<readonly StoredRecord[]>,
  time: number,
): AsyncGenerator<string> {
  const hash = createHash("sha256");
  let records = 0;
  const first: FirstLine = { interline: "backup", format: 1, time };
  let chunk = `${JSON.stringify(first)}\n`;
  for await (const page of pages) {
    for (const record of page) chunk += `${JSON.stringify(record)}\n`;
    records += page.length;
    hash.update(chunk);
    yield chunk;
    chunk = "";
  }
  hash.update(chunk);
  const last: LastLine = { records, sha256: hash.digest("hex") };
  yield `${chunk}${JSON.stringify(last)}\n`;
}

/**
 * Reads a backup, and checks that it is whole.
 * @throws ServerError `ERR_BACKUP_INVALID`, at the latest after the last record.
 * @public
 */
export async function* readBackup(
  source: AsyncIterable<Uint8Array>,
  onProgress: (progress: BackupProgress) => void = () => {},
): AsyncGenerator<readonly StoredRecord[]> {
  const hash = createHash("sha256");
  let bytes = 0;
  let records = 0;
  let isFirst = true;
  let last: LastLine | undefined;
  for await (const lines of linesOf(unzipped(source, (length) => (bytes += length)))) {
    const page: StoredRecord[] = [];
    for (const line of lines) {
      if (last !== undefined) throw invalid("something follows its end");
      const value = parsed(line);
      if (isFirst) {
        assertFirstLine(value);
        isFirst = false;
      } else if (isLastLine(value)) {
        last = value;
        continue;
      } else if (isRecord(value)) page.push(value);
      else throw invalid("a line of it is no record");
      hash.update(line).update("\n");
    }
    records += page.length;
    if (page.length > 0) yield page;
    onProgress({ records, bytes });
  }
  if (last === undefined) throw invalid("its end is missing");
  if (last.records !== records || last.sha256 !== hash.digest("hex")) throw invalid("it was changed");
}

/**
 * Makes a folder of a backup, whole or not at all.
 * @throws ServerError `ERR_BACKUP_INVALID`; `ERR_STORE_TOO_NEW` if a newer version wrote what is in it;
 *   `ERR_STORE_FAILED` if there is something in the folder already.
 * @public
 */
export async function restoreBackup(
  source: AsyncIterable<Uint8Array>,
  location: string,
  onProgress: (progress: BackupProgress) => void = () => {},
): Promise<void> {
  if ((await filesIn(location)) > 0) {
    throw new ServerError("ERR_STORE_FAILED", `there is something in ${location} already`);
  }
  const unfinished = `${location}.restoring`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(location), { recursive: true });
  const store = await LevelStore.open(unfinished);
  try {
    for await (const page of readBackup(source, onProgress)) {
      checkFormat(page.find(([key]) => key === FORMAT_KEY)?.[1], "this backup");
      await store.write(page.map(([key, value]) => ({ type: "put", key, value })));
    }
    await store.close();
    await rm(location, { recursive: true, force: true });
    await rename(unfinished, location);
  } catch (error) {
    await store.close();
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function filesIn(folder: string): Promise<number> {
  try {
    return (await readdir(folder)).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

/**
 * Longest line of a backup, in UTF-16 code units: far more than the longest document. A few bytes can be
 * unpacked to any number.
 */
const MAX_LINE_UNITS: number = 2 ** 27;

async function* unzipped(
  source: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const feed = async (): Promise<void> => {
    for await (const chunk of source) {
      count(chunk.length);
      if (!gunzip.write(chunk)) {
        await new Promise((resolve) => {
          gunzip.once("drain", resolve);
          gunzip.once("close", resolve);
        });
      }
      if (gunzip.destroyed) return;
    }
    gunzip.end();
  };
  const fed = feed().catch((error: unknown) => gunzip.destroy(error as Error));
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (cause) {
    const isOurs = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    if (!isOurs) throw cause;
    throw invalid("it is not whole, or not compressed as one", cause);
  } finally {
    gunzip.destroy();
    await fed;
  }
}

/**
 * Lines in the order that they came in. A line is put together once, when its end is there: cost linear in
 * the bytes.
 */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  /** What has come of the line that has no end yet. */
  let begun: string[] = [];
  let units = 0;
  for await (const chunk of chunks) {
    const [first = "", ...lines] = decoder.decode(chunk, { stream: true }).split("\n");
    begun.push(first);
    units += first.length;
    if (units > MAX_LINE_UNITS) throw invalid("a line of it is too long");
    const last = lines.pop();
    if (last === undefined) continue;
    yield [begun.join(""), ...lines];
    begun = [last];
    units = last.length;
  }
  if (units > 0) throw invalid("its last line is not whole");
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid("a line of it is not JSON", cause);
  }
}

function assertFirstLine(value: unknown): asserts value is FirstLine {
  const line = value as Partial<Record<keyof FirstLine, unknown>> | null;
  if (typeof line !== "object" || line?.interline !== "backup") throw invalid("it does not begin as one");
  if (line.format !== 1) throw invalid("it was made by a newer version of the program");
}

function isLastLine(value: unknown): value is LastLine {
  return typeof value === "object" && value !== null && "records" in value && "sha256" in value;
}

function isRecord(value: unknown): value is StoredRecord {
  return Array.isArray(value) && value.length === 2 && value.every((field) => typeof field === "string");
}

function invalid(why: string, cause?: unknown): ServerError {
  return new ServerError("ERR_BACKUP_INVALID", `this is no whole backup: ${why}`, { cause });
}
