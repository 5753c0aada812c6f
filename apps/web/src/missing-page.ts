import { type CSSResultGroup, css, html, LitElement, type TemplateResult } from "lit";
import { controlStyles } from "./controls.styles.ts";

/** `<missing-page>`: nothing is at this address. */
export class MissingPage extends LitElement {
  static override styles: CSSResultGroup = [
    controlStyles,
    css`
      main {
        inline-size: min(var(--il-measure), 100% - 2 * var(--il-space-5));
        margin: 96px auto 0;
        font: var(--il-prose);
      }
      h1 {
        margin: 0 0 var(--il-space-2);
        font: var(--il-weight-strong) var(--il-size-4) / 28px var(--il-font-ui);
      }
      p {
        margin: 0;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<main>
      <h1>There is no document at this address.</h1>
      <p><a href="./">New document</a></p>
    </main>`;
  }
}
