import { Text } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkpointBytes, readCheckpoint, stateOfCheckpoint } from "../../src/log/checkpoint-bytes.ts";
import { encodeCheckpoint } from "../../src/log/records.ts";
import { cut, SLICE_UNITS, slicesOf, textOfSlices } from "../../src/slices.ts";
import { Unescaper } from "../../src/unescaper.ts";

const unit = fc.constantFrom("a", "\\", '"', "\n", "\u0007", "é", "漢", "😀", "\u2028", "\ufeff");
const id = fc.string({ unit: fc.constantFrom("a", "Z", "0", "_", "-"), maxLength: 64 });
/** A long text: what it repeats, so that every kind of character stands where a slice may end. */
const longText = fc
  .array(unit, { minLength: 1, maxLength: 7 })
  .map((units) => units.join("").repeat(Math.ceil((2.2 * SLICE_UNITS) / units.join("").length)));

describe("a checkpoint in slices", () => {
  test("law: has the bytes that it has as a whole, and is read back from them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), id, fc.string({ unit, maxLength: 30 }), async (version, entryId, text) => {
        const checkpoint = { version, entryId, text };
        const bytes = await checkpointBytes(checkpoint);
        expect(bytes.toString()).toBe(encodeCheckpoint(checkpoint));
        expect(stateOfCheckpoint(bytes)).toEqual({ version, entryId });
        expect(await readCheckpoint(bytes)).toEqual(checkpoint);
      }),
    );
  });

  test("law: of a long text too", async () => {
    await fc.assert(
      fc.asyncProperty(longText, fc.nat(9), async (long, shift) => {
        const checkpoint = { version: 7, entryId: "e", text: "x".repeat(shift) + long };
        const bytes = await checkpointBytes(checkpoint);
        expect(bytes.equals(Buffer.from(encodeCheckpoint(checkpoint)))).toBe(true);
        expect((await readCheckpoint(bytes)).text === checkpoint.text).toBe(true);
        const text = await textOfSlices(cut(checkpoint.text));
        expect(text.equals(Text.of(checkpoint.text))).toBe(true);
        const slices = [...slicesOf(text)];
        expect(slices.join("") === checkpoint.text).toBe(true);
        for (const slice of slices) {
          expect(slice.isWellFormed()).toBe(true);
          expect(slice.length).toBeLessThan(SLICE_UNITS + 1_000);
        }
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ["nothing", ""],
    ["something else", '{"text":"x"}'],
    ["the beginning of one", '[7,"e","te'],
    ["one with half an escape", '[7,"e","te\\"]'],
    ["one with an unknown escape", '[7,"e","te\\x"]'],
    ["one of four fields", '[7,"e","te",1]'],
  ])("%s is no checkpoint", async (_what, text) => {
    const read = (async () => readCheckpoint(Buffer.from(text)))();
    await expect(read).rejects.toMatchObject({ code: "ERR_STORE_CORRUPT" });
  });

  test("bytes that are no UTF-8 are no checkpoint", async () => {
    const bytes = Buffer.concat([Buffer.from('[7,"e","'), Buffer.from([0xff]), Buffer.from('"]')]);
    await expect(readCheckpoint(bytes)).rejects.toMatchObject({ code: "ERR_STORE_CORRUPT" });
  });
});

test("law: the inside of a JSON string means the same in pieces, wherever it is cut", () => {
  const text = fc.string({ unit, maxLength: 40 });
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      fc.boolean(),
      (text, sizes, isAscii) => {
        let inside = JSON.stringify(text).slice(1, -1);
        if (isAscii) {
          inside = inside.replace(
            /[^\x20-\x7e]/g,
            (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, "0")}`,
          );
        }
        const unescaper = new Unescaper();
        let read = "";
        for (let at = 0, turn = 0; at < inside.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          read += unescaper.take(inside.slice(at, at + size));
          at += size;
        }
        unescaper.end();
        expect(read).toBe(text);
      },
    ),
  );
});
