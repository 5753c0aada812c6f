import type { TextField } from "../surface/text-field.ts";

/** The text of a view that is gone, and its selection in UTF-16 code units. */
export interface LeftText {
  readonly text: () => string;
  readonly start: number;
  readonly end: number;
  readonly direction: TextField["selectionDirection"];
}

export interface WaitingOptions {
  /** What the page was written with. */
  readonly seed: () => string;
  /** What was shown before, if anything was: it counts instead. */
  readonly left: LeftText | undefined;
  /** The `<textarea>` inside the element, if there is one that holds the text. */
  readonly outer: () => HTMLTextAreaElement | undefined;
}

/**
 * What a field holds while the document's text is not shown: as `TextField`, with the real behaviour of a
 * `<textarea>`, since it is one.
 *
 * It is the one that stands inside the element, if there is one, where a person may be writing; otherwise one that
 * is in no page.
 */
export class WaitingText {
  readonly #options: WaitingOptions;
  readonly #own: HTMLTextAreaElement = document.createElement("textarea");
  readonly #left: string | undefined;

  constructor(options: WaitingOptions) {
    this.#options = options;
    // For its reset.
    document.createElement("form").append(this.#own);
    if (options.left === undefined) return;
    const { text, start, end, direction } = options.left;
    this.#left = text();
    this.#own.defaultValue = this.#left;
    this.#own.setSelectionRange(start, end, direction);
  }

  /** The text that everything here began from. What differs from it is somebody's edit. */
  get base(): string {
    return this.#left ?? this.#options.seed();
  }

  get field(): TextField {
    const outer = this.#left === undefined ? this.#options.outer() : undefined;
    if (outer !== undefined) return outer;
    const { base } = this;
    // Until something was set this sets the value too.
    if (this.#own.defaultValue !== base) this.#own.defaultValue = base;
    return this.#own;
  }

  /** The text is what it began with, as after the reset of a form. */
  reset(): void {
    this.#own.form?.reset();
  }
}
