import { InterlineEditor } from "@interline/editor";
import { LocalSession } from "./local-session.ts";

/**
 * The element in a native textarea's place, loaded before a test. It has a document of its own, which begins with the
 * text that it was written with; the parser gives it that text some time after it has put it into the page.
 */
class TextareaInPlace extends InterlineEditor {
  override connectedCallback(): void {
    super.connectedCallback();
    const begin = (): void => this.#begin();
    if (document.readyState === "loading" && this.textContent === "")
      document.addEventListener("DOMContentLoaded", begin, { once: true });
    else begin();
  }

  // What tests ask to tell their cases apart.
  override get localName(): string {
    return "textarea";
  }

  #begin(): void {
    if (!this.isConnected) return;
    this.session ??= new LocalSession(this.seed().text);
    this.requestUpdate();
    this.performUpdate();
  }
}

customElements.define("interline-editor", TextareaInPlace);

const create = (name: string, options?: ElementCreationOptions): HTMLElement =>
  document.createElement(name.toLowerCase() === "textarea" ? "interline-editor" : name, options);

Object.assign(globalThis, { createInPlace: create });
