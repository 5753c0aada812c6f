import type { SharedDocument } from "@interline/client";
import { denialWords, downloadText, Wording } from "@interline/editor";
import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import { controlStyles } from "./controls.styles.ts";
import { icon } from "./icons.ts";

/** True where edits are not saved and cannot be, for want of a right: the writer is told above the text. */
export function isUnsent({ status }: SharedDocument): boolean {
  return status.pendingEdits > 0 && (status.state === "denied" || status.state === "readonly");
}

/** `<unsent-text>`: what became of a right that is gone, and how to take along what was written and not sent. */
export class UnsentText extends LitElement {
  static override styles: CSSResultGroup = [
    controlStyles,
    css`
      :host {
        display: block;
        padding-block: var(--il-space-4);
        overflow: hidden;
        /* the same room for a scrollbar as the text has, so that both are centred alike */
        scrollbar-width: thin;
        scrollbar-gutter: stable;
        border-block-end: 1px solid var(--il-hairline);
        background: var(--il-margin);
        color: var(--il-ink);
      }
      section {
        inline-size: min(var(--il-measure), 100% - 2 * var(--il-space-5));
        margin-inline: auto;
        /* the measure counts letters of the text */
        font: var(--il-prose);
      }
      h2 {
        margin: 0;
        font: var(--il-weight-strong) var(--il-size-4) / 28px var(--il-font-ui);
      }
      p {
        margin: var(--il-space-1) 0 var(--il-space-4);
        font: var(--il-label);
        color: var(--il-ink-soft);
        text-wrap: pretty;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--il-space-2);
      }
      @media (width < 640px) {
        section {
          inline-size: calc(100% - 40px);
          font: var(--il-prose-phone);
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = { session: { attribute: false } };

  /** Set before the element is connected, and never changed. */
  declare session: SharedDocument | undefined;
  #stop: (() => void)[] = [];
  readonly #wording = new Wording(this);

  override connectedCallback(): void {
    super.connectedCallback();
    const update = (): void => this.requestUpdate();
    const { session } = this;
    // Others may still write: what is copied is the text as it is then.
    if (session !== undefined) this.#stop = [session.on("status", update), session.on("change", update)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stop.splice(0)) stop();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (session === undefined) return nothing;
    const { state, code, isKept } = session.status;
    const isDenied = state === "denied";
    const isDeleted = code === "ERR_DOCUMENT_DELETED";
    return html`<section role="alert" aria-labelledby="heading">
      <h2 id="heading">${isDeleted ? "This document was deleted" : isDenied ? "You no longer have access" : "You can only read this document now"}</h2>
      <p>
        ${isDenied && !isDeleted ? denialWords(code, this.#wording.words) : nothing} What you had written and not yet sent is in the text
        below${isKept ? " and kept on this device" : ". Keep this tab open until you have copied or downloaded it"}.
        ${isDeleted ? nothing : "It is saved once you may write here again."}
      </p>
      <div class="actions">
        <copy-button primary label="Copy the text" .text=${session.text.toString()}></copy-button>
        <button type="button" @click=${() => downloadText(session.text.toString())}>${icon("download")}Download</button>
        ${isDenied ? html`<button type="button" @click=${() => session.reconnect()}>Try again</button>` : nothing}
      </div>
    </section>`;
  }
}
