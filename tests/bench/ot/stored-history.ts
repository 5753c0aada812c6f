import { brotliCompressSync, deflateRawSync } from "node:zlib";
import { encodeHistory, replaceOperation, type StoredEntry, type StoredHistory } from "@interline/ot";
import { loadTrace, type Trace } from "../../support/traces.ts";
import { against, type Row } from "../measure.ts";

/** Bytes of `Doc.toBytes()` of npm diamond-types-node 1.0.2 after the same trace, without times; measured once. */
const DIAMOND_TYPES_BYTES = 108_992;
const TARGET = 0.8;

/** The times of the entries: as in the trace; or made up, 180 ms a key on average and 2 s more at a new place, in full or by the second. */
type Times = "the trace's own times" | "made-up times in s" | "made-up times in ms";

/** automerge-paper as a stored history, an entry per keystroke. */
export function paperHistory(trace: Trace, times: Times): StoredHistory {
  let clock = 1_600_000_000_000;
  let expected = 0;
  let noise = 1;
  let length = Array.from(trace.startContent).length;
  const baseLength = length;
  const entries = trace.txns.flatMap(({ time, patches }) =>
    patches.map(([position, deleted, inserted]): StoredEntry => {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      clock +=
        Math.round(60 - 120 * Math.log(1 - (noise >>> 8) / 2 ** 24)) + (position === expected ? 0 : 2_000);
      expected = position + inserted.length;
      const madeUp = times === "made-up times in ms" ? clock : Math.floor(clock / 1_000) * 1_000;
      const operation = replaceOperation(position, position + deleted, inserted, length);
      length = operation.targetLength;
      return {
        operation,
        author: "author",
        at: times === "the trace's own times" ? Date.parse(time) : madeUp,
      };
    }),
  );
  return { baseLength, entries };
}

/** Bytes of automerge-paper with authors, times and every keystroke by itself. */
export async function storedHistoryRows(): Promise<readonly Row[]> {
  const trace = await loadTrace("automerge-paper");
  const all: readonly Times[] = ["the trace's own times", "made-up times in s", "made-up times in ms"];
  return all.flatMap((times) => {
    const bytes = encodeHistory(paperHistory(trace, times));
    return [
      row(`${times}, deflate`, deflateRawSync(bytes, { level: 9 })),
      row(`${times}, brotli`, brotliCompressSync(bytes)),
    ];
  });
}

function row(name: string, bytes: Uint8Array): Row {
  const anchor = "diamond-types-node 1.0.2, without times";
  return against(
    `stored history of automerge-paper, ${name}`,
    "bytes",
    bytes.length,
    anchor,
    DIAMOND_TYPES_BYTES,
    TARGET,
  );
}
