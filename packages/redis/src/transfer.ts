import {
  type DocumentExport,
  type DocumentLog,
  type Entry,
  randomToken,
  ServerError,
} from "@interline/server";
import {
  checkpointBytes,
  decodeEntries,
  encodeEntry,
  readCheckpoint,
  upToWeight,
} from "@interline/server/log";
import { MOVE_OUT, PLACE, REMOVE, STAGE_ENTRIES, STAGE_ROWS } from "./cold-scripts.ts";
import type { RedisStore } from "./redis-store.ts";
import { rowOf, type RowText, rowTextOf } from "./rows.ts";

/** What `EXPORT` answers. */
export type ExportReply = readonly [
  mark: string,
  version: string,
  entryId: string,
  length: string,
  forgotten: string,
  firstId: string,
  checkpoint: string,
  rows: readonly string[],
];

/** Entries and rows that are read or written at once. */
const PAGE = 500;
/** Entries that are read at once at first where they may be heavy. */
const FIRST_READ = 8;
/** What is staged and never placed is gone after so long, in ms. */
const STAGED_MS = 60_000;

/** Takes documents out of Redis, and puts them in, whole. */
export class Transfer {
  readonly #store: RedisStore;

  constructor(store: RedisStore) {
    this.#store = store;
  }

  /** Keys of everything of a document. */
  keysOf(document: string): readonly string[] {
    const { keys } = this.#store;
    return [keys.head(document), keys.sessions(document), keys.log(document), keys.checkpoint(document)];
  }

  /** What `EXPORT` answered. Entries are read by `readEntries`, as that of a log. */
  async exported(
    document: string,
    reply: ExportReply,
    readEntries: DocumentLog["readEntries"],
  ): Promise<DocumentExport> {
    const [, version, entryId, length, forgotten, firstId, checkpoint, fields] = reply;
    const rows: (readonly [session: string, row: ReturnType<typeof rowOf>])[] = [];
    for (let at = 0; at < fields.length; at += 2) rows.push([fields[at] ?? "", rowOf(fields[at + 1] ?? "")]);
    return {
      head: { version: Number(version), entryId, length: Number(length) },
      forgotten: Number(forgotten),
      checkpoint: checkpoint === "" ? undefined : await readCheckpoint(Buffer.from(checkpoint)),
      rows,
      entries: pages(document, firstId, Number(version), readEntries),
    };
  }

  /** Entries that are there. With `maxWeight` some at a time, until they are so heavy. */
  async readEntries(
    document: string,
    after: number,
    to: number,
    maxWeight: number = Infinity,
  ): Promise<readonly Entry[]> {
    const key = this.#store.keys.log(document);
    const last = Number.isSafeInteger(to) ? `${to}-0` : "+";
    const read = async (from: number, count?: number): Promise<readonly Entry[]> => {
      const first = `${from + 1}-0`;
      const found = await this.#store.command((client) =>
        count === undefined
          ? client.xrange(key, first, last)
          : client.xrange(key, first, last, "COUNT", count),
      );
      return decodeEntries(found.map(([id, fields]) => [Number.parseInt(id, 10), fields[3] ?? ""] as const));
    };
    if (maxWeight === Infinity) return read(after);
    const entries: Entry[] = [];
    for (let count = FIRST_READ; ; count = Math.min(2 * count, PAGE)) {
      const some = await read(entries.at(-1)?.version ?? after, count);
      entries.push(...some);
      const light = upToWeight(entries, maxWeight);
      if (some.length < count || light.length < entries.length) return light;
    }
  }

  /** Puts a document together beside its place, then there, in one step. `copy`: what it must be cold as; "" if it must not be known. */
  async place(document: string, exported: DocumentExport, copy: string): Promise<"placed" | "other"> {
    const { head, forgotten, checkpoint, rows } = exported;
    const staged = this.#store.keys.staged(document, randomToken());
    const [sessions, log, text] = staged;
    for (let from = 0; from < rows.length; from += PAGE) {
      const some = rows.slice(from, from + PAGE);
      const args = some.flatMap(([session, row]): [string, RowText] => [session, rowTextOf(row)]);
      await this.#store.run(STAGE_ROWS, [sessions], [STAGED_MS, ...args]);
    }
    let count = 0;
    for await (const page of exported.entries) {
      count += page.length;
      for (let from = 0; from < page.length; from += PAGE) {
        const some = page.slice(from, from + PAGE);
        const args = some.flatMap((entry) => [entry.version, entry.entryId, encodeEntry(entry)]);
        await this.#store.run(STAGE_ENTRIES, [log], [STAGED_MS, ...args]);
      }
    }
    if (checkpoint !== undefined) {
      const value = await checkpointBytes(checkpoint);
      await this.#store.command((client) => client.set(text, value, "PX", STAGED_MS));
    }
    const state = {
      version: head.version,
      entryId: head.entryId,
      length: head.length,
      forgotten,
      ...(checkpoint && { checkpointVersion: checkpoint.version, checkpointId: checkpoint.entryId }),
    };
    const counts = [rows.length, count, checkpoint === undefined ? 0 : 1];
    const [logId, outcome] = (await this.#store.run(
      PLACE,
      [...this.keysOf(document), ...staged],
      [copy, ...counts, ...Object.entries(state).flat()],
    )) as [logId: string, outcome: "placed" | "other" | "lost"];
    if (outcome === "lost") {
      throw new ServerError("ERR_STORE_FAILED", `putting ${document} together took too long`);
    }
    await this.#store.replicated(this.#store.keys.head(document), logId);
    return outcome;
  }

  /** Leaves a word where a document was; none if `copy` is "". False if it is not as it was exported. */
  async moveOut(document: string, mark: string, copy: string, archive: string): Promise<boolean> {
    const args = [mark, copy, archive];
    const [logId, done] = (await this.#store.run(MOVE_OUT, this.keysOf(document), args)) as [string, number];
    await this.#store.replicated(this.#store.keys.head(document), logId);
    return done === 1;
  }

  async remove(document: string): Promise<void> {
    const logId = (await this.#store.run(REMOVE, this.keysOf(document), [])) as string;
    await this.#store.replicated(this.#store.keys.head(document), logId);
  }
}

async function* pages(
  document: string,
  firstId: string,
  last: number,
  readEntries: DocumentLog["readEntries"],
): AsyncGenerator<readonly Entry[]> {
  if (firstId === "") return;
  for (let after = Number.parseInt(firstId, 10) - 1; after < last; after += PAGE) {
    const to = Math.min(last, after + PAGE);
    const page = await readEntries(document, after, to);
    if (page?.length !== to - after) {
      throw new ServerError("ERR_HISTORY_TRIMMED", `${document} was trimmed or moved`);
    }
    yield page;
  }
}
