import { composeAll, type Operation, replaceOperation } from "@interline/ot";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Compositions } from "../src/compositions.ts";
import { HistoryWindow } from "../src/history-window.ts";
import type { Entry } from "../src/log/document-log.ts";

/** An edit: where, as a share of the text, how much it deletes, and what it inserts. */
const edit = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  deleted: fc.nat(3),
  text: fc.constantFrom("", "a", "bc", "é", "😀", "漢字"),
});

function entryOf(version: number, operation: Operation): Entry {
  return { version, entryId: `e${version}`, session: "s", seq: version, operation, author: "u", time: 0 };
}

test("what is asked of a window's history is what its entries do one by one, whatever was asked before", () => {
  const asked = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 });
  const turn = fc.record({
    edits: fc.array(edit, { minLength: 1, maxLength: 30, size: "max" }),
    times: fc.integer({ min: 1, max: 120 }),
    isAnybodyAway: fc.boolean(),
    asked,
  });
  const turns = fc.array(turn, { minLength: 1, maxLength: 4 });
  const bounds = fc.record({
    maxEntries: fc.integer({ min: 1, max: 3_000 }),
    maxWeight: fc.constant(100_000),
  });
  fc.assert(
    fc.property(turns, bounds, (all, historyBounds) => {
      const window = new HistoryWindow({ version: 0, entryId: "", length: 0 }, historyBounds);
      for (const { edits, times, isAnybodyAway, asked: questions } of all) {
        for (const { place, deleted, text } of Array<typeof edits>(times).fill(edits).flat()) {
          const { version, length } = window.head;
          const from = Math.round(place * length);
          const operation = replaceOperation(from, Math.min(length, from + deleted), text, length);
          window.push(entryOf(version + 1, operation));
          if (isAnybodyAway) window.prepare();
        }
        const size = window.head.version - window.start;
        for (const [one, other] of questions) {
          const [after, to] = [one % (size + 1), other % (size + 1)].toSorted((a, b) => a - b) as [
            number,
            number,
          ];
          const entries = window.entries(window.start + after, window.start + to) ?? [];
          if (entries.length === 0) continue;
          const together = composeAll(entries.map(({ operation }) => operation));
          expect(window.compose(entries).equals(together)).toBe(true);
        }
      }
    }),
    { numRuns: 100, unbiased: true },
  );
});

test("while somebody is away each entry is composed once for each size of block, and of what came before one block", () => {
  const composed: [number, number][] = [];
  const entries = (after: number, to: number): Entry[] => {
    composed.push([after, to]);
    return Array.from({ length: to - after }, (_, index) =>
      entryOf(after + index + 1, replaceOperation(0, 0, "x", after + index)),
    );
  };
  const compositions = new Compositions();
  // Nobody was away until version 5,000.
  for (let head = 5_000; head <= 8_200; head++) compositions.prepare(head, entries);
  const small = composed.filter(([after, to]) => to - after === 64);
  expect(small.map(([after]) => after)).toEqual(Array.from({ length: 51 }, (_, block) => 4_928 + 64 * block));
  const large = composed.filter(([after, to]) => to - after === 1_024);
  expect(large.map(([after]) => after)).toEqual([4_096, 5_120, 6_144, 7_168]);
  expect(composed).toHaveLength(small.length + large.length);
});
