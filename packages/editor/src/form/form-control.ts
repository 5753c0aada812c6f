import { ResetEvent } from "../events.ts";
import { WritingElement } from "../writing-element.ts";
import { hardWrapped } from "./hard-wrap.ts";
import * as reflect from "./reflection.ts";
import { domString } from "./web-idl.ts";
import { isSameVerdict, judge, type TextFacts, type Verdict } from "./validity.ts";

/** What a control tells its form. */
export interface ControlFacts {
  /** In UTF-16 code units. */
  readonly length: number;
  /** True if people made the latest change, false if a script did. */
  readonly isWritten: boolean;
  /** True where the person may not write at all, so that no form can ask for it. */
  readonly isForbidden: boolean;
  /** False while something that was typed here is not durable. */
  readonly isSaved: boolean;
  /** Where the browser shows what is wrong. */
  readonly anchor: HTMLElement | undefined;
}

/**
 * A control of a form: the same attributes, properties and events as a `<textarea>`, and the same moments. What it
 * submits is read when the form asks, so that typing costs nothing.
 *
 * @attr {string} name - the name under which a form submits the text
 * @attr {boolean} disabled - nothing can be typed, focused or submitted
 * @attr {boolean} readonly - nothing can be typed; the text is submitted
 * @attr {boolean} required - an empty text is invalid
 * @attr {number} minlength - least length in UTF-16 code units
 * @attr {number} maxlength - bounds what this person types and pastes, in UTF-16 code units
 * @attr {boolean} require-saved - the form is not submitted until everything typed here is durable
 * @attr {"soft" | "hard" | "off"} wrap - as on a `<textarea>`; `hard` submits line breaks after `cols` characters
 * @attr {string} placeholder - shown in an empty text; never its label
 * @attr {number} rows - least height in lines. Default: 2
 * @attr {number} cols - width in characters, if given
 * @fires change - on leaving the text, after this person has changed it
 * @fires invalid - the form was refused because of this control
 * @fires {ResetEvent} il-reset - the form is reset; cancelable
 * @cssstate user-invalid - invalid, and the person has had a chance to change that
 */
export abstract class FormControl extends WritingElement {
  static readonly formAssociated: boolean = true;
  static override get observedAttributes(): string[] {
    return [
      ...super.observedAttributes,
      "disabled",
      "readonly",
      "required",
      "minlength",
      "maxlength",
      "rows",
    ].concat(["cols", "wrap", "placeholder", "require-saved"]);
  }

  /** The name under which a form submits the text. */
  declare name: string;
  /** True: nothing can be typed, focused or submitted. A disabled `<fieldset>` around does the same. */
  declare disabled: boolean;
  /** True: nothing can be typed here. Where the person has no right to write nothing can be typed either way. */
  declare readOnly: boolean;
  /** True: an empty text is invalid. */
  declare required: boolean;
  /** Least length in UTF-16 code units; -1: any. */
  declare minLength: number;
  /** Bound of what this person types and pastes, in UTF-16 code units; -1: none. Others' text may pass it. */
  declare maxLength: number;
  /** True: the form is not submitted until everything that was typed here is durable at the server. */
  declare requireSaved: boolean;
  /** Least height in lines. */
  declare rows: number;
  /** Width in characters; counts only while the attribute is there. */
  declare cols: number;
  /** Shown in an empty text; never its label. */
  declare placeholder: string;

  /** @internal */
  protected readonly internals: ElementInternals = this.attachInternals();
  /** Stands in the form's entries in the text's place until the form is asked for them. */
  readonly #marker: string = `interline-editor ${Math.random()}`;
  #isFormDisabled = false;
  #customMessage = "";
  #verdict: Verdict = { flags: {}, message: "" };
  #isChanged = false;
  #hadChance = false;
  #leaveForm: (() => void) | undefined;

