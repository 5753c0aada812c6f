import { ChangeSet, Text as CodeMirrorText } from "@codemirror/state";
import { apply, Operation, Text } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesOf, operationOf } from "../src/surface/changes.ts";
import { pointOfUnit, pointsIn, unitOfPointIn } from "../src/surface/offsets.ts";
import { codeMirrorText, documents, editPlans, planned } from "./documents.ts";

describe("offsets", () => {
  it("agree with the indexed text at every position", () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
        (string, at) => {
          const text = Text.of(string);
          const shown = codeMirrorText(string);
          expect(pointsIn(shown)).toBe(text.points);
          for (const fraction of [0, ...at, 1]) {
            const point = Math.round(fraction * text.points);
            const unit = text.unitOfPoint(point);
            expect(unitOfPointIn(shown, point)).toBe(unit);
            expect(pointOfUnit(shown, unit)).toBe(point);
          }
        },
      ),
    );
  });

  it("stay right from one edit to the next, where parts of the tree are shared", () => {
    fc.assert(
      fc.property(documents, fc.array(editPlans, { maxLength: 6 }), (string, rounds) => {
        let shown = codeMirrorText(string);
        let text = Text.of(string);
        for (const plans of rounds) {
          const operation = planned(plans, text.points);
          shown = ChangeSet.of(changesOf(operation, shown), shown.length, "\n").apply(shown);
          text = apply(text, operation);
          expect(pointsIn(shown)).toBe(text.points);
          expect(unitOfPointIn(shown, text.points >> 1)).toBe(text.unitOfPoint(text.points >> 1));
        }
      }),
    );
  });
});

describe("changes and operations", () => {
  it("an operation changes CodeMirror's text as it changes the document", () => {
    fc.assert(
      fc.property(documents, editPlans, (string, plans) => {
        const text = Text.of(string);
        const shown = codeMirrorText(string);
        const operation = planned(plans, text.points);
        const changed = ChangeSet.of(changesOf(operation, shown), shown.length, "\n").apply(shown);
        expect(changed.toString()).toBe(apply(text, operation).toString());
      }),
    );
  });

  it("a change set becomes an operation with the same effect", () => {
    fc.assert(
      fc.property(documents, editPlans, (string, plans) => {
        const text = Text.of(string);
        const shown = codeMirrorText(string);
        const changes = ChangeSet.of(changesOf(planned(plans, text.points), shown), shown.length, "\n");
        const operation = operationOf(changes, shown);
        expect(apply(text, operation).toString()).toBe(changes.apply(shown).toString());
      }),
    );
  });

  it("keeps a carriage return in text from the server", () => {
    const shown = CodeMirrorText.of(["a"]);
    const changed = ChangeSet.of(changesOf(Operation.from([1, "\r\nb\rc"], 1), shown), 1, "\n").apply(shown);
    expect(changed.toString()).toBe("a\r\nb\rc");
    expect(changed.lines).toBe(2);
  });
});
