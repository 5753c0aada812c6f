import type { TextField } from "../surface/text-field.ts";
import { FormControl } from "./form-control.ts";
import { isText, type Seed, textareaIn } from "./seed.ts";
import { domString } from "./web-idl.ts";
import { type LeftText, WaitingText } from "./waiting-text.ts";

/**
 * The text of a control, under the names of a `<textarea>`. Positions are in UTF-16 code units, as on every native
 * element; those of a session are in code points.
 *
 * While the text of the document is not known it holds what the page was written with, and what a person or a script
 * has made of that: the difference becomes an edit once the text is known.
 *
 * @fires select - the selection was set by a script, or this person selected text
 */
export abstract class TextControl extends FormControl {
  #waiting: WaitingText | undefined;
  /** What the waiting text begins with; undefined: with the markup. */
  #left: LeftText | undefined;
  /** True once a script has set the waiting text, or a selection in it. */
  #isTouched = false;
  #isSelectQueued = false;
  /** True once people have changed the text, by this element or another, after the last script that did. */
  #isWritten = false;

  /**
   * The text as shown. Cost: its length.
   *
   * Setting it is the smallest edit that gives the new text, so that carets of others in what is kept stay where they
   * are; the own caret goes to the end, and one undo takes it back. Where nothing can be saved it changes nothing.
   */
  override get value(): string {
    return this.#field?.value ?? this.seed().text;
  }

  override set value(value: string) {
    this.#set((field) => {
      field.value = value === null ? "" : domString(value);
    });
  }

  /** The text that the page was written with: `initial-text`, or what stands inside the element. */
  get defaultValue(): string {
    return textareaIn(this)?.defaultValue ?? this.getAttribute("initial-text") ?? this.#childText();
  }

  set defaultValue(value: string) {
    const textarea = textareaIn(this);
    if (textarea !== undefined) textarea.defaultValue = value;
    else if (this.hasAttribute("initial-text")) this.setAttribute("initial-text", value);
    else this.textContent = value;
  }

  /** Length of the shown text in UTF-16 code units. O(1). */
  get textLength(): number {
    return this.#field?.textLength ?? 0;
  }

  /** Start of the own selection, in UTF-16 code units. */
  get selectionStart(): number {
    return this.#field?.selectionStart ?? 0;
  }

  set selectionStart(start: number) {
    this.#select((field) => {
      field.selectionStart = start;
    });
  }

  /** End of the own selection, in UTF-16 code units. */
  get selectionEnd(): number {
    return this.#field?.selectionEnd ?? 0;
  }

  set selectionEnd(end: number) {
    this.#select((field) => {
      field.selectionEnd = end;
    });
  }

  /** Which end of the own selection moves. */
  get selectionDirection(): TextField["selectionDirection"] {
    return this.#field?.selectionDirection ?? "none";
  }

  set selectionDirection(direction: TextField["selectionDirection"]) {
    this.#select((field) => {
      field.selectionDirection = direction;
    });
  }

  /** Selects from `start` to `end`, in UTF-16 code units. Takes no focus. */
  setSelectionRange(...range: Parameters<TextField["setSelectionRange"]>): void {
    if (range.length < 2) throw new TypeError(`setSelectionRange takes 2 arguments, not ${range.length}.`);
    this.#select((field) => field.setSelectionRange(...range));
  }

  /** Selects everything. Takes no focus. */
  select(): void {
    this.#select((field) => field.select());
  }

  /** Replaces a range, in UTF-16 code units; without one, what is selected. */
  setRangeText(replacement: string): void;
  setRangeText(replacement: string, start: number, end: number, mode?: SelectionMode): void;
  setRangeText(...args: unknown[]): void {
    this.#select(() => this.#set((field) => (field.setRangeText as (...all: unknown[]) => void)(...args)));
  }

  /** The view as a field, once the text of the document is shown. */
  protected abstract get shownField(): TextField | undefined;

  /** What the markup says: the initial text, and what a person has made of it before there was a document. */
  protected abstract seed(): Seed;

  protected get isWritten(): boolean {
    return this.#isWritten;
  }

  /** People changed the text: this person, or others. */
  protected noteWriting(): void {
    this.#isWritten = true;
  }

  /**
   * What was made of the text while it waited, and from what; undefined if nothing was. From now on the view holds the
   * text.
   */
  protected takeWaiting(): { readonly base: string; readonly field: TextField } | undefined {
    const textarea = this.waitingTextarea();
    const isWritten = textarea?.matches(":focus") === true || this.seed().edited !== undefined;
    const waiting = this.#isTouched || (textarea && isWritten) ? (this.#waiting ?? this.#wait()) : undefined;
    this.#waiting = undefined;
    this.#left = undefined;
    this.#isTouched = false;
    return waiting && { base: waiting.base, field: waiting.field };
  }

  /** The view goes, and its text stays for whoever asks. */
  protected keepWaiting(left: LeftText): void {
    this.#waiting = undefined;
    this.#left = left;
  }

  protected override resetText(): void {
    this.#isWritten = false;
    if (this.shownField === undefined) this.#waiting?.reset();
  }

  /** Tells that text was selected, once for all that happens now. */
  protected queueSelect(): void {
    if (this.#isSelectQueued) return;
    this.#isSelectQueued = true;
    setTimeout(() => {
      this.#isSelectQueued = false;
      this.dispatchEvent(new Event("select", { bubbles: true }));
    });
  }

  /** Undefined where there is no page to be in. */
  get #field(): TextField | undefined {
    if (this.shownField !== undefined) return this.shownField;
    if (typeof document === "undefined") return undefined;
    return (this.#waiting ?? this.#wait()).field;
  }

  #wait(): WaitingText {
    this.#waiting = new WaitingText({
      seed: () => this.seed().text,
      left: this.#left,
      outer: () => this.waitingTextarea(),
    });
    return this.#waiting;
  }

  /** The `<textarea>` inside while it holds the text. */
  protected abstract waitingTextarea(): HTMLTextAreaElement | undefined;

  #set(change: (field: TextField) => void): void {
    const field = this.#field;
    if (field === undefined) return;
    this.#isTouched = true;
    this.#isWritten = false;
    change(field);
    this.noteScript();
    this.refreshValidity();
  }

  #select(change: (field: TextField) => void): void {
    const field = this.#field;
    if (field === undefined) return;
    this.#isTouched = true;
    const before = placeOf(field);
    change(field);
    if (placeOf(this.#field ?? field) !== before) this.queueSelect();
  }

  #childText(): string {
    return Array.from(this.childNodes ?? [], (node) => (isText(node) ? node.nodeValue : "")).join("");
  }
}

function placeOf({ selectionStart, selectionEnd, selectionDirection }: TextField): string {
  return `${selectionStart} ${selectionEnd} ${selectionDirection}`;
}
