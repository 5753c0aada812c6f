import { replaceOperation, Text } from "@interline/ot";
import type { NewEntry, OpenSessionRequest } from "@interline/server";

/** Opens a session from the start of a document. */
export function open(session: string, fence = "f"): OpenSessionRequest {
  return { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, fence, time: 1 };
}

/** Writes at the end of a document of `length` code points, and leaves the caret before what it wrote. */
export function insert(text: string, length: number, seq: number, session = "s"): NewEntry {
  const added = Text.of(text).points;
  return {
    entryId: `${session}${seq}`,
    session,
    seq,
    fence: "f",
    settled: 0,
    author: "ann",
    operation: replaceOperation(length, length, text, length),
    length: length + added,
    selection: { anchor: length, head: length + 1 },
  };
}
