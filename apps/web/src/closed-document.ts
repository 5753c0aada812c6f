import type { DocumentStatus, SharedDocument } from "@interline/client";
import { denialWords, Wording } from "@interline/editor";
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

/**
 * Refusals that the same address gets again, whoever asks and whenever. A test holds the list equal to the table
 * of codes.
 */
export const FINAL: ReadonlySet<string> = new Set([
  "ERR_TOKEN_MISSING",
  "ERR_TOKEN_INVALID",
  "ERR_TOKEN_EXPIRED",
  "ERR_LINK_REVOKED",
  "ERR_BLOCKED",
  "ERR_DOCUMENT_DELETED",
]);

/** What is known of a document that somebody asked for. */
interface Held {
  readonly status: Pick<DocumentStatus, "state" | "pendingEdits">;
  /** Its length, in code points. */
  readonly text: { readonly points: number };
}

/**
 * True where somebody is kept out of a document and has nothing of it: there is no text to show, and no place
 * to write.
 */
export function isClosed({ status: { state, pendingEdits }, text }: Held): boolean {
  return state === "denied" && pendingEdits === 0 && text.points === 0;
}

/** `<closed-document>`: in place of the text, why this person is not let in and what they can do. */
export class ClosedDocument extends LitElement {
  static override styles: CSSResultGroup = [
    controlStyles,
    css`
      :host {
        display: block;
        block-size: 100%;
        overflow: auto;
      }
      section {
        inline-size: min(var(--il-measure), 100% - 2 * var(--il-space-5));
        margin: clamp(var(--il-space-5), 15vh, 96px) auto var(--il-space-5);
        font: var(--il-prose);
      }
      h2 {
        margin: 0 0 var(--il-space-2);
        font: var(--il-weight-strong) var(--il-size-4) / 28px var(--il-font-ui);
      }
      p {
        margin: 0;
        text-wrap: pretty;
      }
      button {
        margin-block-start: var(--il-space-4);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    code: { type: String },
    session: { attribute: false },
  };

  /** Why: a code of the protocol. */
  declare code: string | undefined;
  declare session: SharedDocument | undefined;
  readonly #wording = new Wording(this);

  protected override render(): TemplateResult {
    const { code, session } = this;
    return html`<section role="alert" aria-labelledby="heading">
      <h2 id="heading">${code === "ERR_DOCUMENT_DELETED" ? "No document" : "No access"}</h2>
      <p>${denialWords(code, this.#wording.words)}</p>
      ${
        code !== undefined && FINAL.has(code)
          ? nothing
          : html`<button type="button" @click=${() => session?.reconnect()}>Try again</button>`
      }
    </section>`;
  }
}
