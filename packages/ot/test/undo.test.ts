import { textArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../src/apply.ts";
import type { Component } from "../src/components.ts";
import { compose } from "../src/compose.ts";
import { invert } from "../src/invert.ts";
import { isNoop, Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { transformPair } from "../src/transform.ts";
import { cancel } from "../src/undo/cancel.ts";
import { RebasedStack } from "../src/undo/rebased-stack.ts";
import { UndoHistory } from "../src/undo/undo-history.ts";
import { type Happening, happeningsArbitrary, operationOf, stepsArbitrary } from "./editing.ts";
import { UndoModel } from "./undo-model.ts";

const runs = { numRuns: 2_000 };
/** Rare orders of touching changes need many runs. */
const manyRuns = { numRuns: 6_000 };
const caret = { anchor: 0, head: 0 };

/** One writer's text, with undo in groups of one edit. */
class Writer {
  text: Text;
  readonly undo = new UndoHistory();

  constructor(text: string) {
    this.text = Text.of(text);
  }

  /** An operation for the text as it is. */
  of(components: readonly Component[]): Operation {
    return Operation.from(components, this.text.points);
  }

  local(operation: Operation): void {
    this.undo.recordLocal({
      operation,
      before: this.text,
      selectionBefore: caret,
      selectionAfter: caret,
      at: 0,
    });
    this.undo.breakGroup();
    this.text = apply(this.text, operation);
  }

  remote(operation: Operation): void {
    this.undo.addRemote(operation);
    this.text = apply(this.text, operation);
  }

  step(kind: "undo" | "redo"): Operation | undefined {
    const step = kind === "undo" ? this.undo.undo(this.text) : this.undo.redo(this.text);
    if (step !== undefined) this.text = apply(this.text, step.operation);
    return step?.operation;
  }

  happen(happening: Happening): void {
    if (happening.kind === "undo" || happening.kind === "redo") this.step(happening.kind);
    else this[happening.kind](operationOf(happening.steps, this.text.points));
  }
}

/** The entries after the happenings as they are taken: those rebased when taken, without emptied ones, and those rebased at once. */
function bothStacks(
  document: string,
  happenings: readonly Happening[],
): { lazy: readonly Operation[]; eager: readonly Operation[] } {
  let text = Text.of(document);
  const stack = new RebasedStack(1000);
  const eager: Operation[] = [];
  for (const happening of happenings) {
    if (happening.kind === "undo" || happening.kind === "redo") continue;
    const operation = operationOf(happening.steps, text.points);
    if (isNoop(operation)) continue;
    if (happening.kind === "local") {
      const inverse = invert(operation, text);
      eager.push(inverse);
      stack.push({ operation: inverse, authors: undefined, selectionBefore: caret, selectionAfter: caret });
    } else {
      stack.addRemote(operation);
      let moving = operation;
      for (const [index, inverse] of [...eager.entries()].toReversed()) {
        [eager[index], moving] = transformPair(inverse, moving);
      }
    }
    text = apply(text, operation);
  }
  const lazy: Operation[] = [];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) lazy.push(entry.operation);
  return { lazy, eager: eager.toReversed() };
}

/** What an operation inserts, and how much it deletes. */
function amounts(operation: Operation): { inserted: string; deleted: number } {
  let inserted = "";
  let deleted = 0;
  for (const component of operation) {
    if (typeof component === "string") inserted += component;
    else if (typeof component === "object") deleted += component.d;
  }
  return { inserted, deleted };
}

describe("undo in a shared text", () => {
  it("[undo-own-only] undo hides and shows the own characters, and never those of others", () => {
    fc.assert(
      fc.property(
        textArbitrary(),
        happeningsArbitrary(["local", "remote", "undo"]),
        fc.boolean(),
        (document, happenings, isLooking) => {
          const writer = new Writer(document);
          const model = new UndoModel(document);
          const undo = () => {
            expect(writer.step("undo") !== undefined).toBe(model.undo());
            return writer.text.toString();
          };
          for (const happening of happenings) {
            if (happening.kind === "undo" || happening.kind === "redo") undo();
            else {
              const operation = operationOf(happening.steps, writer.text.points);
              writer[happening.kind](operation);
              if (!isNoop(operation)) model[happening.kind](operation);
            }
            expect(writer.text.toString()).toBe(model.text);
            if (isLooking) writer.undo.canUndo();
          }
          while (writer.undo.canUndo()) expect(undo()).toBe(model.text);
          expect(model.undo()).toBe(false);
        },
      ),
      manyRuns,
    );
  });

  it("[remote-keeps-redo] what others do between undo and redo is kept, and so is what can be redone", () => {
    fc.assert(
      fc.property(
        textArbitrary(),
        happeningsArbitrary(["local", "remote"]),
        fc.nat(4),
        stepsArbitrary,
        (document, happenings, depth, steps) => {
          const writer = new Writer(document);
          const model = new UndoModel(document);
          const both = (kind: "local" | "remote", operation: Operation) => {
            writer[kind](operation);
            if (!isNoop(operation)) model[kind](operation);
          };
          for (const { kind, steps } of happenings as readonly Extract<
            Happening,
            { kind: "local" | "remote" }
          >[]) {
            both(kind, operationOf(steps, writer.text.points));
          }
          for (let undone = 0; undone < depth; undone++) {
            writer.step("undo");
            model.undo();
          }
          both("remote", operationOf(steps, writer.text.points));
          while (writer.step("redo") !== undefined) expect(model.redo()).toBe(true);
          expect(model.redo()).toBe(false);
          // Where others wrote beside a character that the redo takes away, what it brings back goes left of theirs.
          expect(Array.from(writer.text.toString()).toSorted()).toEqual(Array.from(model.text).toSorted());
        },
      ),
      runs,
    );
  });

  it("[undo-lazy-eq-eager] entries insert and delete what they would if each remote operation went through the stack at once", () => {
    fc.assert(
      fc.property(textArbitrary(), happeningsArbitrary(["local", "remote"]), (document, happenings) => {
        const { lazy, eager } = bothStacks(document, happenings);
        const [top] = eager;
        if (top !== undefined && !isNoop(top)) expect(lazy[0]).toEqual(top);
        expect(lazy.map(amounts)).toEqual(eager.filter((operation) => !isNoop(operation)).map(amounts));
      }),
      runs,
    );
  });

  it("knows that others wrote before an own character, where rebasing one by one forgets it", () => {
    const writer = new Writer("yz");
    writer.local(writer.of([1, { d: 1 }]));
    writer.local(writer.of(["x"]));
    writer.remote(writer.of([1, { d: 1 }]));
    writer.remote(writer.of(["b"]));
    writer.step("undo");
    writer.step("undo");
    expect(writer.text.toString()).toBe("bz");
  });

  it("[redo-inverse] a redo gives the text before the undo", () => {
    fc.assert(
      fc.property(
        textArbitrary(),
        happeningsArbitrary(["local", "remote", "undo", "redo"]),
        fc.integer({ min: 1, max: 4 }),
        (document, happenings, depth) => {
          const writer = new Writer(document);
          for (const happening of happenings) writer.happen(happening);
          const texts: string[] = [];
          for (let undone = 0; undone < depth && writer.undo.canUndo(); undone++) {
            texts.push(writer.text.toString());
            writer.step("undo");
          }
          for (const text of texts.toReversed()) {
            writer.step("redo");
            expect(writer.text.toString()).toBe(text);
          }
        },
      ),
      runs,
    );
  });

  it("[remote-keeps-redo] an operation of others keeps what can be redone, an own edit clears it", () => {
    const writer = new Writer("");
    writer.local(writer.of(["mine"]));
    writer.step("undo");
    writer.remote(writer.of(["theirs "]));
    expect(writer.undo.canRedo()).toBe(true);
    writer.step("redo");
    expect(writer.text.toString()).toBe("minetheirs ");
    writer.step("undo");
    writer.local(writer.of(["x"]));
    expect(writer.undo.canRedo()).toBe(false);
    expect(writer.step("redo")).toBeUndefined();
  });

  it("passes over a group that others have deleted", () => {
    const writer = new Writer("");
    writer.local(writer.of(["a"]));
    writer.local(writer.of([1, "b"]));
    writer.remote(writer.of([1, { d: 1 }]));
    expect(writer.undo.canUndo()).toBe(true);
    writer.step("undo");
    expect(writer.text.toString()).toBe("");
    expect(writer.undo.canUndo()).toBe(false);
  });

  it("refuses what does not follow, and stays as it was", () => {
    const writer = new Writer("abc");
    writer.local(writer.of(["x"]));
    const misfit = expect.objectContaining({ code: "ERR_LENGTH_MISMATCH" });
    expect(() => writer.undo.addRemote(Operation.from(["y"], 3))).toThrow(misfit);
    expect(() => writer.undo.undo(Text.of("abc"))).toThrow(misfit);
    const late = { operation: Operation.from(["z"], 3), before: Text.of("abc"), at: 0 };
    expect(() => writer.undo.recordLocal({ ...late, selectionBefore: caret, selectionAfter: caret })).toThrow(
      misfit,
    );
    writer.step("undo");
    expect(writer.text.toString()).toBe("abc");
  });

  it("forgets the oldest groups", () => {
    const undo = new UndoHistory({ maxEntries: 2 });
    let text = Text.empty;
    for (const word of ["a", "b", "c"]) {
      const operation = Operation.from([word], text.points);
      undo.recordLocal({
        operation,
        before: text,
        selectionBefore: caret,
        selectionAfter: caret,
        at: 0,
      });
      undo.breakGroup();
      text = apply(text, operation);
    }
    for (let step = undo.undo(text); step !== undefined; step = undo.undo(text))
      text = apply(text, step.operation);
    expect(text.toString()).toBe("a");
  });
});

describe("undo of what was not sent", () => {
  it("[undo-cancels] leaves nothing on the wire", () => {
    fc.assert(
      fc.property(textArbitrary(), fc.array(stepsArbitrary, { maxLength: 6 }), (document, edits) => {
        const writer = new Writer(document);
        let buffer = Operation.noop(writer.text.points);
        for (const steps of edits) {
          const operation = operationOf(steps, writer.text.points);
          buffer = compose(buffer, operation);
          writer.local(operation);
        }
        for (let undone = writer.step("undo"); undone !== undefined; undone = writer.step("undo")) {
          buffer = compose(buffer, undone);
        }
        expect(writer.text.toString()).toBe(document);
        expect(cancel(buffer, Text.of(document)).toJSON()).toEqual([]);
      }),
      runs,
    );
  });

  it("cancelling keeps the effect, and a second time changes nothing", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ab]{0,8}$/),
        fc.array(stepsArbitrary, { maxLength: 4 }),
        (document, edits) => {
          const before = Text.of(document);
          let after = before;
          let operation = Operation.noop(before.points);
          for (const steps of edits) {
            const next = operationOf(
              steps.map((step) => ({ ...step, insert: step.insert.replaceAll(/[^ab]/gu, "b") })),
              after.points,
            );
            after = apply(after, next);
            operation = compose(operation, next);
          }
          const cancelled = cancel(operation, before);
          expect(apply(before, cancelled).toString()).toBe(after.toString());
          expect(cancel(cancelled, before)).toEqual(cancelled);
        },
      ),
      runs,
    );
  });

  it("keeps the characters at both ends that come back", () => {
    expect(cancel(Operation.from([{ d: 4 }, "axd"], 4), Text.of("abcd")).toJSON()).toEqual([
      1,
      { d: 2 },
      "x",
    ]);
    expect(cancel(Operation.from(["ab", { d: 3 }], 3), Text.of("abc")).toJSON()).toEqual([2, { d: 1 }]);
  });
});
