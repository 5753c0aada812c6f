import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import { Authorship, type AuthorRun } from "../src/authorship.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { UndoHistory } from "../src/undo/undo-history.ts";
import { happeningsArbitrary, operationOf, stepsArbitrary } from "./editing.ts";

const runs = { numRuns: 1_000 };
const caret = { anchor: 0, head: 0 };

/** The author of each character after an operation, one by one. */
function applyEach(authors: readonly number[], operation: Operation, by: number): number[] {
  const result: number[] = [];
  let point = 0;
  for (const component of operation) {
    if (typeof component === "number") {
      result.push(...authors.slice(point, point + component));
      point += component;
    } else if (typeof component === "string") for (const _ of component) result.push(by);
    else point += component.d;
  }
  return [...result, ...authors.slice(point)];
}

function each(authorship: Authorship): number[] {
  return authorship.runs().flatMap(([length, author]) => Array.from({ length }, () => author));
}

describe("authorship", () => {
  it("[author-model] is the same as an author kept with every character", () => {
    fc.assert(
      fc.property(
        textArbitrary(),
        fc.array(fc.record({ steps: stepsArbitrary, by: fc.nat(3) }), { maxLength: 12 }),
        (document, edits) => {
          let points = Text.of(document).points;
          let authorship = Authorship.of([[points, 0]]);
          let model: number[] = Array.from({ length: points }, () => 0);
          for (const { steps, by } of edits) {
            const operation = operationOf(steps, points);
            authorship = authorship.apply(operation, by);
            model = applyEach(model, operation, by);
            points = model.length;
            expect(each(authorship)).toEqual(model);
            expect(authorship.points).toBe(points);
            const list = authorship.runs();
            expect(
              list.every(([length, author], index) => length > 0 && author !== list[index - 1]?.[1]),
            ).toBe(true);
            expect(Authorship.of(list).runs()).toEqual(list);
          }
          for (const [point, author] of model.entries()) expect(authorship.authorAt(point)).toBe(author);
        },
      ),
      runs,
    );
  });

  it("[author-model] text that an undo or a redo brings back has the authors it had, in groups as well", () => {
    fc.assert(
      fc.property(
        textArbitrary(),
        happeningsArbitrary(["local", "undo", "redo"]),
        fc.nat(2),
        (document, happenings, groupEvery) => {
          let text = Text.of(document);
          let authorship = Authorship.of(
            Array.from({ length: text.points }, (_, index): AuthorRun => [1, 2 + (index % 3)]),
          );
          const undo = new UndoHistory();
          for (const [index, happening] of happenings.entries()) {
            if (happening.kind === "local") {
              // Forward deletes at one place group; so the entries are composed.
              const operation = operationOf(happening.steps.slice(0, 1), text.points);
              undo.recordLocal({
                operation,
                before: text,
                selectionBefore: caret,
                selectionAfter: caret,
                at: 0,
                authorship,
              });
              if (groupEvery === 0 || index % groupEvery === 0) undo.breakGroup();
              authorship = authorship.apply(operation, 1);
              text = apply(text, operation);
            } else if (happening.kind !== "remote") {
              const step = undo[happening.kind](text, authorship);
              if (step === undefined) continue;
              authorship = authorship.apply(step.operation, step.authors ?? []);
              text = apply(text, step.operation);
            }
            expect(authorship.points).toBe(text.points);
          }
          for (let step = undo.undo(text, authorship); step; step = undo.undo(text, authorship)) {
            authorship = authorship.apply(step.operation, step.authors ?? []);
            text = apply(text, step.operation);
          }
          expect(text.toString()).toBe(document);
          expect(each(authorship)).toEqual(
            Array.from({ length: text.points }, (_, index) => 2 + (index % 3)),
          );
        },
      ),
      runs,
    );
  });

  it("refuses what does not fit", () => {
    const authorship = Authorship.of([[3, 0]]);
    const misfit = expect.objectContaining({ code: "ERR_LENGTH_MISMATCH" });
    expect(() => authorship.apply(Operation.from([4, "x"], 4), 1)).toThrow(misfit);
    expect(() => authorship.apply(Operation.from(["ab"], 3), [[1, 1]])).toThrow(misfit);
    expect(() => authorship.apply(Operation.from(["ab"], 3), [[3, 1]])).toThrow(misfit);
    expect(() => authorship.authorAt(3)).toThrow(misfit);
  });

  it.each([
    [[-1, 0]],
    [[1.5, 0]],
    [[1, -1]],
    [[1, 0.5]],
    [[2 ** 31, 0]],
    [
      [2 ** 30, 0],
      [2 ** 30, 1],
    ],
  ])("refuses %j as runs", (...list) => {
    const wrong = expect.objectContaining({ code: "ERR_OPERATION_NUMBER" });
    expect(() => Authorship.of(list as unknown as AuthorRun[])).toThrow(wrong);
  });
});
