import { type Operation, OperationBuilder } from "../operation.ts";
import type { Text } from "../text.ts";

/**
 * The operation without what it deletes and puts back at the same place: `compose` keeps a deletion and the same text inserted
 * again as both, so an edit that was undone before it was sent would still travel. `before` is the text the operation is for.
 *
 * For operations that nobody has seen yet: the effect on the text is the same, but characters that stayed are now the old
 * ones, so others' inserts between them keep their places. Once, when an operation is about to be sent; what keeps growing
 * should stay uncancelled, since a common start or end found early may pair the wrong ones of equal characters.
 *
 * Laws: `apply(t, cancel(a, t))` = `apply(t, a)`; (`undo-cancels`) all own edits composed with all their undos cancel to nothing.
 * Cost: O(components × log n + deleted + inserted).
 *
 * @example cancel([{ d: 3 }, "abc"], Text.of("abcd")) // []
 * @public
 */
export function cancel(operation: Operation, before: Text): Operation {
  const result = new OperationBuilder(operation.baseLength);
  let point = 0;
  let run: Run = { deleted: 0, inserted: "", isInsertFirst: false };
  for (const component of operation) {
    if (typeof component === "number") {
      addRun(result, run, before, point);
      point += run.deleted + component;
      result.skip(component);
      run = { deleted: 0, inserted: "", isInsertFirst: false };
    } else if (typeof component === "string") {
      run = { ...run, inserted: run.inserted + component, isInsertFirst: run.deleted === 0 };
    } else run = { ...run, deleted: run.deleted + component.d };
  }
  addRun(result, run, before, point);
  return result.build();
}

/** What happens between two characters that stay. */
interface Run {
  readonly deleted: number;
  readonly inserted: string;
  readonly isInsertFirst: boolean;
}

function addRun(result: OperationBuilder, run: Run, before: Text, point: number): void {
  const deleted =
    run.deleted === 0 || run.inserted === "" ? [] : Array.from(before.slice(point, point + run.deleted));
  const inserted = deleted.length === 0 ? [run.inserted] : Array.from(run.inserted);
  const most = Math.min(deleted.length, inserted.length);
  let start = 0;
  while (start < most && deleted[start] === inserted[start]) start++;
  let end = 0;
  while (end < most - start && deleted.at(-1 - end) === inserted.at(-1 - end)) end++;
  const rest = inserted.slice(start, inserted.length - end).join("");
  result.skip(start);
  if (run.isInsertFirst) result.insert(rest);
  result.delete(run.deleted - start - end);
  if (!run.isInsertFirst) result.insert(rest);
  result.skip(end);
}
