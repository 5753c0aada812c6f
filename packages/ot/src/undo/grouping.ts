import type { Operation } from "../operation.ts";
import { transformPosition } from "../position.ts";
import { countPoints } from "../unicode.ts";

/** A change at one place. Positions and lengths in code points. */
interface Change {
  readonly from: number;
  readonly deleted: number;
  readonly inserted: number;
  /** The inserted text, or the deleted one if nothing was inserted. */
  readonly text: string;
}

/** Edits that the next one may join, as the last of them left them. */
export interface OpenGroup {
  readonly kind: "insert" | "delete";
  /** When the last edit was made, in ms. */
  readonly at: number;
  /** Where the caret stood after it, in code points. */
  readonly caret: number;
  /** What the last edit inserted or deleted. */
  readonly text: string;
}

/**
 * The group that an edit leaves open, or undefined if nothing may join it: an edit in several places, or, where
 * words are groups, of several at once (a paste).
 */
export function openGroup(
  operation: Operation,
  inverse: Operation,
  at: number,
  byWord: boolean,
): OpenGroup | undefined {
  const change = changeOf(operation, inverse);
  if (change === undefined || (byWord && /\s\S/u.test(change.text))) return undefined;
  const kind = change.inserted > 0 ? "insert" : "delete";
  return { kind, at, caret: change.from + change.inserted, text: change.text };
}

/**
 * True if an edit goes on where the group stopped: soon after, of its kind, at its caret, in its word if `byWord`, and
 * nobody else changed anything in it or beside it.
 *
 * @param undo what takes the group back, as it applied before `remote`
 * @param remote what others did since the last edit of the group, if anything
 */
export function joinsGroup(
  group: OpenGroup,
  undo: Operation,
  remote: Operation | undefined,
  edit: { readonly operation: Operation; readonly inverse: Operation; readonly at: number },
  { groupMs, byWord }: { readonly groupMs: number; readonly byWord: boolean },
): boolean {
  const change = changeOf(edit.operation, edit.inverse);
  if (change === undefined || edit.at - group.at >= groupMs) return false;
  if (remote !== undefined && touches(undo, remote)) return false;
  const caret = remote === undefined ? group.caret : transformPosition(group.caret, remote);
  if (group.kind === "insert") {
    if (change.deleted > 0 || change.from !== caret) return false;
    return !(byWord && startsGroup(group.text, change.text));
  }
  if (change.inserted > 0) return false;
  if (change.from === caret) return !(byWord && startsGroup(group.text, change.text));
  if (change.from + change.deleted !== caret) return false;
  return !(byWord && startsGroup(reversed(group.text), reversed(change.text)));
}

/** The change of an operation that changes one place only: an insert, a delete or both. */
function changeOf(operation: Operation, inverse: Operation): Change | undefined {
  const own = changesOf(operation);
  const [change] = own;
  if (change === undefined || own.length > 1) return undefined;
  return change.text === "" ? { ...change, text: changesOf(inverse)[0]?.text ?? "" } : change;
}

function changesOf(operation: Operation): Change[] {
  const changes: Change[] = [];
  let point = 0;
  let isOpen = false;
  for (const component of operation) {
    if (typeof component === "number") {
      point += component;
      isOpen = false;
      continue;
    }
    const last = isOpen ? changes.pop() : undefined;
    const { from, deleted, inserted, text } = last ?? { from: point, deleted: 0, inserted: 0, text: "" };
    isOpen = true;
    if (typeof component === "string") {
      changes.push({ from, deleted, inserted: inserted + countPoints(component), text: text + component });
    } else {
      changes.push({ from, deleted: deleted + component.d, inserted, text });
      point += component.d;
    }
  }
  return changes;
}

/** True if two operations on one text change something in, or directly beside, what lies between the changes of the first. */
function touches(first: Operation, second: Operation): boolean {
  const own = changesOf(first);
  const start = own[0]?.from ?? 0;
  const last = own.at(-1);
  const end = last === undefined ? 0 : last.from + last.deleted;
  return changesOf(second).some(({ from, deleted }) => from <= end && from + deleted >= start);
}

/** True if a new line, a new word or several words at once begin with the text `next` after `before`. */
function startsGroup(before: string, next: string): boolean {
  return /[\n\r]|\s\S/u.test(next) || (/\s$/u.test(before) && /^\S/u.test(next));
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join("");
}
