import { type DocumentLog, MemoryLog } from "@interline/server";

/** A log that can be taken back to before something happened, as by a replica that takes its place. */
export class RewoundLog implements DocumentLog {
  #log = new MemoryLog();
  #changes: ((log: DocumentLog) => Promise<unknown>)[] = [];

  /** Where the log is, in changes, to go back to. */
  get moment(): number {
    return this.#changes.length;
  }

  async rewind(moment: number): Promise<void> {
    this.#changes = this.#changes.slice(0, moment);
    this.#log = new MemoryLog();
    for (const change of this.#changes) await change(this.#log);
  }

  openSession: DocumentLog["openSession"] = (...args) => this.#change((log) => log.openSession(...args));
  commit: DocumentLog["commit"] = (...args) => this.#change((log) => log.commit(...args));
  saveCheckpoint: DocumentLog["saveCheckpoint"] = (...args) =>
    this.#change((log) => log.saveCheckpoint(...args));
  trim: DocumentLog["trim"] = (...args) => this.#change((log) => log.trim(...args));
  expireSessions: DocumentLog["expireSessions"] = (...args) =>
    this.#change((log) => log.expireSessions(...args));
  settle: DocumentLog["settle"] = (...args) => this.#change((log) => log.settle(...args));
  readEntries: DocumentLog["readEntries"] = (...args) => this.#log.readEntries(...args);
  readHead: DocumentLog["readHead"] = (...args) => this.#log.readHead(...args);
  loadCheckpoint: DocumentLog["loadCheckpoint"] = (...args) => this.#log.loadCheckpoint(...args);
  release(): void {}
  async close(): Promise<void> {}

  #change<Answer>(change: (log: DocumentLog) => Promise<Answer>): Promise<Answer> {
    this.#changes.push(change);
    return change(this.#log);
  }
}
