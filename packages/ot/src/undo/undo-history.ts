import { type Authorship, type AuthorRun, composeAuthors } from "../authorship.ts";
import { compose } from "../compose.ts";
import { OtError, OtErrorCode } from "../errors.ts";
import { invert, type InvertedText } from "../invert.ts";
import { isNoop, type Operation } from "../operation.ts";
import type { Selection } from "../position.ts";
import { joinsGroup, type OpenGroup, openGroup } from "./grouping.ts";
import { RebasedStack, type StackEntry } from "./rebased-stack.ts";

/** @public */
export interface UndoOptions {
  /** A pause of so many ms between two edits starts a new group. Default 500. */
  readonly groupMs?: number;
  /** False: a new word or line does not start a group. Default true. */
  readonly byWord?: boolean;
  /** Most groups that can be undone; the oldest are forgotten. Default 1,000. */
  readonly maxEntries?: number;
}

/** An edit made here. @public */
export interface LocalEdit {
  readonly operation: Operation;
  /** The text that the operation was made for. */
  readonly before: InvertedText;
  /** The selection before and after it. */
  readonly selectionBefore: Selection;
  readonly selectionAfter: Selection;
  /** When it was made, in ms of any clock that does not go back. */
  readonly at: number;
  /** Who wrote `before`. Given, an undo tells who wrote the text that it brings back. */
  readonly authorship?: Authorship;
}

/** What an undo or a redo does: to be applied and sent as any other own operation. @public */
export interface UndoStep {
  readonly operation: Operation;
  /** Where the selection belongs after it. */
  readonly selection: Selection;
  /** Who wrote the text that the operation inserts, in order; undefined if that was not kept. See `Authorship`. */
  readonly authors: readonly AuthorRun[] | undefined;
}

/**
 * Undo and redo of the own edits in a text that others edit too. Told of every own edit and of every operation of others in the
 * order in which they changed the shown text, it gives operations that take back exactly what was done here.
 *
 * - Edits group by pause, kind (insert, delete), word, line and place; an operation of others in or beside a group ends it.
 * - An own edit clears what could be redone, an operation of others never does.
 * - Text that others deleted meanwhile stays deleted; groups that are nothing but such text are passed over.
 * - Text deleted here comes back even if somebody else deleted it at the same time. At a tie it goes left of what others wrote there.
 *
 * Laws (tests by these names): `undo-own-only`, `undo-lazy-eq-eager`, `redo-inverse`, `remote-keeps-redo`. An operation of
 * others costs the same however much can be undone; an undo costs one transform over all of others since the one before.
 *
 * @example
 * const undo = new UndoHistory();
 * undo.recordLocal({ operation, before: text, selectionBefore, selectionAfter, at: performance.now() });
 * const step = undo.undo(apply(text, operation));
 * @public
 */
export class UndoHistory {
  readonly #grouping: { readonly groupMs: number; readonly byWord: boolean };
  readonly #undo: RebasedStack;
  readonly #redo: RebasedStack;
  /** What the next edit may join, and the entry that it is on the stack. */
  #open: { readonly group: OpenGroup; readonly entry: StackEntry } | undefined;
  /** Length of the shown text, in code points, once it is known. */
  #length: number | undefined;

  constructor(options: UndoOptions = {}) {
    const { groupMs = 500, byWord = true, maxEntries = 1000 } = options;
    this.#grouping = { groupMs, byWord };
    this.#undo = new RebasedStack(maxEntries);
    this.#redo = new RebasedStack(maxEntries);
  }

  /** True if an undo would change something. Cost: that of moving the last group over what others did since. */
  canUndo(): boolean {
    return this.#undo.top() !== undefined;
  }

  /** True if a redo would change something. Cost as of `canUndo`. */
  canRedo(): boolean {
    return this.#redo.top() !== undefined;
  }

