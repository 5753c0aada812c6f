import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composeAll } from "../src/composer.ts";
import { History } from "../src/history.ts";
import { Operation, replaceOperation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { operationOf, stepsArbitrary } from "./editing.ts";

interface Told {
  readonly history: History;
  readonly first: number;
  readonly operations: readonly Operation[];
  /** Text of each version from `first` on. */
  readonly texts: readonly string[];
}

const toldArbitrary: fc.Arbitrary<Told> = fc
  .record({
    document: textArbitrary(),
    first: fc.nat(40),
    edits: fc.array(stepsArbitrary, { maxLength: 600, size: "max" }),
    maxBytes: fc.constantFrom(40_000, Number.POSITIVE_INFINITY),
  })
  .map(({ document, first, edits, maxBytes }) => {
    const history = new History(Text.of(document), { version: first, maxBytes });
    const operations: Operation[] = [];
    const texts = [document];
    for (const steps of edits) {
      const operation = operationOf(steps, history.text.points);
      history.append(operation);
      operations.push(operation);
      texts.push(history.text.toString());
    }
    return { history, first, operations, texts };
  });

describe("history", () => {
  it("[seek-model] the text of a version is what its operations give one by one", () => {
    fc.assert(
      fc.property(toldArbitrary, ({ history, first, texts }) => {
        for (const [index, text] of texts.entries()) {
          const version = first + index;
          const found = history.textAt(version)?.toString();
          expect(found).toBe(version < history.firstVersion ? undefined : text);
        }
        expect(history.textAt(history.version + 1)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it("the pieces between two versions compose to what the operations compose to, and are few", () => {
    fc.assert(
      fc.property(toldArbitrary, fc.nat(), fc.nat(), ({ history, first, operations }, a, b) => {
        const known = history.version - history.firstVersion + 1;
        const [from, to] = [a % known, b % known].toSorted((x, y) => x - y) as [number, number];
        const start = history.firstVersion + from;
        const end = history.firstVersion + to;
        const pieces = history.between(start, end) ?? [];
        expect(pieces.length).toBeLessThanOrEqual(64);
        expect(pieces.map((piece) => piece.from)).toEqual(
          [start, ...pieces.map((piece) => piece.to)].slice(0, pieces.length),
        );
        if (start === end) return;
        expect(composeAll(pieces.map((piece) => piece.operation))).toEqual(
          composeAll(operations.slice(start - first, end - first)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("forgets the oldest versions when it is full, and keeps the last text", () => {
    const history = new History(Text.empty, { maxBytes: 200_000 });
    for (let version = 0; version < 10_000; version++) {
      history.append(
        replaceOperation(0, version % 50 === 0 ? history.text.points : 0, "word ", history.text.points),
      );
      expect(history.bytes).toBeLessThan(240_000);
    }
    expect(history.firstVersion).toBeGreaterThan(5_000);
    expect(history.textAt(history.firstVersion - 1)).toBeUndefined();
    expect(history.between(history.firstVersion - 1, 10_000)).toBeUndefined();
    expect(history.textAt(history.firstVersion)).toBeDefined();
    expect(history.textAt(10_000)).toBe(history.text);
  });

  it("tells a hundred thousand operations in few pieces", () => {
    const history = new History();
    for (let version = 0; version < 100_000; version++)
      history.append(replaceOperation(0, version % 2, "x", history.text.points));
    expect(history.between(1, 99_999)?.length).toBeLessThan(140);
    expect(history.between(0, 65_536)).toHaveLength(1);
  });

  it("refuses an operation that does not fit and stays as it was", () => {
    const history = new History(Text.of("ab"));
    expect(() => history.append(Operation.from([3, "x"], 3))).toThrow(
      expect.objectContaining({ code: "ERR_LENGTH_MISMATCH" }),
    );
    expect(history.version).toBe(0);
    expect(history.text.toString()).toBe("ab");
  });
});
