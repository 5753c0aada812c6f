import {
  apply,
  type DecodedOperation,
  isNoop,
  type Operation,
  OtErrorCode,
  type Selection,
  type Text,
  transform,
  transformPair,
  transformSelection,
} from "@interline/ot";
import { type RefusedCode, type ReopenCode } from "@interline/protocol";
import { applyInSteps, partsOf } from "./documents/parts.ts";
import { DEFAULT_HISTORY_BOUNDS, type HistoryBounds, HistoryWindow } from "./history-window.ts";
import type { CommitAnswer, CommitBatch, Entry, Head, NewEntry } from "./log/document-log.ts";

/** What an operation may ask for beyond its place in the order. @public */
export interface SubmitTerms {
  /**
   * How many sequence numbers belong to the operation: `seq` and those before it. More than one: it is long,
   * and is committed as several entries, at most so many, all in one batch. Default 1.
   */
  readonly numbers?: number | undefined;
  /** True: it is committed right after the version that it was made for, or not at all. Default false. */
  readonly isStrict?: boolean | undefined;
}

/** One received operation and whose it is. @public */
export interface Submission extends SubmitTerms {
  readonly session: string;
  /** Token of the channel it came through. */
  readonly fence: string;
  readonly seq: number;
  /** Version that it was made for. */
  readonly version: number;
  /** Length that its author saw, in code points. */
  readonly length: number;
  readonly operation: DecodedOperation;
  readonly settled: number;
  /** Id of the person. */
  readonly author: string;
  /** The author's caret after the operation. */
  readonly selection: Selection | undefined;
}

/** What became of a received operation. @public */
export type SubmitAnswer =
  | { readonly type: "queued" }
  | { readonly type: "refused"; readonly code: RefusedCode }
  | { readonly type: "reopen"; readonly code: ReopenCode }
  /** It was made for a version above the head: read the log, then submit again with `isFresh`. */
  | { readonly type: "refresh" };

/** An entry as it was committed, with its author's caret at that version. @public */
export interface Committed {
  readonly entry: Entry;
  /** Undefined for entries of others, which were read from the log. */
  readonly submission: Submission | undefined;
  readonly selection: Selection | undefined;
}

/** An operation that left the queue without being committed. @public */
export interface Dropped {
  readonly submission: Submission;
  readonly answer: Extract<SubmitAnswer, { type: "refused" | "reopen" }>;
}

/** @public */
export interface AuthorityOptions {
  /** State that the text belongs to. */
  readonly head: Head;
  readonly text: Text;
  /** Longest document, in code points. */
  readonly maxDocumentLength: number;
  /** Default: `DEFAULT_HISTORY_BOUNDS`. */
  readonly history?: HistoryBounds | undefined;
  /** Makes the id of an entry: random, at least 64 bits. */
  readonly newEntryId: () => string;
}

/** What there is to commit now. @public */
export interface NextBatch {
  /** Undefined while one is outstanding, if nothing waits, or if it `isBehind`. */
  readonly batch: CommitBatch | undefined;
  /** Operations that can never be committed now; they have left the queue. */
  readonly dropped: readonly Dropped[];
  /** True: others were first while the batch was made. It must be made again. */
  readonly isBehind: boolean;
}

/** A batch of operations and, in the same order, where they came from. */
interface Attempt {
  readonly batch: CommitBatch;
  readonly chained: readonly Chained[];
  /** The one long operation that it consists of, if it is such a batch. Set before its entries are made. */
  readonly long: Queued | undefined;
  /** The text after it, once it is worked out. */
  text: Text | undefined;
}

/**
 * An operation in its own single form: as it was received, or moved over committed entries only, never over other queued
 * ones. Moving a finished chain over missed entries would need a law (TP2) that text operations do not have.
 */
interface Queued {
  readonly submission: Submission;
  version: number;
  operation: Operation;
  selection: Selection | undefined;
  /** How often others were first. Of a long operation only. */
  conflicts: number;
  /**
   * True: others were just first, so the shorter ones that wait go before it once. Of a long operation only.
   */
  isYielding: boolean;
}