  constructor() {
    super();
    this.addEventListener("focusout", () => this.#commit());
    this.addEventListener("invalid", () => this.#noteChance());
  }

  /** The form that it belongs to. */
  get form(): HTMLFormElement | null {
    return this.internals.form;
  }

  /** The `<label>` elements that belong to it. */
  get labels(): NodeList {
    return this.internals.labels;
  }

  /** What a form's script takes it for. */
  get type(): "textarea" {
    return "textarea";
  }

  /** True if its validity counts: not while it is disabled or read-only. */
  get willValidate(): boolean {
    return this.internals.willValidate;
  }

  /** What is wrong with the text, by kind. Text of others counts for `tooLong` and `tooShort` as own does. */
  get validity(): ValidityState {
    this.refreshValidity();
    return this.internals.validity;
  }

  /** The words for what is wrong; "" if nothing is. */
  get validationMessage(): string {
    this.refreshValidity();
    return this.willValidate ? this.internals.validationMessage : "";
  }

  /** False if it is invalid; fires `invalid` then. */
  checkValidity(): boolean {
    this.refreshValidity();
    return this.internals.checkValidity();
  }

  /** The same, and shows the person what is wrong. */
  reportValidity(): boolean {
    this.refreshValidity();
    return this.internals.reportValidity();
  }

  /** A message makes it invalid, "" takes that back. */
  setCustomValidity(message: string): void {
    this.#customMessage = domString(message).replaceAll(/\r\n?/g, "\n");
    this.refreshValidity();
  }

  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#leaveForm?.();
    this.#leaveForm = undefined;
    if (form === null) return;
    const fill = ({ formData }: FormDataEvent): void => this.#fill(formData);
    // First of all listeners: every other one finds the text in the entries.
    form.addEventListener("formdata", fill, { capture: true });
    this.#leaveForm = () => form.removeEventListener("formdata", fill, { capture: true });
    this.refreshForm();
  }

  formDisabledCallback(isDisabled: boolean): void {
    this.#isFormDisabled = isDisabled;
    this.accessChanged();
  }

  /** The text stays, since it is everybody's; the rest is as after the reset of a `<textarea>`. */
  formResetCallback(): void {
    if (!this.dispatchEvent(new ResetEvent())) return;
    this.#isChanged = false;
    this.#hadChance = false;
    this.resetText();
    this.refreshValidity();
  }

  /** Nothing: the text comes from the server, or from the copy on this device, and never from the page's history. */
  formStateRestoreCallback(): void {}

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    if (before === now) return;
    if (name === "disabled" || name === "readonly") this.accessChanged();
    this.refreshValidity();
    this.requestUpdate();
  }

  /** True where the element or a `<fieldset>` around it is disabled. */
  protected get isDisabled(): boolean {
    return this.#isFormDisabled || this.disabled;
  }

  protected abstract get value(): string;
  protected abstract facts(): ControlFacts;
  /** What can be typed here, or whether, is another thing than before. */
  protected abstract accessChanged(): void;
  protected abstract resetText(): void;
  /** True while another control inside submits in this one's place. */
  protected abstract isStoodInFor(): boolean;

  /** The person changed the text. */
  protected noteChange(): void {
    this.#isChanged = true;
  }

  /** A script set the text: what was typed before it is no change any more that one would be told of. */
  protected noteScript(): void {
    this.#isChanged = false;
  }

  /** Says again what is submitted, and whether it is valid. O(1). */
  protected refreshForm(): void {
    this.internals.setFormValue(this.isStoodInFor() ? null : this.#marker, null);
    this.refreshValidity();
  }

  /** Judges the text again. O(1). */
  protected refreshValidity(): void {
    const { length, isWritten, isForbidden, isSaved, anchor } = this.facts();
    const { required, minLength, maxLength } = this;
    const facts: TextFacts = {
      length,
      isWritten,
      required,
      minLength,
      maxLength,
      isFixed: isForbidden || this.readOnly || this.isDisabled,
      isUnsaved: this.requireSaved && !isSaved,
      customMessage: this.#customMessage,
    };
    const verdict = judge(facts, this.said.form);
    if (!isSameVerdict(verdict, this.#verdict)) {
      this.#verdict = verdict;
      this.internals.setValidity(verdict.flags, verdict.message, ...(anchor === undefined ? [] : [anchor]));
    }
    this.setState("user-invalid", this.#hadChance && this.willValidate && verdict.message !== "");
  }

  /** Sets or takes back a state for `:state(…)`. */
  protected setState(name: string, isOn: boolean): void {
    const { states } = this.internals;
    if (isOn) states?.add(name);
    else states?.delete(name);
  }

  #noteChance(): void {
    this.#hadChance = true;
    this.refreshValidity();
  }

  #commit(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#noteChance();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Puts the text in the marker's place, in the order that the form's entries have. */
  #fill(formData: FormData): void {
    const entries = [...formData];
    const names = entries.flatMap(([name, value]) => (value === this.#marker ? [name] : []));
    if (names.length === 0) return;
    const text = this.wrap.toLowerCase() === "hard" ? hardWrapped(this.value, this.cols) : this.value;
    for (const name of new Set(entries.map(([name]) => name))) formData.delete(name);
    for (const [name, value] of entries) formData.append(name, value === this.#marker ? text : value);
  }
}

Object.defineProperties(FormControl.prototype, {
  name: reflect.text("name"),
  disabled: reflect.flag("disabled"),
  readOnly: reflect.flag("readonly"),
  required: reflect.flag("required"),
  minLength: reflect.length("minlength"),
  maxLength: reflect.length("maxlength"),
  requireSaved: reflect.flag("require-saved"),
  wrap: reflect.text("wrap"),
  placeholder: reflect.text("placeholder"),
  rows: reflect.count("rows", 2),
  cols: reflect.count("cols", 20),
});
