import * as fc from "fast-check";
import { textArbitrary, type TextStep, textStepArbitrary } from "./arbitraries.ts";
import { everyOperation } from "./exhaustive.ts";
import { applyJson, type JsonOperation, loosen, push, reach, trim, withLengths } from "./json-operation.ts";
import type { Recipe, Subject } from "./subject.ts";

/** How a text type holds its text and its operations: the ways to and from a string and the JSON form. @public */
export interface TextForm<Snapshot, Op> {
  create(text: string): Snapshot;
  read(snapshot: Snapshot): string;
  /** `length` is how many code points the document has: some types want to know it. */
  operation(json: JsonOperation, length: number): Op;
  json(operation: Op): JsonOperation;
}

/** A subject with everything that the text laws and the simulations ask for. @public */
export interface TextSubject<Snapshot, Op> extends Required<Subject<Snapshot, Op>> {
  readonly form: TextForm<Snapshot, Op>;
}

/** Letters that small cases insert, by role, so that a counterexample shows whose text is whose. */
const LETTERS = ["x", "y", "z", "w"];
/** More steps in one operation add time and no new kind of case. */
const MAX_STEPS = 6;

/**
 * Plain text for a type that holds it in its own way. Documents have ASCII, astral, combining and joined characters and both
 * line ends; an insert and a delete that touch come in both orders.
 * @public
 */
export function textSubject<Snapshot, Op>(form: TextForm<Snapshot, Op>): TextSubject<Snapshot, Op> {
  const points = (snapshot: Snapshot): number => Array.from(form.read(snapshot)).length;
  const operationOn = (snapshot: Snapshot, json: JsonOperation): Op => form.operation(json, points(snapshot));
  const recipe =
    (steps: readonly TextStep[]): Recipe<Snapshot, Op> =>
    (document) =>
      operationOn(document, follow(steps, points(document)));
  return {
    form,
    documents: textArbitrary().map((text) => form.create(text)),
    operations: fc.array(textStepArbitrary, { maxLength: MAX_STEPS }).map(recipe),
    identity: (snapshot) => operationOn(snapshot, []),
    view: (snapshot) => form.read(snapshot),
    viewOperation: (operation) => withLengths(form.json(operation)),
    model: (snapshot, operation) => form.create(applyJson(form.read(snapshot), form.json(operation))),
    fits: (operation, snapshot) => reach(form.json(operation)) <= points(snapshot),
    misfits: (snapshot) => {
      const length = points(snapshot);
      const misfits: JsonOperation[] = [[{ d: length + 1 }], [length + 1, "x"]];
      return misfits.map((json) => form.operation(json, length + 1));
    },
    loosen: (operation, snapshot) => operationOn(snapshot, loosen(form.json(operation))),
    lastPosition: points,
    insertAt: (position, snapshot) => operationOn(snapshot, position === 0 ? ["|"] : [position, "|"]),
    insertedAt: (operation) => {
      const [first] = form.json(operation);
      return typeof first === "number" ? first : 0;
    },
    small: {
      documents: (size) => ["", "A", "AB", "ABC", "ABCD"].slice(0, size + 1).map((text) => form.create(text)),
      operations: (document, components, role) =>
        everyOperation(points(document), components, LETTERS[role] ?? "x").map((json) =>
          operationOn(document, json),
        ),
    },
  };
}

/** Strings and operations in the JSON form of npm `ot-text-unicode`: the subject of every check that names none. @public */
export const plainText: TextSubject<string, JsonOperation> = textSubject({
  create: (text) => text,
  read: (text) => text,
  operation: (json) => json,
  json: (operation) => operation,
});

/** The operation that the steps make on a document of `length` code points: skips and deletes end where it ends. */
function follow(steps: readonly TextStep[], length: number): JsonOperation {
  const operation: JsonOperation = [];
  let rest = length;
  for (const step of steps) {
    if (step.kind === "insert") {
      push(operation, step.text);
      continue;
    }
    const amount = Math.min(step.amount, rest);
    rest -= amount;
    push(operation, step.kind === "skip" ? amount : { d: amount });
  }
  return trim(operation);
}
