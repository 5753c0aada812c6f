import { Operation, replaceOperation } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServerError } from "../../src/errors.ts";
import type { CommitBatch, Entry } from "../../src/log/document-log.ts";
import { decodeEntries, decodeEntry, encodeBatch, encodeEntry } from "../../src/log/records.ts";
import { SLICE_UNITS } from "../../src/slices.ts";
import { turnsOf } from "../turns-of-the-loop.ts";

function entryOf(version: number, operation: Operation): Entry {
  return {
    version,
    entryId: `e-${version}`,
    session: 's"\\',
    seq: version,
    operation,
    author: 'A "n\\',
    time: 5,
  };
}

describe("entries that are read", () => {
  test("law: long ones are what they are when they are read at once", async () => {
    const piece = fc.constantFrom('"', "\\", '\\"', "a", "\n", "\u0001", "é", "😀", "\u2028");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 9 }), fc.nat(3), async (pieces, skip) => {
        const long = pieces.join("").repeat(Math.ceil(600_000 / pieces.join("").length));
        const operation = Operation.from([1, long, { d: 2 }, 1, pieces.join("")], 9 + skip);
        const value = encodeEntry(entryOf(3, operation));
        const [read] = await decodeEntries([[3, value]]);
        expect(JSON.stringify(read) === JSON.stringify(decodeEntry(3, value))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("are read in slices: a long one a slice of its text after another, others one after another", async () => {
    const long = "😀".repeat(1_000_000);
    const value = encodeEntry(entryOf(1, replaceOperation(0, 0, long, 0)));
    const one = await turnsOf(decodeEntries([[1, value]]));
    expect(one.turns).toBeGreaterThanOrEqual(long.length / SLICE_UNITS);
    const short = encodeEntry(entryOf(1, replaceOperation(0, 0, "x".repeat(100_000), 0)));
    const many = await turnsOf(
      decodeEntries(Array.from({ length: 10 }, (_, index) => [index + 1, short] as const)),
    );
    expect(many.turns).toBeGreaterThanOrEqual(9);
  });

  test("that are damaged are refused", async () => {
    const value = encodeEntry(entryOf(1, replaceOperation(0, 0, "x".repeat(600_000), 0)));
    for (const damaged of [
      value.slice(0, -10),
      value.slice(0, 300_000),
      value.replace("xx", "\\q"),
      value.replace('["x', '[-7,"x'),
    ]) {
      const code = await decodeEntries([[1, damaged]]).then(
        () => "read",
        (error: ServerError) => error.code,
      );
      expect(code).toBe("ERR_STORE_CORRUPT");
    }
  });
});

describe("a batch that is written", () => {
  const entry = { entryId: "e", session: "s", seq: 1, fence: "f", settled: 0, length: 1, author: "a" };
  const batchOf = (units: number, count: number): CommitBatch => ({
    expected: { version: 0, entryId: "" },
    entries: Array.from({ length: count }, () => ({
      ...entry,
      operation: replaceOperation(0, 0, "x".repeat(units), 0),
    })),
    time: 1,
  });

  test("is encoded at once if it is short, an entry after another if it is long", async () => {
    expect(encodeBatch(batchOf(10, 100), (value) => value)).toHaveLength(100);
    const encoded = encodeBatch(batchOf(262_144, 12), (value) => value.length);
    const { turns, result } = await turnsOf(Promise.resolve(encoded));
    expect(turns).toBeGreaterThanOrEqual(12);
    expect(result).toHaveLength(12);
  });
});
