import {
  apply,
  invert,
  type LocalEdit,
  type Operation,
  replaceOperation,
  Text,
  transformPair,
  UndoHistory,
} from "@interline/ot";
import { absolute, against, cpuMs, median, type Row } from "../measure.ts";

const TEXT_POINTS = 65_536;
const REMOTE_OPERATIONS = 2_000;
/** Moving each operation through the whole stack takes up to a millisecond, so fewer are measured. */
const EAGER_OPERATIONS = 100;
const ROUNDS = 7;
const caret = { anchor: 0, head: 0 };

type Edit = (index: number, length: number) => Operation;

/** The same places in every run, all over the text. */
function place(index: number): number {
  return (index * 7_919) % (TEXT_POINTS - 1_000);
}

/** Words typed at one place after another, the last characters of each taken back. */
function typed(index: number, length: number): Operation {
  const start = place(Math.floor(index / 20));
  const key = index % 20;
  return key < 17
    ? replaceOperation(start + key, start + key, "x", length)
    : replaceOperation(start + 33 - key, start + 34 - key, "", length);
}

/** One character inserted or deleted, at another place each time. */
function scattered(index: number, length: number): Operation {
  const at = place(index);
  return index % 2 === 0 ? replaceOperation(at, at, "x", length) : replaceOperation(at, at + 1, "", length);
}

/**
 * What it costs to keep the undo of the own edits right while others write: µs of processor time per operation of theirs, when
 * 10, 100 and 1,000 edits can be undone, and against moving each operation through the whole stack at once (as ot.js does).
 */
export function undoRows(): readonly Row[] {
  return [...upkeepRows("words typed", typed), ...upkeepRows("one character anywhere", scattered)];
}

function upkeepRows(kind: string, remote: Edit): readonly Row[] {
  const [shallow, middle, deep] = [upkeep(10, remote), upkeep(100, remote), upkeep(1_000, remote)] as const;
  const name = `undo upkeep per remote operation (${kind})`;
  return [
    absolute(`${name}, depth 10`, "µs", shallow.lazy, 5),
    absolute(`${name}, depth 100`, "µs", middle.lazy, 5),
    absolute(`${name}, depth 1,000`, "µs", deep.lazy, 5),
    against(`${name}, depth 1,000`, "µs", deep.lazy, "depth 10", shallow.lazy, 2),
    against(`${name}, depth 1,000`, "µs", deep.lazy, "eager rebase", deep.eager, 0.01),
  ];
}

/** Median µs per operation of others, rebased when needed and at once. */
function upkeep(depth: number, remote: Edit): { readonly lazy: number; readonly eager: number } {
  const edits = ownEdits(depth);
  let length = TEXT_POINTS + depth;
  const operations = Array.from({ length: REMOTE_OPERATIONS }, (_, index) => {
    const operation = remote(index, length);
    length = operation.targetLength;
    return operation;
  });
  const lazily = (): number => {
    const undo = new UndoHistory();
    for (const edit of edits) undo.recordLocal(edit);
    const ms = cpuMs(() => {
      for (const operation of operations) undo.addRemote(operation);
      undo.canUndo();
    });
    return (1_000 * ms) / REMOTE_OPERATIONS;
  };
  const eagerly = (): number => {
    const stack = edits.map(({ operation, before }) => invert(operation, before)).toReversed();
    const ms = cpuMs(() => {
      for (const operation of operations.slice(0, EAGER_OPERATIONS)) {
        let moving = operation;
        for (const [index, entry] of stack.entries()) [stack[index], moving] = transformPair(entry, moving);
      }
    });
    return (1_000 * ms) / EAGER_OPERATIONS;
  };
  lazily();
  return {
    lazy: median(Array.from({ length: ROUNDS }, lazily)),
    eager: median(Array.from({ length: 3 }, eagerly)),
  };
}

/** One character each, far apart and slowly, so that each is undone by itself. */
function ownEdits(depth: number): readonly LocalEdit[] {
  let before = Text.of("x".repeat(TEXT_POINTS));
  return Array.from({ length: depth }, (_, index) => {
    const at = place(3 * index + 1);
    const operation = replaceOperation(at, at, "y", before.points);
    const edit = { operation, before, selectionBefore: caret, selectionAfter: caret, at: 1_000 * index };
    before = apply(before, operation);
    return edit;
  });
}
