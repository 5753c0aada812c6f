import {
  apply,
  type DecodedOperation,
  isNoop,
  OtErrorCode,
  type Operation,
  type Selection,
  type Text,
  transform,
  transformPair,
  transformSelection,
} from "@interline/ot";
import { ProtocolErrorCode, type RefusedCode, type ReopenCode } from "@interline/protocol";
import { DEFAULT_HISTORY_BOUNDS, type HistoryBounds, HistoryWindow } from "./history-window.ts";
import type { CommitAnswer, CommitBatch, Entry, Head, NewEntry } from "./log/document-log.ts";

/** One received operation and whose it is. @public */
export interface Submission {
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

/** A batch of operations and, in the same order, where they came from. */
interface Attempt {
  readonly batch: CommitBatch;
  readonly chained: readonly Chained[];
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
  get history(): Pick<HistoryWindow, "compose" | "entries" | "entryIdAt" | "lengthAt" | "start"> {
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
    return this.#attempt?.chained.some(({ submission }) => submission.session === session) ?? false;
  }

  /**
   * Takes an operation into the queue as it was received, or tells why not (rule S4).
   * `isFresh`: the log was read since it arrived.
   */
  submit(submission: Submission, { isFresh = false }: { isFresh?: boolean } = {}): SubmitAnswer {
    const decoded = submission.operation;
    if (!decoded.ok) return { type: "refused", code: decoded.code };
    const { operation } = decoded;
    if (isNoop(operation)) return { type: "refused", code: ProtocolErrorCode.OperationEmpty };
    if (submission.version > this.head.version) {
      return isFresh ? { type: "reopen", code: ProtocolErrorCode.BaseAhead } : { type: "refresh" };
    }
    const length = this.#window.lengthAt(submission.version);
    if (length === undefined) return { type: "reopen", code: ProtocolErrorCode.BaseTrimmed };
    if (submission.length !== length || operation.baseLength !== length) {
      return { type: "refused", code: OtErrorCode.LengthMismatch };
    }
    const { targetLength } = operation;
    if (targetLength > Math.max(length, this.#options.maxDocumentLength)) {
      return { type: "refused", code: ProtocolErrorCode.DocumentTooLarge };
    }
    this.#queue.push({
      submission,
      version: submission.version,
      operation,
      selection: clampSelection(submission.selection, targetLength),
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

  /**
   * The next batch for the log, chained afresh from the single forms; undefined while one is outstanding or if nothing waits.
   * `dropped` are operations that can never be committed now; they have left the queue.
   */
  nextBatch(time: number): { readonly batch: CommitBatch | undefined; readonly dropped: readonly Dropped[] } {
    const dropped: Dropped[] = [];
    if (this.#attempt !== undefined) return { batch: undefined, dropped };
    const head = this.head;
    const chained: Chained[] = [];
    const entries: NewEntry[] = [];
    const isDropped = new Set<Queued>();
    let { length } = head;
    let components = 0;
    let cost = 0;
    for (const queued of this.#queue) {
      if (chained.length === MAX_BATCH_ENTRIES || cost > MAX_CHAIN_COST) break;
      const moveCost = this.#moveToHead(queued);
      if (moveCost === undefined) {
        isDropped.add(queued);
        const answer = { type: "reopen", code: ProtocolErrorCode.BaseTrimmed } as const;
        dropped.push({ submission: queued.submission, answer });
        continue;
      }
      let { operation, selection } = queued;
      for (const before of chained) {
        ({ operation, selection } = moveOver(operation, selection, before.operation));
      }
      if (operation.targetLength > Math.max(length, this.#options.maxDocumentLength)) {
        isDropped.add(queued);
        const answer = { type: "refused", code: ProtocolErrorCode.DocumentTooLarge } as const;
        dropped.push({ submission: queued.submission, answer });
        continue;
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
    if (entries.length === 0) return { batch: undefined, dropped };
    const batch = { expected: { version: head.version, entryId: head.entryId }, entries, time };
    this.#attempt = { batch, chained };
    return { batch, dropped };
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
      const committed = this.learn(answer.missing);
      const dropped: Dropped[] = [];
      for (const { session, seq, fault } of answer.bad) {
        const isIt = ({ submission }: Queued) => submission.session === session && submission.seq === seq;
        const bad = this.#queue.find(isIt);
        if (bad === undefined) continue;
        this.#queue = this.#queue.filter((queued) => queued !== bad);
        if (fault === "duplicate") continue;
        const code = fault === "fenced" ? ProtocolErrorCode.Fenced : ProtocolErrorCode.SessionUnknown;
        dropped.push({ submission: bad.submission, answer: { type: "reopen", code } });
      }
      return { committed, dropped };
    }

    const committed: Committed[] = [];
    const done = new Set<Submission>();
    for (const [index, { submission, operation, selection }] of attempt.chained.entries()) {
      done.add(submission);
      const { entryId, session, seq, author } = attempt.batch.entries[index] as NewEntry;
      const version = attempt.batch.expected.version + index + 1;
      // An open that read the log meanwhile may have brought it here before its answer.
      if (version <= this.head.version) continue;
      const entry = { version, entryId, session, seq, operation, author, time: attempt.batch.time };
      this.#append(entry);
      committed.push({ entry, submission, selection });
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
