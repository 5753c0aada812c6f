import { ServerError } from "../errors.ts";
import { breathe, cut, SLICE_UNITS } from "../slices.ts";
import { Unescaper } from "../unescaper.ts";
import type { Checkpoint } from "./document-log.ts";

/**
 * Checkpoints as they are stored: as `encodeCheckpoint` writes them, in UTF-8, but slice by slice, with
 * others let in between.
 */

/** What stands before the text. */
const HEAD = /^\[(\d+),"([\w-]*)","/;
/** Longer than any head. */
const HEAD_BYTES = 256;
/** What stands behind it: `"]`. */
const END_BYTES = 2;

/** Law: these are the bytes of `encodeCheckpoint`. */
export async function checkpointBytes(checkpoint: Checkpoint): Promise<Buffer> {
  const { version, entryId } = checkpoint;
  const pieces = [Buffer.from(`[${version},${JSON.stringify(entryId)},"`)];
  for (const slice of checkpoint.slices ?? cut(checkpoint.text)) {
    pieces.push(Buffer.from(JSON.stringify(slice).slice(1, -1)));
    await breathe();
  }
  pieces.push(Buffer.from('"]'));
  // Copied piece by piece: the first use of fresh memory is what takes the time.
  const bytes = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    at += piece.copy(bytes, at);
    if (piece.length > SLICE_UNITS / 2) await breathe();
  }
  return bytes;
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
  return slicedCheckpoint(version, entryId, slices);
}

/** A checkpoint whose text is put together when it is asked for. */
export function slicedCheckpoint(version: number, entryId: string, slices: Iterable<string>): Checkpoint {
  const checkpoint = {
    version,
    entryId,
    get text(): string {
      return [...slices].join("");
    },
  };
  return Object.defineProperty(checkpoint, "slices", { value: slices });
}

function headOf(bytes: Uint8Array): { version: number; entryId: string; length: number } {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  const [head, version, entryId = ""] = HEAD.exec(start.toString("latin1")) ?? [];
  if (head === undefined) throw corrupt();
  return { version: Number(version), entryId, length: head.length };
}

function corrupt(cause?: unknown): ServerError {
  return new ServerError("ERR_STORE_CORRUPT", "a checkpoint of the store cannot be read", { cause });
}
