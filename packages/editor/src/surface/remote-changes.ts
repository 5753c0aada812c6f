import {
  compose,
  isNoop,
  type Operation,
  type Selection,
  splitOperation,
  transform,
  transformSelection,
} from "@interline/ot";

/**
 * What of other people's work the view does not show yet.
 *
 * The view shows the document's text without `held`, the composed operations of others that came since the last
 * flush. So there is one transaction per frame however much arrives, and none during an input method's composition,
 * which a change next to it would garble. Local edits are made in the view and go to the document at once:
 *
 * ```
 *          held
 *   view ────────▶ document
 *     │               │
 *   edit              │ edit′ (sent)
 *     ▼               ▼
 *     • ────────────▶ •
 *          held′
 * ```
 *
 * Law (test `remote-changes.test.ts`): once `take` has given everything the view's text is the document's, whatever came in which
 * order and was typed between. All lengths in code points.
 */
export class RemoteChanges {
  #held: Operation | undefined;

  /** True if the view shows everything. */
  get isEmpty(): boolean {
    return this.#held === undefined || isNoop(this.#held);
  }

  /** Takes in an operation of others, made for the document's text. */
  receive(operation: Operation): void {
    this.#held = this.#held === undefined ? operation : compose(this.#held, operation);
  }

  /**
   * An edit made in the view, as an edit of the document. It stays left of what others inserted at the same place, so
   * words typed in one go stay together.
   */
  edit(operation: Operation): Operation {
    if (this.#held === undefined) return operation;
    const edit = transform(operation, this.#held, "left");
    this.#held = transform(this.#held, operation, "right");
    return edit;
  }

  /** A selection in the view, as a selection in the document. */
  selection(selection: Selection): Selection {
    return this.#held === undefined ? selection : transformSelection(selection, this.#held);
  }

  /**
   * What the view must apply now to show everything, or of that as much from the start as has at most `maxComponents` (2 or more); undefined:
   * nothing. Cost of a part: O(components of the whole).
   */
  take(maxComponents: number = Infinity): Operation | undefined {
    if (this.#held === undefined || this.isEmpty) {
      this.#held = undefined;
      return undefined;
    }
    const [first, rest] = splitOperation(this.#held, Infinity, maxComponents);
    this.#held = rest;
    return first;
  }
}
