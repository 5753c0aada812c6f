import type { Extension } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import type { DocumentState } from "@interline/client";
import { RecoveryEvent } from "../events.ts";
import { isWritable, type Session } from "../session.ts";
import { InputEvents } from "../surface/input-events.ts";
import { ViewField } from "../surface/text-field.ts";
import type { SurfaceOptions } from "../surface/text-surface.ts";
import { typingLimit } from "../surface/typing-limit.ts";
import type { ControlFacts } from "./form-control.ts";
import { HOST_ATTRIBUTES, innerAttributes, labelWords, referTo } from "./host-attributes.ts";
import { textareaIn } from "./seed.ts";
import { retire, takeOver } from "./take-over.ts";
import { TextControl } from "./text-control.ts";

/** `readonly` is more than a state of the document, and shown by itself. */
const STATES: readonly DocumentState[] =
  "connecting synced saving offline reconnecting held denied error".split(" ") as DocumentState[];

/**
 * A control whose text is a document: where it changes hands between what was written before the document was known and
 * the view that shows it, and what the view is told of its host.
 *
 * @cssstate ready - the text of the document is shown
 * @cssstate blank - there is no text
 * @cssstate readonly - nothing can be typed, for whatever reason
 * @cssstate connecting - the state of the document, one at a time; so are the following
 * @cssstate synced - everything typed here is durable at the server
 * @cssstate saving - connected, with edits that are not acknowledged
 * @cssstate offline - not connected
 * @cssstate reconnecting - a try to connect is under way
 * @cssstate held - the server refuses the pending edits for what they are
 * @cssstate denied - the server does not let this person in
 * @cssstate error - the server ended it for good
 */
export abstract class DocumentControl extends TextControl {
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...HOST_ATTRIBUTES];
  }

  /** The accessible name. Default: the element's `aria-label`, its `<label>`, or "Text". @attr */
  declare label: string | undefined;

  /** The view as a text field, from when it has the document's text. */
  #field: ViewField | undefined;
  #attributes: Record<string, string> = {};
  /** The `<textarea>` inside, once its text is in the document. */
  #retired: HTMLTextAreaElement | undefined;
  #isComposingInside = false;
  /** What the view was told of its host. */
  #told = "";

  constructor() {
    super();
    this.addEventListener("compositionstart", ({ target }) => {
      this.#isComposingInside = target === this.waitingTextarea();
    });
    this.addEventListener("compositionend", () => {
      if (!this.#isComposingInside) return;
      this.#isComposingInside = false;
      this.takeOver();
    });
  }

  /** The session that is shown. */
  protected abstract get shown(): Session | undefined;

  /** What a surface needs to be the text of a form's control. */
  protected get surfaceOptions(): Pick<
    SurfaceOptions,
    "extensions" | "mayHappen" | "label" | "placeholder"
  > & {
    /** Tells of what this person did; to be called with each update, at last. */
    readonly tell: (update: ViewUpdate) => void;
  } {
    const inputs = new InputEvents({
      host: this,
      changed: () => {
        this.noteChange();
        this.noteWriting();
      },
      selected: () => this.queueSelect(),
    });
    const extensions: Extension = [
      inputs.extension,
      typingLimit(() => this.maxLength),
      EditorView.contentAttributes.of(() => this.#attributes),
    ];
    return {
      ...this.#labels(),
      extensions,
      mayHappen: (transaction) => inputs.mayHappen(transaction),
      tell: (update) => inputs.tell(update),
    };
  }

  protected override get shownField(): ViewField | undefined {
    return this.#field;
  }

  protected override waitingTextarea(): HTMLTextAreaElement | undefined {
    const textarea = textareaIn(this);
    return this.#field === undefined && textarea !== this.#retired ? textarea : undefined;
  }

  protected override isStoodInFor(): boolean {
    return (this.waitingTextarea()?.name ?? "") !== "";
  }

  protected override facts(): ControlFacts {
    const { shown } = this;
    return {
      length: this.textLength,
      isWritten: this.isWritten,
      isForbidden: shown !== undefined && !isWritable(shown),
      isSaved: this.#field !== undefined && shown?.status.pendingEdits === 0,
      anchor: this.view?.contentDOM,
    };
  }

  /** Nothing can be typed where the page says so, nor where it could not be saved. */
  protected get isFixed(): boolean {
    return this.readOnly || this.isDisabled || this.shown === undefined || !isWritable(this.shown);
  }

  /** The document's text is there: what was written meanwhile becomes an edit of it. */
  protected takeOver(): void {
    const { view, shown } = this;
    if (view === undefined || shown?.isReady !== true || this.#field !== undefined) return;
    // Nobody's composition is cut off.
    if (this.#isComposingInside) return;
    const textarea = this.waitingTextarea();
    const waiting = this.takeWaiting();
    const isForbidden = (): boolean => !isWritable(shown);
    this.#field = new ViewField(view, isForbidden);
    this.noteWriting();
    if (waiting !== undefined && !takeOver(waiting, view, isForbidden()))
      this.dispatchEvent(new RecoveryEvent(waiting.field.value));
    this.#retired = textarea ?? this.#retired;
    // First it is seen, so that it can have the focus.
    this.seeMarkup();
    if (textarea !== undefined) retire(textarea, this);
    this.refreshForm();
    this.setState("ready", true);
    this.textChanged();
  }

  /** The view goes: its text stays for whoever asks. */
  protected letGo(): void {
    if (this.#field === undefined) return;
    const { doc, selectionStart: start, selectionEnd: end, selectionDirection: direction } = this.#field;
    this.keepWaiting({ text: () => doc.toString(), start, end, direction });
    this.#field = undefined;
    this.setState("ready", false);
  }

  /** The shown text is another. */
  protected textChanged(): void {
    const { textLength, maxLength } = this;
    this.setState("blank", textLength === 0);
    this.refreshValidity();
    const counter = this.renderRoot.querySelector(".counter");
    if (counter === null) return;
    counter.textContent = maxLength < 0 ? "" : this.said.form.counter(textLength, maxLength);
  }

  protected showState(state: DocumentState): void {
    for (const name of STATES) this.setState(name, name === state);
  }

  /** What stands inside the element is another. */
  protected seeMarkup(): void {
    const isWaiting = this.waitingTextarea() !== undefined;
    this.renderRoot.querySelector(".base")?.classList.toggle("waiting", isWaiting);
    this.refreshForm();
  }

  /** Gives the text inside what is said about its host, through `tell` where the view shows it. */
  protected refreshInner(tell: ((labels: { label: string; placeholder: string }) => void) | undefined): void {
    this.#attributes = innerAttributes(this, this.isDisabled);
    const base = this.renderRoot.querySelector<HTMLElement>(".base");
    base?.style.setProperty("--_rows", String(this.rows));
    base?.style.setProperty("--_cols", String(this.cols));
    this.textChanged();
    const labels = this.#labels();
    const told = JSON.stringify([labels, this.#attributes]);
    // Also where only attributes have changed, which the view looks at when something happens.
    if (told !== this.#told) tell?.(labels);
    this.#told = told;
    if (this.view !== undefined) referTo(this.view.contentDOM, this, this.labels);
  }

  #labels(): { label: string; placeholder: string } {
    const label = this.label ?? this.getAttribute("aria-label") ?? labelWords(this.labels);
    return { label: label ?? this.said.editor.text, placeholder: this.placeholder };
  }
}
