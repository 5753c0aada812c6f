import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Operation, replaceOperation } from "../src/operation.ts";
import { decodeHistory, StoredHistoryErrorCode } from "../src/stored/decode.ts";
import { encodeHistory } from "../src/stored/encode.ts";
import type { StoredEntry, StoredHistory } from "../src/stored/format.ts";
import { countPoints } from "../src/unicode.ts";
import { operationOf, stepsArbitrary } from "./editing.ts";
import { storedCorpus } from "./stored-corpus.ts";

const limits = { maxEntries: 10_000 };
const runs = { numRuns: 1_000 };

/** Entries by typing, backspacing, forward deleting and anything else, at one place for a while. */
const historyArbitrary: fc.Arbitrary<StoredHistory> = fc
  .record({
    document: textArbitrary(),
    bursts: fc.array(
      fc.record({
        kind: fc.constantFrom("type", "backspace", "delete", "anything"),
        place: fc.nat(20),
        text: textArbitrary(6),
        steps: stepsArbitrary,
        author: fc.constantFrom("ada", "", "Žofie 👩‍👩‍👧‍👦"),
        pause: fc.oneof(fc.constantFrom(0, 100), fc.integer({ min: -5_000, max: 5_000 })),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ document, bursts }) => {
    const baseLength = countPoints(document);
    const entries: StoredEntry[] = [];
    let length = baseLength;
    let at = 1_600_000_000_000;
    for (const { kind, place, text, steps, author, pause } of bursts) {
      let cursor = Math.min(place, length);
      const add = (operation: Operation) => {
        entries.push({ operation, author, at });
        at += pause;
        length = operation.targetLength;
      };
      if (kind === "anything") add(operationOf(steps, length));
      else {
        for (const character of text) {
          if (kind === "type") add(replaceOperation(cursor, cursor++, character, length));
          else if (kind === "backspace" && cursor > 0)
            add(replaceOperation(cursor - 1, cursor--, "", length));
          else if (kind === "delete" && cursor < length)
            add(replaceOperation(cursor, cursor + 1, "", length));
        }
      }
    }
    return { baseLength, entries };
  });

describe("the stored form of a history", () => {
  it("gives back every operation, author and time", () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        expect(decodeHistory(encodeHistory(history), limits)).toEqual({ ok: true, history });
      }),
      runs,
    );
  });

  it("[wire-total] of any bytes is a history or an error with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isMarked) => {
        readTwice(isMarked ? Uint8Array.of(0x49, 0x4c, 0x48, 1, ...bytes) : bytes);
      }),
      { numRuns: 10_000 },
    );
  });

  it("[wire-total] of damaged bytes is a history or an error with a code", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(historyArbitrary, damage, fc.nat(), (history, damage, end) => {
        const bytes = encodeHistory(history);
        for (const [place, byte] of damage) bytes[place % bytes.length] = byte;
        readTwice(bytes);
        readTwice(bytes.subarray(0, end % bytes.length));
      }),
      runs,
    );
  });

  it.each(storedCorpus)("refuses $name", ({ bytes, code }) => {
    expect(decodeHistory(Uint8Array.from(bytes), limits)).toMatchObject({ ok: false, code });
  });

  it("takes a byte or less for a keystroke", () => {
    const entries: StoredEntry[] = [];
    for (let index = 0; index < 1_000; index++) {
      entries.push({ operation: replaceOperation(index, index, "x", index), author: "ada", at: 1_000 });
    }
    expect(encodeHistory({ baseLength: 0, entries }).length).toBeLessThan(1_050);
  });

  it("refuses to write what it could not read", () => {
    const entry = { operation: replaceOperation(0, 0, "x", 0), author: "ada", at: 0 };
    const write =
      (change: Partial<StoredEntry>, baseLength = 0) =>
      () =>
        encodeHistory({ baseLength, entries: [{ ...entry, ...change }] });
    const misfit = expect.objectContaining({ code: "ERR_LENGTH_MISMATCH" });
    expect(write({ operation: replaceOperation(1, 2, "", 2) }, 1)).toThrow(misfit);
    expect(write({}, -1)).toThrow(misfit);
    const longest = 2 ** 29 - 1;
    expect(write({ operation: replaceOperation(0, 0, "x", longest) }, longest)).toThrow(misfit);
    for (const at of [-1, 0.5, Number.NaN, 2 ** 48 + 1]) {
      expect(write({ at })).toThrow(expect.objectContaining({ code: "ERR_OPERATION_NUMBER" }));
    }
    expect(write({ author: "\ud83d" })).toThrow(expect.objectContaining({ code: "ERR_OPERATION_TEXT" }));
  });
});

/** What bytes give must itself be stored without loss. */
function readTwice(bytes: Uint8Array): void {
  const decoded = decodeHistory(bytes, limits);
  if (decoded.ok) expect(decodeHistory(encodeHistory(decoded.history), limits)).toEqual(decoded);
  else expect(Object.values(StoredHistoryErrorCode)).toContain(decoded.code);
}