  /**
   * An own edit that is no undo and no redo. Cost: O(its size + that of the group it joins).
   * @throws OtError `ERR_LENGTH_MISMATCH` if the operation does not fit the text, or the text is not as the last edit left it; nothing has changed then.
   */
  recordLocal(edit: LocalEdit): void {
    this.#check(edit.operation.baseLength);
    if (isNoop(edit.operation)) return;
    const inverse = invert(edit.operation, edit.before);
    const own: StackEntry = {
      operation: inverse,
      authors: edit.authorship?.deletedBy(edit.operation),
      selectionBefore: edit.selectionAfter,
      selectionAfter: edit.selectionBefore,
    };
    const group = this.#joins(edit, inverse) ? this.#undo.pop() : undefined;
    const entry = group === undefined ? own : join(own, group);
    this.#undo.push(entry);
    this.#redo.clear();
    const open = openGroup(edit.operation, inverse, edit.at, this.#grouping.byWord);
    this.#open = open && { group: open, entry };
    this.#length = edit.operation.targetLength;
  }

  /**
   * What somebody else did, as it changed the shown text: moved over everything own that is not committed. Cost: O(its size × log of all).
   * @throws OtError `ERR_LENGTH_MISMATCH` if it is not for the text as the last edit left it; nothing has changed then.
   */
  addRemote(operation: Operation): void {
    this.#check(operation.baseLength);
    if (isNoop(operation)) return;
    this.#length = operation.targetLength;
    this.#undo.addRemote(operation);
    this.#redo.addRemote(operation);
  }

  /** The next edit starts a group: the caret was moved, or the writer left. */
  breakGroup(): void {
    this.#open = undefined;
  }

  /**
   * Takes back the last group. The caller applies and sends the operation, and does not record it.
   * @param text the shown text
   * @param authorship who wrote it, if that is kept
   * @throws OtError `ERR_LENGTH_MISMATCH` if the text is not as the last edit left it; nothing has changed then.
   */
  undo(text: InvertedText, authorship?: Authorship): UndoStep | undefined {
    return this.#step(this.#undo, this.#redo, text, authorship);
  }

  /** Takes back the last undo; otherwise as `undo`. */
  redo(text: InvertedText, authorship?: Authorship): UndoStep | undefined {
    return this.#step(this.#redo, this.#undo, text, authorship);
  }

  #joins(edit: LocalEdit, inverse: Operation): boolean {
    if (this.#open === undefined || this.#open.entry !== this.#undo.last) return false;
    const { group, entry } = this.#open;
    const made = { operation: edit.operation, inverse, at: edit.at };
    return joinsGroup(group, entry.operation, this.#undo.remoteSinceTop(), made, this.#grouping);
  }

  #step(
    from: RebasedStack,
    to: RebasedStack,
    text: InvertedText,
    authorship?: Authorship,
  ): UndoStep | undefined {
    this.#check(text.points);
    const entry = from.top();
    if (entry === undefined) return undefined;
    const back: StackEntry = {
      operation: invert(entry.operation, text),
      authors: authorship?.deletedBy(entry.operation),
      selectionBefore: entry.selectionAfter,
      selectionAfter: entry.selectionBefore,
    };
    from.pop();
    to.push(back);
    this.#open = undefined;
    this.#length = entry.operation.targetLength;
    return { operation: entry.operation, selection: entry.selectionAfter, authors: entry.authors };
  }

  #check(length: number): void {
    if (this.#length === undefined || length === this.#length) return;
    throw new OtError(
      OtErrorCode.LengthMismatch,
      `what is for ${length} code points cannot follow an edit that left ${this.#length}`,
    );
  }
}

/** Undoing `later` and then `group` as one. */
function join(later: StackEntry, group: StackEntry): StackEntry {
  return {
    operation: compose(later.operation, group.operation),
    authors:
      later.authors &&
      group.authors &&
      composeAuthors([later.operation, later.authors], [group.operation, group.authors]),
    selectionBefore: later.selectionBefore,
    selectionAfter: group.selectionAfter,
  };
}
