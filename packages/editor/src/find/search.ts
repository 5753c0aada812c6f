import { ChangeSet, type ChangeDesc, type Text } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";
import { type Hit, MovedHits } from "./moved-hits.ts";
import { faultOf, type Query } from "./query.ts";
import { type Failure, RegexpWorker } from "./regexp-worker.ts";
import { replacing } from "./replacing.ts";
import { searchWords } from "./search-words.ts";

/** After a change of the text all hits are looked for again, at most once in so long, in ms. */
const AGAIN_AFTER = 250;

/** What is known about a query. */
export type SearchState = "none" | "searching" | "found" | "faulty" | Failure;

/**
 * All hits of one query in the shown text, kept right while it changes: they were found in some text, and are
 * moved over every change since then, until the search has run again.
 */
export class Search {
  readonly #view: EditorView;
  readonly #worker = new RegexpWorker();
  readonly #tell: () => void;
  /** What was changed since some work began, for each that is under way. */
  readonly #followed = new Set<{ since: ChangeDesc }>();
  #query: Query = { text: "", isRegexp: false, matchesCase: false, matchesWords: false };
  #state: SearchState = "none";
  #hits: MovedHits;
  /** The newest search; what comes of older ones counts no more. */
  #newest: Promise<void> = Promise.resolve();
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tell called whenever something about it changed */
  constructor(view: EditorView, tell: () => void) {
    this.#view = view;
    this.#tell = tell;
    this.#hits = MovedHits.none(view.state.doc.length);
  }

  get query(): Query {
    return this.#query;
  }

  get state(): SearchState {
    return this.#state;
  }

  /** The hits in the shown text. */
  get hits(): MovedHits {
    return this.#hits;
  }

  /** Looks for something else. */
  look(query: Query): void {
    this.#query = query;
    this.#state = query.text === "" ? "none" : faultOf(query) === undefined ? "searching" : "faulty";
    this.#hits = MovedHits.none(this.#view.state.doc.length);
    this.#start();
  }

  /** The shown text changed. */
  update({ docChanged, changes }: ViewUpdate): void {
    if (!docChanged) return;
    this.#hits = this.#hits.moved(changes);
    this.#worker.changed(changes);
    for (const followed of this.#followed) followed.since = followed.since.composeDesc(changes);
    // What took too long once would do so again at each key.
    if (this.#state === "none" || this.#state === "faulty" || this.#state === "slow") return;
    this.#timer ??= setTimeout(() => this.#start(), AGAIN_AFTER);
  }

  /** Resolves when nothing is looked for any more. */
  async settled(): Promise<void> {
    for (let newest; newest !== this.#newest; ) {
      newest = this.#newest;
      await newest;
    }
  }

  /**
   * Every hit, or one of them, replaced: a change of the text that is shown when it resolves. Undefined: there
   * is nothing to replace, or it took too long.
   */
  async replace(written: string, only?: Hit): Promise<ChangeSet | undefined> {
    const query = this.#effective();
    if (query.text === "" || faultOf(query) !== undefined) return undefined;
    const { length } = this.#view.state.doc;
    const [found, since] = await this.#follow((doc) => replacing(this.#worker, query, written, doc));
    if (found === "slow" || found === "unavailable") this.#fail(found);
    if (found === undefined || typeof found === "string") return undefined;
    // Which one it was counts in the text that is shown now.
    return found.changes(length, since, only);
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#run++;
    this.#worker.close();
  }

  /** What is looked for really: words as they are, where no regular expression can run. */
  #effective(): Query {
    return this.#state === "unavailable" ? { ...this.#query, isRegexp: false } : this.#query;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest = this.#find(++this.#run);
    this.#tell();
  }

  async #find(run: number): Promise<void> {
    if (this.#state === "none" || this.#state === "faulty") return;
    const query = this.#effective();
    const isNewest = (): boolean => run === this.#run;
    const [found, since] = await this.#follow((doc) =>
      query.isRegexp ? this.#worker.search(query, doc) : searchWords(query, doc, isNewest),
    );
    if (!isNewest() || found === undefined) return;
    if (typeof found === "string") {
      this.#fail(found);
      // The words are found all the same.
      if (found === "unavailable") await this.#find(run);
      return;
    }
    if (this.#state === "searching") this.#state = "found";
    this.#hits = new MovedHits(found, since);
    this.#tell();
  }

  #fail(failure: Failure): void {
    this.#state = failure;
    this.#hits = MovedHits.none(this.#view.state.doc.length);
    this.#tell();
  }

  /** Works on the text that is shown now; resolves to what came of it, and what was changed meanwhile. */
  async #follow<Answer>(work: (doc: Text) => Promise<Answer>): Promise<[Answer, ChangeDesc]> {
    const { doc } = this.#view.state;
    const followed = { since: ChangeSet.empty(doc.length) as ChangeDesc };
    this.#followed.add(followed);
    try {
      const answer = await work(doc);
      return [answer, followed.since];
    } finally {
      this.#followed.delete(followed);
    }
  }
}
