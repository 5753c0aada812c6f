import { copyText } from "@interline/editor";
import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import { controlStyles } from "./controls.styles.ts";
import { icon } from "./icons.ts";

/** "Copied" is said for so long, in ms. */
const COPIED_FOR = 2_000;

/**
 * `<copy-button>`: copies `text`. Where the clipboard is closed to us, a field with the text selected takes its place.
 */
export class CopyButton extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { mode: "open", delegatesFocus: true };
  static override styles: CSSResultGroup = [
    controlStyles,
    css`
      :host {
        display: inline-flex;
      }
      .words {
        display: grid;
      }
      .words > * {
        grid-area: 1 / 1;
        text-align: start;
      }
      .hidden {
        visibility: hidden;
      }
      input {
        inline-size: 26ch;
      }
      .said {
        position: absolute;
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    text: { type: String },
    label: { type: String },
    primary: { type: Boolean },
    state: { state: true },
  };

  declare text: string;
  /** As in "Copy link". */
  declare label: string;
  declare primary: boolean;
  declare private state: "ready" | "copied" | "closed";

  constructor() {
    super();
    this.text = "";
    this.label = "Copy";
    this.primary = false;
    this.state = "ready";
  }

  protected override render(): TemplateResult {
    if (this.state === "closed") {
      return html`<input readonly aria-label=${this.label} .value=${this.text} @focus=${selectAll} />`;
    }
    const isCopied = this.state === "copied";
    return html`
      <button type="button" class=${this.primary ? "primary" : ""} @click=${() => this.#copy()}>
        ${icon(isCopied ? "check" : "copy")}
        <span class="words">
          <span class=${isCopied ? "hidden" : ""}>${this.label}</span>
          <span class=${isCopied ? "" : "hidden"}>Copied</span>
        </span>
      </button>
      <span class="said" role="status">${isCopied ? "Copied" : ""}</span>
    `;
  }

  async #copy(): Promise<void> {
    if (await copyText(this.text)) {
      this.state = "copied";
      setTimeout(() => {
        this.state = "ready";
      }, COPIED_FOR);
    } else {
      this.state = "closed";
      await this.updateComplete;
      this.renderRoot.querySelector("input")?.focus();
    }
  }
}

function selectAll(event: Event): void {
  if (event.target instanceof HTMLInputElement) event.target.select();
}
