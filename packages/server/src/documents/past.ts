import { apply, Text } from "@interline/ot";
import { ServerError, ServerErrorCode } from "../errors.ts";
import type { DocumentLog, Entry } from "../log/document-log.ts";

/** Entries that are read at a time, and texts that are put together at a time. */
const READ_ENTRIES = 1000;
const AT_ONCE = 2;

/** What documents were: their entries, and their texts at older versions. */
export class Past {
  readonly #log: DocumentLog;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

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

  /**
   * The text at a version that the log has: O(entries from the checkpoint, or else from the beginning, to there). A few are put
   * together at a time; others wait.
   * @throws ServerError `ERR_HISTORY_TRIMMED` if what it takes is not kept any more.
   */
  async textAt(document: string, version: number): Promise<Text> {
    while (this.#running >= AT_ONCE) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#running++;
    try {
      return await this.#textAt(document, version);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #textAt(document: string, version: number): Promise<Text> {
    const checkpoint = await this.#log.loadCheckpoint(document);
    const isOf = checkpoint !== undefined && checkpoint.version <= version;
    let at = isOf ? checkpoint.version : 0;
    let text = isOf ? Text.of(checkpoint.text) : Text.empty;
    while (at < version) {
      const entries = await this.entries(document, at, Math.min(READ_ENTRIES, version - at));
      if (entries.length === 0) throw trimmed(at + 1);
      for (const { operation } of entries) text = apply(text, operation);
      at += entries.length;
    }
    return text;
  }
}

function trimmed(version: number): ServerError {
  return new ServerError(ServerErrorCode.HistoryTrimmed, `version ${version} is not kept any more`);
}
