import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

/** Names of the traces in `tests/fixtures/traces`, the smallest first. */
export const traceNames = ["sveltecomponent", "friendsforever_flat", "rustcode", "automerge-paper"] as const;

/** Name of one trace. */
export type TraceName = (typeof traceNames)[number];

/**
 * One edit: position and number of characters to delete, both in Unicode code points of the text as the edits before left
 * it, then the text to insert there. No trace here has a character beyond U+FFFF, so both are UTF-16 offsets as well.
 * Example: `[5, 1, "o"]`.
 */
export type Patch = readonly [position: number, deleteCount: number, insertText: string];

/** A whole editing history, see `tests/fixtures/traces/README.md`. */
export interface Trace {
  readonly startContent: string;
  readonly endContent: string;
  /** In order; so are the patches of each. `time` is in the form of ISO 8601. */
  readonly txns: readonly { readonly time: string; readonly patches: readonly Patch[] }[];
}

/** Loads a trace. */
export async function loadTrace(name: TraceName): Promise<Trace> {
  const file = new URL(`../fixtures/traces/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(await readFile(file)).toString("utf8")) as Trace;
}

/** An editing history of two people who wrote at the same time. */
export interface ConcurrentTrace {
  readonly endContent: string;
  readonly txns: readonly {
    /** Numbers of the transactions that the author had seen last; with them, all that those had seen. */
    readonly parents: readonly number[];
    readonly agent: 0 | 1;
    readonly patches: readonly Patch[];
  }[];
}

/** Loads the trace of two people. Each transaction has one patch. */
export async function loadConcurrentTrace(): Promise<ConcurrentTrace> {
  const file = new URL("../fixtures/traces/friendsforever.concurrent.json.gz", import.meta.url);
  return JSON.parse(gunzipSync(await readFile(file)).toString("utf8")) as ConcurrentTrace;
}
