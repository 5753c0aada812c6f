import { type Operation, Text } from "@interline/ot";
import { READ_ENTRIES, READ_WEIGHT } from "../committer.ts";
import { ServerError } from "../errors.ts";
import type { DocumentLog, Entry } from "../log/document-log.ts";
import { cut, textOfSlices, worked } from "../slices.ts";
import { applyInSteps, stepsAtOnce } from "./parts.ts";

/** Texts that are put together at a time, and pages of entries that are read at a time. */
const TEXTS_AT_ONCE = 2;
const READS_AT_ONCE = 8;

/** Does some work at a time; the rest waits in its order. */
class Queue {
  readonly #atOnce: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async do<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#running >= this.#atOnce) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

/** What documents were: their entries, and their texts at older versions. */
export class Past {
  readonly #log: DocumentLog;
  readonly #texts = new Queue(TEXTS_AT_ONCE);
  readonly #reads = new Queue(READS_AT_ONCE);

  constructor(log: DocumentLog) {
    this.#log = log;
  }

  /**
   * Entries `after` + 1 to `after` + `limit`, or to the head.
   * @throws ServerError `ERR_HISTORY_TRIMMED` if some are not kept any more.
   */
  async entries(document: string, after: number, limit: number): Promise<readonly Entry[]> {
    const entries = await this.#log.readEntries(document, after, after + limit);
    if (entries === undefined) throw trimmed(after + 1);
    return entries;
  }

  /** As `entries`, but fewer where they are heavy, and a few reads at a time. */
  async page(
    document: string,
    after: number,
    limit: number,
    maxWeight: number,
  ): Promise<{ readonly entries: readonly Entry[]; readonly next: number | undefined }> {
    return this.#reads.do(async () => {
      const entries = await this.#log.readEntries(document, after, after + limit, maxWeight);
      if (entries === undefined) throw trimmed(after + 1);
      const last = entries.at(-1)?.version ?? after;
      const { version } = await this.#log.readHead(document);
      return { entries, next: entries.length > 0 && last < version ? last : undefined };
    });
  }

  /**
   * The text at a version that the log has: O(entries from the checkpoint, or else from the beginning, to there). A few are put
   * together at a time; others wait.
   * @throws ServerError `ERR_HISTORY_TRIMMED` if what it takes is not kept any more.
   */
  async textAt(document: string, version: number): Promise<Text> {
    return this.#texts.do(() => this.#textAt(document, version));
  }

  async #textAt(document: string, version: number): Promise<Text> {
    const checkpoint = await this.#log.loadCheckpoint(document);
    const isOf = checkpoint !== undefined && checkpoint.version <= version;
    let at = isOf ? checkpoint.version : 0;
    let text = isOf ? await textOfSlices(checkpoint.slices ?? cut(checkpoint.text)) : Text.empty;
    while (at < version) {
      const to = Math.min(at + READ_ENTRIES, version);
      const entries = await this.#log.readEntries(document, at, to, READ_WEIGHT);
      if (entries === undefined || entries.length === 0) throw trimmed(at + 1);
      const operations = entries.map(({ operation }) => operation);
      text = await worked(applyAll(text, operations), stepsAtOnce(operations));
      at += entries.length;
    }
    return text;
  }
}

function* applyAll(text: Text, operations: readonly Operation[]): Generator<void, Text, void> {
  let changed = text;
  for (const operation of operations) changed = yield* applyInSteps(changed, operation);
  return changed;
}

function trimmed(version: number): ServerError {
  return new ServerError("ERR_HISTORY_TRIMMED", `version ${version} is not kept any more`);
}
