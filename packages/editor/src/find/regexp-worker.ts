import type { ChangeSet, Text } from "@codemirror/state";
import { Hits } from "./hits.ts";
import type { Query } from "./query.ts";
import type { FromWorker, TextChange, ToWorker } from "./search-worker.ts";

/** A regular expression may search for so long, in ms; then it is ended. */
const LIMIT = 1_000;

/** Why there is no answer: it took too long; or the page lets no worker run. */
export type Failure = "slow" | "unavailable";

/** What each hit becomes. */
export interface Replacements {
  readonly hits: Hits;
  /** Of one hit, by its index, asked in order from 0. */
  readonly next: () => string;
}

interface Waiting {
  readonly id: number;
  readonly settle: (answer: FromWorker | Failure) => void;
}

/**
 * Searches with somebody's regular expression where it freezes nothing: in a worker that knows the text, and
 * that is ended when it has searched for a second. One question at a time: a new one gives up the one before.
 *
 * A strict Content-Security-Policy needs nothing but `worker-src 'self'`, as the script is a file of the
 * bundle. Where even that is forbidden every answer is "unavailable".
 */
export class RegexpWorker {
  #worker: Worker | undefined;
  #isReady = false;
  #isUnavailable = false;
  /** True: the worker has the text that is shown. */
  #hasText = false;
  #waiting: Waiting | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  /** All hits of a query in a text; undefined: another question came first. */
  async search(query: Query, doc: Text): Promise<Hits | Failure | undefined> {
    const answer = await this.#ask(doc, (id) => ({ type: "search", id, query }));
    if (answer === undefined || typeof answer === "string") return answer;
    return answer.type === "hits" ? new Hits(answer.pairs) : undefined;
  }

  /** The same, and what each becomes. */
  async replace(query: Query, template: string, doc: Text): Promise<Replacements | Failure | undefined> {
    const answer = await this.#ask(doc, (id) => ({ type: "replace", id, query, template }));
    if (answer === undefined || typeof answer === "string") return answer;
    if (answer.type !== "replacements") return undefined;
    const { lengths, joined } = answer;
    let index = 0;
    let at = 0;
    const next = (): string => joined.slice(at, (at += lengths[index++] ?? 0));
    return { hits: new Hits(answer.pairs), next };
  }

  /** The shown text changed. */
  changed(changes: ChangeSet): void {
    if (!this.#hasText) return;
    const list: TextChange[] = [];
    changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
      list.push([from, to, inserted.sliceString(0, inserted.length, "\n")]);
    });
    this.#post({ type: "changes", changes: list });
  }

  /** Ends it. Safe to call twice; the next question starts another. */
  close(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
    this.#hasText = false;
    this.#waiting = undefined;
  }

  #ask(doc: Text, question: (id: number) => ToWorker): Promise<FromWorker | Failure | undefined> {
    // What is still searching would make the next one wait.
    if (this.#waiting !== undefined) this.#end(undefined);
    if (this.#isUnavailable || !this.#start()) return Promise.resolve("unavailable");
    const id = ++this.#lastId;
    return new Promise((settle) => {
      this.#waiting = { id, settle };
      if (!this.#hasText) this.#post({ type: "text", text: doc.sliceString(0, doc.length, "\n") });
      this.#hasText = true;
      this.#post(question(id));
      if (this.#isReady) this.#limit();
    });
  }

  #start(): boolean {
    if (this.#worker !== undefined) return true;
    try {
      const worker = new Worker(new URL("./search-worker.js", import.meta.url), { type: "module" });
      worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
        if (worker === this.#worker) this.#heard(data);
      });
      worker.addEventListener("error", () => {
        if (worker === this.#worker) this.#failed();
      });
      this.#worker = worker;
      return true;
    } catch {
      // Some browsers tell so at once that a policy forbids it, others by an event.
      this.#isUnavailable = true;
      return false;
    }
  }

  #heard(answer: FromWorker): void {
    if (answer.type === "ready") {
      this.#isReady = true;
      // Until then it was loading, which is no fault of the expression.
      if (this.#waiting !== undefined) this.#limit();
      return;
    }
    const waiting = this.#waiting;
    if (waiting?.id !== answer.id) return;
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    waiting.settle(answer);
  }

  #limit(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end("slow"), LIMIT);
  }

  #failed(): void {
    if (!this.#isReady) this.#isUnavailable = true;
    this.#end("unavailable");
  }

  /** Ends the worker with whatever it does. */
  #end(reason: Failure | undefined): void {
    const waiting = this.#waiting;
    this.close();
    waiting?.settle(reason as Failure);
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}
