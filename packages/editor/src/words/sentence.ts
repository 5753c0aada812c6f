import { html, type TemplateResult } from "lit";
import { partsOf } from "./marked.ts";

/**
 * A sentence of `Words` on the screen: each name in it keeps its writing direction to itself, and is not translated. The sentence has the
 * direction of its own language, which the page around it need not share.
 */
export function sentence(words: string): TemplateResult {
  // Set as text, never read as markup; whole, as page translators put elements in the place of text nodes.
  return html`<span dir="auto">${partsOf(words).map(({ text, isName }) =>
    isName ? html`<bdi translate="no" .textContent=${text}></bdi>` : html`<span .textContent=${text}></span>`,
  )}</span>`;
}
