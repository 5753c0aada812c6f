import { Annotation, type AnnotationType, type Text, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { unsignedLong } from "../form/web-idl.ts";
import { textOf } from "./changes.ts";
import { type Range, rangeText } from "./range-text.ts";
import { replacement } from "./replacement.ts";
import { isolated } from "./own-undo.ts";

/** What a text field is to scripts. All positions in UTF-16 code units. */
export type TextField = Pick<
  HTMLTextAreaElement,
  | "value"
  | "textLength"
  | "selectionStart"
  | "selectionEnd"
  | "selectionDirection"
  | "setSelectionRange"
  | "setRangeText"
  | "select"
>;

type Direction = TextField["selectionDirection"];

/** Marks what a script changed, by `value` or `setRangeText`: an own edit, but nothing that was typed. */
export const isByScript: AnnotationType<boolean> = Annotation.define<boolean>();

/**
 * The view as a text field. What a script sets is an own edit, which one undo takes back; nothing of it can
 * reach around what others did. Where nothing can be saved nothing can be set.
 */
export class ViewField implements TextField {
  readonly #view: EditorView;
  readonly #isFixed: () => boolean;
  /** The selection that a script has set last: of a caret the view does not know a direction. */
  #asked: (Range & { readonly direction: Direction }) | undefined;

  constructor(view: EditorView, isFixed: () => boolean) {
    this.#view = view;
    this.#isFixed = isFixed;
  }

  get doc(): Text {
    return this.#view.state.doc;
  }

  /** Cost: its length. */
  get value(): string {
    return this.#view.state.doc.toString();
  }

  set value(value: string) {
    const changes = replacement(this.#view.state.doc, value.toWellFormed());
    if (changes.length === 0 || !this.#edit({ changes })) return;
    this.#place(this.textLength, this.textLength);
  }

  get textLength(): number {
    return this.#view.state.doc.length;
  }

  get selectionStart(): number {
    return this.#view.state.selection.main.from;
  }

  set selectionStart(start: number) {
    const from = unsignedLong(start);
    this.setSelectionRange(from, Math.max(from, this.selectionEnd), this.selectionDirection);
  }

  get selectionEnd(): number {
    return this.#view.state.selection.main.to;
  }

  set selectionEnd(end: number) {
    this.setSelectionRange(this.selectionStart, end, this.selectionDirection);
  }

  get selectionDirection(): Direction {
    const { from, to, anchor, head } = this.#view.state.selection.main;
    const asked = this.#asked;
    if (from === to && asked?.start === from && asked.end === to) return asked.direction;
    return head < anchor ? "backward" : "forward";
  }

  set selectionDirection(direction: Direction) {
    this.#place(this.selectionStart, this.selectionEnd, direction);
  }

  select(): void {
    this.#place(0, this.textLength);
  }

  setSelectionRange(start: number | null, end: number | null, direction?: Direction): void {
    const to = Math.min(unsignedLong(end), this.textLength);
    this.#place(Math.min(unsignedLong(start), to), to, direction);
  }

  setRangeText(...args: unknown[]): void {
    const range = rangeText(args, { start: this.selectionStart, end: this.selectionEnd }, this.textLength);
    const insert = textOf(range.insert.toWellFormed());
    if (this.#edit({ changes: { from: range.from, to: range.to, insert } }))
      this.setSelectionRange(range.start, range.end);
  }

  #edit(spec: TransactionSpec): boolean {
    if (this.#isFixed()) return false;
    this.#view.dispatch({ ...spec, annotations: [isolated.of(true), isByScript.of(true)] });
    return true;
  }

  #place(start: number, end: number, direction?: unknown): void {
    const isBackward = direction === "backward";
    const [anchor, head] = isBackward ? [end, start] : [start, end];
    const { main, ranges } = this.#view.state.selection;
    if (ranges.length > 1 || main.anchor !== anchor || main.head !== head)
      this.#view.dispatch({ selection: { anchor, head } });
    const { from, to } = this.#view.state.selection.main;
    this.#asked = { start: from, end: to, direction: isBackward ? "backward" : "forward" };
  }
}
