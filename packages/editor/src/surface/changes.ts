import { type ChangeSet, Text } from "@codemirror/state";
import { type Operation, OperationBuilder } from "@interline/ot";
import { pointsIn, TextCursor } from "./offsets.ts";

/**
 * The operation (code points) that does what a change set (UTF-16 code units) does to `before`. One walk over both.
 *
 * Law (test `changes.test.ts`): applied as an operation it gives the text that CodeMirror gets.
 */
export function operationOf(changes: ChangeSet, before: Text): Operation {
  const builder = new OperationBuilder(pointsIn(before));
  const cursor = new TextCursor(before);
  changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    const passed = cursor.points;
    const start = cursor.toUnit(from).points;
    const end = cursor.toUnit(to).points;
    builder
      .skip(start - passed)
      .delete(end - start)
      .insert(inserted.sliceString(0, inserted.length, "\n"));
  });
  return builder.build();
}

/**
 * The changes (UTF-16 code units of `text`) that do what an operation (code points) does to `text`. One walk over both.
 * Inserted text is split at `\n` only, whatever the editor's line separator is.
 */
export function changesOf(operation: Operation, text: Text): { from: number; to: number; insert: Text }[] {
  const changes: { from: number; to: number; insert: Text }[] = [];
  const cursor = new TextCursor(text);
  let from = 0;
  let inserted = "";
  const close = (): void => {
    if (cursor.units > from || inserted !== "") {
      changes.push({ from, to: cursor.units, insert: textOf(inserted) });
    }
    inserted = "";
  };
  for (const component of operation) {
    if (typeof component === "number") {
      close();
      from = cursor.passPoints(component).units;
    } else if (typeof component === "string") inserted += component;
    else cursor.passPoints(component.d);
  }
  close();
  return changes;
}

/** A string as CodeMirror's text, split at `\n` only. */
export function textOf(string: string): Text {
  return Text.of(string.split("\n"));
}