interface Chained {
  readonly submission: Submission;
  readonly operation: Operation;
  readonly selection: Selection | undefined;
}

/** Entries in one batch, at most. Chaining transforms each over all before it, so this bounds the time of one attempt. */
const MAX_BATCH_ENTRIES = 128;
/** Components that moving and chaining may visit in one attempt, at most, beyond the first operation. Some ms. */
const MAX_CHAIN_COST = 100_000;
/** Components that moving one operation over missed entries one by one may visit; above, they are composed first. */
const MAX_STEPWISE_COST = 20_000;
/**
 * A long operation that comes too late so often is given up: whoever sent it is told, and nothing of it was
 * written.
 */
const MAX_LONG_CONFLICTS = 32;

/**
 * One live document: it owns the order of operations. A state machine without input or output: submissions and answers of the
 * log go in; batches, refusals and committed entries come out. At most one batch is outstanding.
 * @public
 */
export class Authority {
  readonly #options: AuthorityOptions;
  readonly #window: HistoryWindow;
  #text: Text;
  #queue: Queued[] = [];
  #attempt: Attempt | undefined;
  /** Batches that got no answer, until the log was read. */
  #unanswered: Attempt[] = [];

  constructor(options: AuthorityOptions) {
    this.#options = options;
    this.#text = options.text;
    this.#window = new HistoryWindow(options.head, options.history ?? DEFAULT_HISTORY_BOUNDS);
  }

  /** The last state that is known to be in the log. */
  get head(): Head {
    return this.#window.head;
  }

  /** The text at the head. Immutable. */
  get text(): Text {
    return this.#text;
  }

  /** The newest entries. */
  get history(): Pick<HistoryWindow, "compose" | "entries" | "entryIdAt" | "lengthAt" | "prepare" | "start"> {
    return this.#window;
  }

  /** True if nothing waits to be committed and no batch is outstanding. */
  get isQuiet(): boolean {
    return this.#queue.length === 0 && this.#attempt === undefined;
  }

  /** How many operations wait to be committed, those of the outstanding batch with them. */
  get queued(): number {
    return this.#queue.length;
  }

  /** True if an operation of the session waits to be committed, or is being committed. */
  hasQueued(session: string): boolean {
    return this.#queue.some(({ submission }) => submission.session === session);
  }

  /** True if the outstanding batch has an operation of the session. */
  isCommitting(session: string): boolean {
    if (this.#attempt?.long !== undefined) return this.#attempt.long.submission.session === session;
    return this.#attempt?.chained.some(({ submission }) => submission.session === session) ?? false;
  }

  /** True if an operation that was made for a version can be brought to the head. */
  canTake(version: number): boolean {
    return version <= this.head.version && this.#window.lengthAt(version) !== undefined;
  }

  /**
   * Takes an operation into the queue as it was received, or tells why not (rule S4).
   * `isFresh`: the log was read since it arrived.
   */
  submit(submission: Submission, { isFresh = false }: { isFresh?: boolean } = {}): SubmitAnswer {
    const decoded = submission.operation;
    if (!decoded.ok) return { type: "refused", code: decoded.code };
    const { operation } = decoded;
    if (isNoop(operation)) return { type: "refused", code: "ERR_OPERATION_EMPTY" };
    if (submission.version > this.head.version) {
      return isFresh ? { type: "reopen", code: "ERR_BASE_AHEAD" } : { type: "refresh" };
    }
    const length = this.#window.lengthAt(submission.version);
    if (length === undefined) return { type: "reopen", code: "ERR_BASE_TRIMMED" };
    if (submission.length !== length || operation.baseLength !== length) {
      return { type: "refused", code: OtErrorCode.LengthMismatch };
    }
    const { targetLength } = operation;
    if (targetLength > Math.max(length, this.#options.maxDocumentLength)) {
      return { type: "refused", code: "ERR_DOCUMENT_TOO_LARGE" };
    }
    this.#queue.push({
      submission,
      version: submission.version,
      operation,
      selection: clampSelection(submission.selection, targetLength),
      conflicts: 0,
      isYielding: false,
    });
    return { type: "queued" };
  }

