import { CodeReader, INSERT, SKIP } from "./codes.ts";
import type { Operation, Side } from "./operation.ts";

/**
 * A caret or a selected range, in code points. `head` is the end that moves; a caret has `anchor === head`.
 * @public
 */
export interface Selection {
  readonly anchor: number;
  readonly head: number;
}

const reader: CodeReader = new CodeReader();

/**
 * Where a position (an index in code points, 0 to the document's length) stands after an operation. With an insert exactly there, `left` stays
 * before it and `right` goes behind it; a position in deleted text goes to where the text was.
 *
 * Laws: monotone; left-biased, it is where the pending insert at that place would land, and composed operations move it
 * as their parts do. Cost: O(components before it).
 * @public
 */
export function transformPosition(position: number, operation: Operation, side: Side = "left"): number {
  reader.read(operation);
  let index = 0;
  let moved = position;
  for (; reader.left > 0 && index <= position; reader.next()) {
    const { kind, left } = reader;
    if (kind === SKIP) index += left;
    else if (kind === INSERT) {
      if (index < position || side === "right") moved += left;
    } else {
      moved -= Math.min(left, position - index);
      index += left;
    }
  }
  return moved;
}

/** Both ends of a selection, each as `transformPosition` moves it. @public */
export function transformSelection(
  selection: Selection,
  operation: Operation,
  side: Side = "left",
): Selection {
  const anchor = transformPosition(selection.anchor, operation, side);
  const head =
    selection.head === selection.anchor ? anchor : transformPosition(selection.head, operation, side);
  return anchor === selection.anchor && head === selection.head ? selection : { anchor, head };
}
