/** Takes what is typed while the panel is being loaded: it was meant for the panel, not for the text. */
export class EarlyField {
  readonly #field = document.createElement("input");

  constructor(parent: HTMLElement, label: string) {
    this.#field.className = "early";
    this.#field.ariaLabel = label;
    parent.append(this.#field);
    this.#field.focus();
  }

  /** What was typed so far. Ends it. */
  take(): string {
    const typed = this.#field.value;
    this.#field.remove();
    return typed;
  }
}