  /**
   * Forgets what waits of a session (it was fenced). A batch under way goes on: wait for its answer before the session
   * is opened.
   */
  purge(session: string): void {
    this.#queue = this.#queue.filter(({ submission }) => submission.session !== session);
  }

  /** As `nextBatchInSteps`, all at once. */
  nextBatch(time: number): NextBatch {
    const steps = this.nextBatchInSteps(time);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * The next batch for the log, chained afresh from the single forms. A long operation is a batch of its own,
   * made one entry a step; everything else takes one step. Between two steps anything may be asked of the
   * authority.
   */
  *nextBatchInSteps(time: number): Generator<void, NextBatch, void> {
    const dropped: Dropped[] = [];
    if (this.#attempt !== undefined) return { batch: undefined, dropped, isBehind: false };
    let long: Queued | undefined;
    const head = this.head;
    const chained: Chained[] = [];
    const entries: NewEntry[] = [];
    const isDropped = new Set<Queued>();
    let { length } = head;
    let components = 0;
    let cost = 0;
    for (const queued of this.#inTurn()) {
      if (chained.length === MAX_BATCH_ENTRIES || cost > MAX_CHAIN_COST) break;
      const { numbers = 1, isStrict = false, version } = queued.submission;
      if (numbers > 1 && chained.length > 0) {
        queued.isYielding = false;
        break;
      }
      const code = refusalOf(queued, isStrict && (version !== head.version || chained.length > 0));
      if (code !== undefined) {
        isDropped.add(queued);
        dropped.push({ submission: queued.submission, answer: { type: "reopen", code } });
        continue;
      }
      const moveCost = this.#moveToHead(queued);
      if (moveCost === undefined) {
        isDropped.add(queued);
        const answer = { type: "reopen", code: "ERR_BASE_TRIMMED" } as const;
        dropped.push({ submission: queued.submission, answer });
        continue;
      }
      let { operation, selection } = queued;
      for (const before of chained) {
        ({ operation, selection } = moveOver(operation, selection, before.operation));
      }
      if (operation.targetLength > Math.max(length, this.#options.maxDocumentLength)) {
        isDropped.add(queued);
        const answer = { type: "refused", code: "ERR_DOCUMENT_TOO_LARGE" } as const;
        dropped.push({ submission: queued.submission, answer });
        continue;
      }
      if (numbers > 1) {
        long = queued;
        break;
      }
      length = operation.targetLength;
      components += operation.componentCount;
      cost += moveCost + components + operation.componentCount * chained.length;
      const { submission } = queued;
      chained.push({ submission, operation, selection });
      const { session, seq, fence, settled, author } = submission;
      const entryId = this.#options.newEntryId();
      entries.push({ entryId, session, seq, fence, settled, operation, length, author, selection });
    }
    if (isDropped.size > 0) this.#queue = this.#queue.filter((queued) => !isDropped.has(queued));
    if (long !== undefined) return yield* this.#longBatch(long, dropped, time);
    if (entries.length === 0) return { batch: undefined, dropped, isBehind: false };
    const batch = { expected: { version: head.version, entryId: head.entryId }, entries, time };
    this.#attempt = { batch, chained, long, text: undefined };
    return { batch, dropped, isBehind: false };
  }

  /** The queue, but for long operations that let shorter ones go first. */
  #inTurn(): readonly Queued[] {
    if (!this.#queue.some(({ isYielding }) => isYielding)) return this.#queue;
    return this.#queue.toSorted((a, b) => Number(a.isYielding) - Number(b.isYielding));
  }

  /** A batch of the parts of one operation, which follows the head. */
  *#longBatch(long: Queued, dropped: readonly Dropped[], time: number): Generator<void, NextBatch, void> {
    const { submission, operation, selection } = long;
    const { version, entryId } = this.head;
    const expected = { version, entryId };
    const chained: Chained[] = [];
    const entries: NewEntry[] = [];
    // From here on it is under way: whoever opens its session waits for what becomes of it.
    this.#attempt = { batch: { expected, entries, time }, chained, long, text: undefined };
    for (const part of partsOf(operation)) {
      chained.push({ submission, operation: part, selection: undefined });
      yield;
    }
    if (this.head.version !== version) {
      this.#attempt = undefined;
      conflicted(long);
      return { batch: undefined, dropped, isBehind: true };
    }
    const { session, seq, fence, settled, author, numbers = 1 } = submission;
    if (chained.length > numbers) throw new RangeError(`${chained.length} parts have ${numbers} numbers`);
    const last = chained.length - 1;
    chained[last] = { submission, operation: chained[last]?.operation ?? operation, selection };
    for (const [index, { operation: part }] of chained.entries()) {
      entries.push({
        entryId: this.#options.newEntryId(),
        session,
        seq: seq - last + index,
        fence,
        settled,
        operation: part,
        length: part.targetLength,
        author,
        selection: index === last ? selection : undefined,
      });
    }
    return { batch: this.#attempt.batch, dropped, isBehind: false };
  }

  /**
   * Works out the text after the outstanding batch while the log writes it, one entry a step: `settle` need
   * not do it then. No step at all unless the batch is a long operation.
   */
  *textInSteps(): Generator<void, void, void> {
    const attempt = this.#attempt;
    if (attempt?.long === undefined) return;
    let text = this.#text;
    for (const { operation } of attempt.chained) {
      text = apply(text, operation);
      yield;
    }
    // Where others came first meanwhile, the batch was not committed, and `settle` does not look at it.
    attempt.text = text;
  }

  /**
   * Takes the log's answer to the outstanding batch (rule S5): what is committed now, and whose channels must be opened again.
   * After `diverged` this authority is of no use any more.
   */
  settle(answer: Exclude<CommitAnswer, { outcome: "diverged" }>): {
    readonly committed: readonly Committed[];
    readonly dropped: readonly Dropped[];
  } {
    const attempt = this.#attempt;
    if (attempt === undefined) throw new RangeError("no batch is outstanding");
    this.#attempt = undefined;
    if (answer.outcome === "rejected") {
      if (attempt.long !== undefined) conflicted(attempt.long);
      const committed = this.learn(answer.missing);
      const dropped: Dropped[] = [];
      for (const { session, seq, fault } of answer.bad) {
        const isIt = ({ submission }: Queued) => submission.session === session && submission.seq === seq;
        const bad = this.#queue.find(isIt);
        if (bad === undefined) continue;
        this.#queue = this.#queue.filter((queued) => queued !== bad);
        if (fault === "duplicate") continue;
        const code = fault === "fenced" ? "ERR_FENCED" : "ERR_SESSION_UNKNOWN";
        dropped.push({ submission: bad.submission, answer: { type: "reopen", code } });
      }
      return { committed, dropped };
    }

    const committed: Committed[] = [];
    const done = new Set<Submission>();
    const isWorkedOut = attempt.text !== undefined && this.head.version === attempt.batch.expected.version;
    for (const [index, { submission, operation, selection }] of attempt.chained.entries()) {
      done.add(submission);
      const { entryId, session, seq, author } = attempt.batch.entries[index] as NewEntry;
      const version = attempt.batch.expected.version + index + 1;
      // An open that read the log meanwhile may have brought it here before its answer.
      if (version <= this.head.version) continue;
      const entry = { version, entryId, session, seq, operation, author, time: attempt.batch.time };
      if (!isWorkedOut) this.#append(entry);
      committed.push({ entry, submission, selection });
    }
    if (isWorkedOut && attempt.text !== undefined) {
      this.#text = attempt.text;
      this.#window.pushBatch(committed.map(({ entry }) => entry));
    }
    this.#queue = this.#queue.filter(({ submission }) => !done.has(submission));
    return { committed, dropped: [] };
  }

  /**
   * The outstanding batch got no answer: it may be in the log or not. Give `learn` what the log has beyond the head before the
   * next batch; what is there already then leaves the queue, and the log's check of sequence numbers catches the rest.
   */
  abandon(): void {
    if (this.#attempt !== undefined) this.#unanswered.push(this.#attempt);
    this.#attempt = undefined;
  }

  /** Takes entries that the log has beyond the head, in order. Those known already are passed over. */
  learn(
    entries: readonly Entry[],
    selections: readonly (Selection | undefined)[] = [],
  ): readonly Committed[] {
    const committed: Committed[] = [];
    for (const [index, entry] of entries.entries()) {
      if (entry.version <= this.head.version) continue;
      this.#append(entry);
      const isIt = ({ submission }: Queued) =>
        submission.session === entry.session && submission.seq === entry.seq;
      const own = this.#queue.find(isIt);
      if (own !== undefined) this.#queue = this.#queue.filter((queued) => queued !== own);
      committed.push({
        entry,
        ...(this.#ownOf(entry) ?? { submission: undefined, selection: selections[index] }),
      });
    }
    this.#unanswered = [];
    return committed;
  }

  /**
   * Takes the entries that follow the head, a part of a long one a step. Meanwhile nothing else may be asked
   * of the authority.
   */
  *load(entries: readonly Entry[]): Generator<void, void, void> {
    for (const entry of entries) {
      this.#text = yield* applyInSteps(this.#text, entry.operation);
      this.#window.push(entry);
    }
  }

  /** What a batch whose answer has not come had at this entry: it is committed, and its author's caret is known. */
  #ownOf({ entryId }: Entry): Pick<Committed, "submission" | "selection"> | undefined {
    const attempts = this.#attempt === undefined ? this.#unanswered : [...this.#unanswered, this.#attempt];
    for (const { batch, chained } of attempts) {
      const own = chained[batch.entries.findIndex((entry) => entry.entryId === entryId)];
      if (own !== undefined) return { submission: own.submission, selection: own.selection };
    }
    return undefined;
  }

  #append(entry: Entry): void {
    this.#text = apply(this.#text, entry.operation);
    this.#window.push(entry);
  }

  /** Returns how many components it visited, about; undefined if the history since its version is not kept any more (rule S6). */
  #moveToHead(queued: Queued): number | undefined {
    const missed = this.#window.entries(queued.version);
    if (missed === undefined) return undefined;
    const cost = missed.reduce((sum, entry) => sum + entry.operation.componentCount, 0);
    let { operation, selection } = queued;
    if (missed.length > 1 && operation.componentCount * missed.length > MAX_STEPWISE_COST) {
      // Grouped, the operation is the same value; only a caret may land elsewhere, rarely, and the next message mends it.
      const all = this.#window.compose(missed);
      ({ operation, selection } = moveOver(operation, selection, all));
    } else {
      for (const entry of missed)
        ({ operation, selection } = moveOver(operation, selection, entry.operation));
    }
    queued.version = this.head.version;
    queued.operation = operation;
    queued.selection = selection;
    return cost;
  }
}

/** Notes that others were before a long operation: the shorter ones that wait go first next time. */
function conflicted(long: Queued): void {
  long.conflicts++;
  long.isYielding = true;
}

/** Why an operation may not be committed any more, before it is even moved. */
function refusalOf({ conflicts }: Queued, isTooLate: boolean): ReopenCode | undefined {
  if (isTooLate) return "ERR_BASE_TRIMMED";
  return conflicts > MAX_LONG_CONFLICTS ? "ERR_STORE_UNAVAILABLE" : undefined;
}

/** A pending operation, and its author's caret after it, moved over a committed operation. */
function moveOver(
  pending: Operation,
  selection: Selection | undefined,
  committed: Operation,
): { operation: Operation; selection: Selection | undefined } {
  if (selection === undefined) return { operation: transform(pending, committed, "left"), selection };
  const [operation, seen] = transformPair(pending, committed);
  return { operation, selection: transformSelection(selection, seen, "left") };
}

/** A selection with both ends inside a document of `length` code points. */
export function clampSelection(selection: Selection | undefined, length: number): Selection | undefined {
  if (selection === undefined || (selection.anchor <= length && selection.head <= length)) return selection;
  return { anchor: Math.min(selection.anchor, length), head: Math.min(selection.head, length) };
}
