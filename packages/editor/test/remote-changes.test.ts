import { apply, Operation, Text, transformPosition } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemoteChanges } from "../src/surface/remote-changes.ts";
import { documents, editPlans, planned } from "./documents.ts";

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom("local" as const, "remote" as const), plans: editPlans }),
    fc.record({ kind: fc.constant("flush" as const) }),
    fc.record({ kind: fc.constant("part" as const), components: fc.integer({ min: 2, max: 5 }) }),
  ),
  { maxLength: 20 },
);

describe("remote changes", () => {
  it("a flush brings the view to the document's text, whatever came in which order, and was shown in parts", () => {
    fc.assert(
      fc.property(documents, steps, (string, todo) => {
        let view = Text.of(string);
        let document = view;
        const changes = new RemoteChanges();
        const flush = (): void => {
          const missed = changes.take();
          if (missed !== undefined) view = apply(view, missed);
          expect(view.toString()).toBe(document.toString());
        };
        for (const step of todo) {
          if (step.kind === "flush") flush();
          else if (step.kind === "part") {
            const part = changes.take(step.components);
            expect(part?.componentCount ?? 0).toBeLessThanOrEqual(step.components);
            if (part !== undefined) view = apply(view, part);
          } else if (step.kind === "remote") {
            const operation = planned(step.plans, document.points);
            document = apply(document, operation);
            changes.receive(operation);
          } else {
            const operation = planned(step.plans, view.points);
            view = apply(view, operation);
            document = apply(document, changes.edit(operation));
          }
        }
        flush();
        expect(changes.isEmpty).toBe(true);
      }),
    );
  });

  it("keeps a word whole that is typed where text of others is held back", () => {
    const changes = new RemoteChanges();
    let document = Text.of("one two");
    const held = Operation.from([4, "THEIRS "], 7);
    document = apply(document, held);
    changes.receive(held);
    for (const [index, letter] of Array.from("mine ").entries()) {
      document = apply(document, changes.edit(Operation.from([4 + index, letter], 7 + index)));
    }
    expect(document.toString()).toBe("one mine THEIRS two");
  });

  it("gives a long operation in parts, from its start, until all is shown", () => {
    const changes = new RemoteChanges();
    changes.receive(Operation.from([1, "a", 1, "b", 1, "c", 1, "d"], 4));
    let view = Text.of("1234");
    const seen: string[] = [];
    for (let part = changes.take(3); part !== undefined; part = changes.take(3)) {
      view = apply(view, part);
      seen.push(view.toString());
    }
    expect(seen).toEqual(["1a234", "1a2b34", "1a2b3c4", "1a2b3c4d"]);
  });

  it("moves the own selection over what is held", () => {
    const changes = new RemoteChanges();
    const held = Operation.from(["12"], 3);
    changes.receive(held);
    expect(changes.selection({ anchor: 1, head: 3 })).toEqual({
      anchor: transformPosition(1, held),
      head: transformPosition(3, held),
    });
    expect(changes.selection({ anchor: 1, head: 3 })).toEqual({ anchor: 3, head: 5 });
  });
});
