import { countPoints } from "../src/unicode.ts";
import type { Operation } from "../src/operation.ts";

/** A character of the text, or of text that the writer has taken away and may bring back. */
interface Cell {
  readonly character: string;
  isShown: boolean;
  /** Deleted by somebody else: never comes back. */
  isGone: boolean;
}

/**
 * Undo by identity instead of operations: every character is a cell, the own edits and their undos show and hide cells, and
 * others delete them for good. New cells go behind hidden ones at the same place.
 */
export class UndoModel {
  #cells: Cell[];
  #undo: Cell[][] = [];
  #redo: Cell[][] = [];

  constructor(text: string) {
    this.#cells = Array.from(text, (character) => ({ character, isShown: true, isGone: false }));
  }

  get text(): string {
    return this.#cells.map((cell) => (cell.isShown ? cell.character : "")).join("");
  }

  local(operation: Operation): void {
    const flipped = this.#apply(operation, (cell) => {
      cell.isShown = false;
    });
    this.#undo.push(flipped);
    this.#redo = [];
  }

  remote(operation: Operation): void {
    this.#apply(operation, (cell) => {
      cell.isShown = false;
      cell.isGone = true;
    });
    this.#cells = this.#cells.filter((cell) => !cell.isGone);
  }

  /** Returns false if there was nothing to undo. */
  undo(): boolean {
    return flip(this.#undo, this.#redo);
  }

  redo(): boolean {
    return flip(this.#redo, this.#undo);
  }

  /** Returns the cells that the operation inserted or deleted. */
  #apply(operation: Operation, remove: (cell: Cell) => void): Cell[] {
    const touched: Cell[] = [];
    let index = 0;
    const next = (): Cell | undefined => {
      for (let cell = this.#cells[index]; cell !== undefined && !cell.isShown; cell = this.#cells[index])
        index++;
      return this.#cells[index];
    };
    for (const component of operation) {
      if (typeof component === "string") {
        next();
        const cells = Array.from(component, (character) => ({ character, isShown: true, isGone: false }));
        this.#cells.splice(index, 0, ...cells);
        touched.push(...cells);
        index += countPoints(component);
        continue;
      }
      for (let rest = typeof component === "number" ? component : component.d; rest > 0; rest--) {
        const cell = next();
        if (cell === undefined) throw new Error("past the end");
        if (typeof component === "object") {
          touched.push(cell);
          remove(cell);
        }
        index++;
      }
    }
    return touched;
  }
}

function flip(from: Cell[][], to: Cell[][]): boolean {
  for (let cells = from.pop(); cells !== undefined; cells = from.pop()) {
    const left = cells.filter((cell) => !cell.isGone);
    if (left.length === 0) continue;
    for (const cell of left) cell.isShown = !cell.isShown;
    to.push(left);
    return true;
  }
  return false;
}
