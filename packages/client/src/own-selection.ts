import { type Operation, type Selection, transformSelection } from "@interline/ot";
import { Alarm } from "./alarm.ts";
import type { Environment } from "./environment.ts";

/** Own caret moves are told at most this often, in ms. */
const TELL_EVERY_MS = 50;

/**
 * The writer's own caret and whether the server knows it. With something pending it rides with the next operation; otherwise it is
 * told by itself, a moment later.
 */
export class OwnSelection {
  readonly #alarm: Alarm;
  #selection: Selection | undefined;
  #isNews = false;

  constructor(environment: Environment) {
    this.#alarm = new Alarm(environment);
  }

  get value(): Selection | undefined {
    return this.#selection;
  }

  /** The writer moved it; code points of the shown text. True if that is news. */
  set(selection: Selection | undefined): boolean {
    if (isSame(selection, this.#selection)) return false;
    this.#selection = selection;
    this.#isNews = true;
    return true;
  }

  /** An edit of the writer's: a caret stands behind what is inserted at it. */
  edited(operation: Operation): void {
    if (this.#selection) this.#selection = transformSelection(this.#selection, operation, "right");
  }

  /** Others' operation: the caret stays where the writer's next letter would go. */
  moved(operation: Operation): void {
    if (this.#selection) this.#selection = transformSelection(this.#selection, operation, "left");
  }

  /** The server may not have it, or not where it is. */
  forgotten(): void {
    this.#isNews = this.#selection !== undefined;
  }

  /** For a message that is sent now: from here on the server knows it. */
  take(): Selection | undefined {
    this.#isNews = false;
    return this.#selection;
  }

  /** Calls `tell` soon, if there still is news then. */
  schedule(tell: () => void): void {
    if (!this.#isNews || this.#alarm.isSet) return;
    this.#alarm.set(TELL_EVERY_MS, () => {
      if (this.#isNews) tell();
    });
  }

  stop(): void {
    this.#alarm.clear();
  }
}

function isSame(a: Selection | undefined, b: Selection | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.anchor === b.anchor && a.head === b.head);
}
