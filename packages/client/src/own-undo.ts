import type { Operation, Selection, Text, UndoHistory, UndoStep } from "@interline/ot";

/** What can be taken back of the edits made here; nothing without a history. */
export class OwnUndo {
  readonly #history: UndoHistory | undefined;
  readonly #now: () => number;

  constructor(history: UndoHistory | undefined, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  get canUndo(): boolean {
    return this.#history?.canUndo() ?? false;
  }

  get canRedo(): boolean {
    return this.#history?.canRedo() ?? false;
  }

  /** An own edit of a text, with the selection before and after it. */
  edited(
    operation: Operation,
    before: Text,
    selectionBefore: Selection | undefined,
    selectionAfter: Selection | undefined,
  ): void {
    const nowhere: Selection = { anchor: 0, head: 0 };
    this.#history?.recordLocal({
      operation,
      before,
      selectionBefore: selectionBefore ?? nowhere,
      selectionAfter: selectionAfter ?? nowhere,
      at: this.#now(),
    });
  }

  /** Others' operation, as the page shows it. */
  moved(operation: Operation): void {
    this.#history?.addRemote(operation);
  }

  undo(text: Text): UndoStep | undefined {
    return this.#history?.undo(text);
  }

  redo(text: Text): UndoStep | undefined {
    return this.#history?.redo(text);
  }
}
