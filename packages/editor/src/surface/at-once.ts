import { type ChangeSet, Text } from "@codemirror/state";

/** From so many changes on a text is made anew as a whole. */
const MANY = 5_000;

/**
 * The same changes; very many of them make their text at once. CodeMirror (`ChangeSet.apply` of @codemirror/state
 * 6.7) makes a tree of the text for each single one, which for a hundred thousand takes seconds.
 *
 * Law (test `at-once.test.ts`): they make the same text.
 *
 * @param many from how many on
 */
export function atOnce(changes: ChangeSet, many: number = MANY): ChangeSet {
  let count = 0;
  changes.iterChanges(() => count++, true);
  if (count < many) return changes;
  return Object.defineProperty(changes, "apply", { value: (doc: Text) => applied(changes, doc) });
}

function applied(changes: ChangeSet, doc: Text): Text {
  if (doc.length !== changes.length)
    throw new RangeError("Applying change set to a document with the wrong length");
  const text = doc.sliceString(0, doc.length, "\n");
  const pieces: string[] = [];
  let at = 0;
  changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    pieces.push(text.slice(at, from), inserted.sliceString(0, inserted.length, "\n"));
    at = to;
  });
  pieces.push(text.slice(at));
  return Text.of(pieces.join("").split("\n"));
}
