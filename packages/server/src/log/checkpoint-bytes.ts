import { ServerError, ServerErrorCode } from "../errors.ts";
import { breathe, SLICE_UNITS } from "../slices.ts";
import { Unescaper } from "../unescaper.ts";
import type { Checkpoint } from "./document-log.ts";

/** Checkpoints as they are stored: as `encodeCheckpoint` writes them, in UTF-8, but slice by slice, with others let in between. */

/** What stands before the text. */
const HEAD = /^\[(\d+),"([\w-]*)","/;
/** Longer than any head. */
const HEAD_BYTES = 256;
/** What stands behind it: `"]`. */
const END_BYTES = 2;

/** Law: these are the bytes of `encodeCheckpoint`. */
export async function checkpointBytes({ version, entryId, text }: Checkpoint): Promise<Buffer> {
  const pieces = [Buffer.from(`[${version},${JSON.stringify(entryId)},"`)];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + SLICE_UNITS);
    // Half a character would be written as an escape.
    if ((text.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
    pieces.push(Buffer.from(JSON.stringify(text.slice(start, end)).slice(1, -1)));
    start = end;
    if (start < text.length) await breathe();
  }
  pieces.push(Buffer.from('"]'));
  return Buffer.concat(pieces);
}

/** Of which state a checkpoint is. Cost: O(1). @throws ServerError `ERR_STORE_CORRUPT` */
export function stateOfCheckpoint(bytes: Uint8Array): Pick<Checkpoint, "version" | "entryId"> {
  const { version, entryId } = headOf(bytes);
  return { version, entryId };
}

/** Rejects with `ERR_STORE_CORRUPT` if they are no checkpoint. */
export async function readCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { version, entryId, length } = headOf(bytes);
  const end = bytes.length - END_BYTES;
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const unescaper = new Unescaper();
  const slices: string[] = [];
  try {
    for (let start = length; start < end; start += SLICE_UNITS) {
      const slice = bytes.subarray(start, Math.min(end, start + SLICE_UNITS));
      slices.push(unescaper.take(utf8.decode(slice, { stream: true })));
      if (start + SLICE_UNITS < end) await breathe();
    }
    utf8.decode();
    unescaper.end();
  } catch (cause) {
    throw corrupt(cause);
  }
  if (bytes[end] !== 0x22 || bytes[end + 1] !== 0x5d) throw corrupt();
  return { version, entryId, text: slices.join("") };
}

function headOf(bytes: Uint8Array): { version: number; entryId: string; length: number } {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  const [head, version, entryId = ""] = HEAD.exec(start.toString("latin1")) ?? [];
  if (head === undefined) throw corrupt();
  return { version: Number(version), entryId, length: head.length };
}

function corrupt(cause?: unknown): ServerError {
  return new ServerError(ServerErrorCode.StoreCorrupt, "a checkpoint of the store cannot be read", { cause });
}
