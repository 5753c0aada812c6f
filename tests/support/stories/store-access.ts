import type { CommitAnswer, CommitBatch, DocumentLog, LogNews } from "@interline/server";

/** A commit that waits for the story. */
export interface HeldCommit {
  /** It takes effect in the store; nobody hears of it yet. */
  execute(): Promise<void>;
  /** The answer reaches the program. */
  answer(): void;
  /** The answer is lost on its way. */
  lose(): void;
}

/** One program's access to the store: its commits are held when the story says so, and its answers end with the program. */
export class StoreAccess implements DocumentLog {
  readonly #log: DocumentLog;
  readonly #held: HeldCommit[] = [];
  readonly #listeners = new Map<string, (news: LogNews) => void>();
  isHolding = false;
  /** True once the program has crashed: nothing comes back any more, but what was sent may still take effect. */
  isDead = false;
  /** True while the head cannot be read. */
  isUnreadable = false;

  constructor(log: DocumentLog) {
    this.#log = log;
  }

  commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    if (this.isDead) return new Promise(() => {});
    if (!this.isHolding) return this.#log.commit(document, batch);
    return new Promise((resolve, reject) => {
      let answer: CommitAnswer | undefined;
      this.#held.push({
        execute: async () => {
          answer = await this.#log.commit(document, batch);
        },
        answer: () => {
          if (!this.isDead && answer !== undefined) resolve(answer);
        },
        lose: () => {
          if (!this.isDead) reject(new Error("the store did not answer"));
        },
      });
    });
  }

  /** The oldest commit that is held; the story says what becomes of it. */
  take(): HeldCommit {
    const commit = this.#held.shift();
    if (commit === undefined) throw new Error("no commit is held");
    return commit;
  }

  /** Holds nothing any more; what was held is done and answered. */
  async flow(): Promise<void> {
    this.isHolding = false;
    this.isUnreadable = false;
    for (const commit of this.#held.splice(0)) {
      await commit.execute();
      commit.answer();
    }
  }

  /** What a log that others write too would tell the program. */
  tell(document: string, news: LogNews): void {
    if (!this.isDead) this.#listeners.get(document)?.(news);
  }

  async watch(document: string, listener: (news: LogNews) => void): Promise<void> {
    this.#listeners.set(document, listener);
  }

  readHead: DocumentLog["readHead"] = async (document) => {
    if (this.isUnreadable) throw new Error("the store did not answer");
    return this.#log.readHead(document);
  };

  openSession: DocumentLog["openSession"] = (document, request) => this.#log.openSession(document, request);
  readEntries: DocumentLog["readEntries"] = (document, after, to) =>
    this.#log.readEntries(document, after, to);
  loadCheckpoint: DocumentLog["loadCheckpoint"] = (document) => this.#log.loadCheckpoint(document);
  saveCheckpoint: DocumentLog["saveCheckpoint"] = (document, checkpoint) =>
    this.#log.saveCheckpoint(document, checkpoint);
  trim: DocumentLog["trim"] = (document, upTo) => this.#log.trim(document, upTo);
  expireSessions: DocumentLog["expireSessions"] = (document, retention) =>
    this.#log.expireSessions(document, retention);
  settle: DocumentLog["settle"] = (document, session, settled) =>
    this.#log.settle(document, session, settled);

  release(document: string): void {
    this.#listeners.delete(document);
    if (!this.isDead) this.#log.release(document);
  }

  async close(): Promise<void> {}
}
