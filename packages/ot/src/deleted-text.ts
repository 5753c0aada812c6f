import type { AnyComponent } from "./components.ts";
import type { Operation } from "./operation.ts";
import { countPoints, unitAfter } from "./unicode.ts";

/**
 * The text that deletes carry, `{d: "text"}`. An `Operation` has no place for it: nothing in it needs the text. Whoever asks for the
 * inverse does, so here the text goes beside the operation and is put back into the result. Every walk is linear in components
 * and characters.
 */

/** What a delete tells: the text it deletes, or only its length in code points. */
export type Told = string | number;

/** A list of components in the form of npm `ot-text-unicode`, none of them empty. */
export type List = readonly AnyComponent[];

/** True if any delete carries its text. */
export function carriesText(list: List): boolean {
  return list.some((component) => typeof component === "object" && typeof component.d === "string");
}

/** What the deletes tell, in order. */
export function toldDeletes(list: List): Told[] {
  return list.flatMap((component) => (typeof component === "object" ? [component.d] : []));
}

/** What the deletes of `operation` tell that are left after `other`, in order. Both are for one document. */
export function toldAfter(operation: List, other: List): Told[] {
  const left: Told[] = [];
  const reader = new DeleteReader(operation);
  for (const component of other) {
    if (typeof component === "number") reader.pass(component, left);
    else if (typeof component === "object") reader.pass(lengthOf(component.d));
  }
  reader.pass(Number.POSITIVE_INFINITY, left);
  return left;
}

/** What the deletes of both tell, in the order of the document that `first` is for; `second` follows it. */
export function toldByBoth(first: List, second: List): Told[] {
  const both: Told[] = [];
  const reader = new DeleteReader(second);
  for (const component of first) {
    if (typeof component === "object") both.push(component.d);
    else if (typeof component === "number") reader.pass(component, both);
    else reader.pass(countPoints(component));
  }
  reader.pass(Number.POSITIVE_INFINITY, both);
  return both;
}

/** The components of an operation, with the text of every delete all of which is told; `told` is for its deletes, in order. */
export function withText(operation: Operation, told: readonly Told[]): AnyComponent[] {
  const reader = new DeleteReader(told.map((d) => ({ d })));
  return Array.from(operation, (component): AnyComponent => {
    if (typeof component !== "object") return component;
    const pieces: Told[] = [];
    reader.pass(component.d, pieces);
    return pieces.every((piece) => typeof piece === "string") ? { d: pieces.join("") } : component;
  });
}

/** Walks along the document that a list of components is for. What follows the last component is kept. */
class DeleteReader {
  readonly #list: List;
  #index = -1;
  /** What is left of the component here, in code points. */
  #left = 0;
  /** Where in its text, in UTF-16 code units. */
  #unit = 0;

  constructor(list: List) {
    this.#list = list.filter((component) => typeof component !== "string");
    this.#next();
  }

  /** Goes on by so many code points, and adds what is deleted there to `deleted`. */
  pass(points: number, deleted?: Told[]): void {
    for (let rest = points; rest > 0 && this.#index < this.#list.length; ) {
      const length = Math.min(rest, this.#left);
      const told = this.#take(length);
      if (told !== undefined) deleted?.push(told);
      rest -= length;
      if (this.#left === 0) this.#next();
    }
  }

  /** The next code points of the component here, if it is a delete. */
  #take(points: number): Told | undefined {
    this.#left -= points;
    const component = this.#list[this.#index];
    if (typeof component !== "object") return undefined;
    if (typeof component.d === "number") return points;
    const start = this.#unit;
    this.#unit = this.#left === 0 ? component.d.length : unitAfter(component.d, start, points);
    return component.d.slice(start, this.#unit);
  }

  #next(): void {
    const component = this.#list[++this.#index];
    this.#left = typeof component === "object" ? lengthOf(component.d) : Number(component);
    this.#unit = 0;
  }
}

function lengthOf(told: Told): number {
  return typeof told === "number" ? told : countPoints(told);
}
