import { type CSSResult, type CSSResultOrNative, LitElement } from "lit";
import { adoptTokens } from "./tokens.styles.ts";

/**
 * An element with the tokens in its document, that may be moved into another one (a frame, a window of its
 * own). Constructed sheets do not come along, as each belongs to one document, and giving one to another
 * throws.
 */
export class PortableElement extends LitElement {
  /** Styles of what was loaded later. */
  readonly #later: CSSResult[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    adoptTokens(this.ownerDocument);
  }

  adoptedCallback(): void {
    if (this.shadowRoot !== null) restyle(this, this.shadowRoot, this.#later);
  }

  /** Adds styles of a part that was loaded when it was needed. Once each, however often it is called. @internal */
  addStyles(styles: CSSResult): void {
    if (this.shadowRoot === null || this.#later.includes(styles)) return;
    this.#later.push(styles);
    if (this.ownerDocument !== document) restyle(this, this.shadowRoot, this.#later);
    else if (styles.styleSheet !== undefined) this.shadowRoot.adoptedStyleSheets.push(styles.styleSheet);
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    if (this.ownerDocument === document) return super.createRenderRoot();
    const { shadowRootOptions } = this.constructor as typeof LitElement;
    const root = this.shadowRoot ?? this.attachShadow(shadowRootOptions);
    restyle(this, root, this.#later);
    return root;
  }
}

/** Gives a shadow root its element's styles as sheets of the document that it is in now. */
function restyle({ constructor }: LitElement, root: ShadowRoot, later: readonly CSSResult[]): void {
  const view = root.ownerDocument.defaultView;
  if (view === null) return;
  const styles: readonly CSSResultOrNative[] = (constructor as typeof LitElement).elementStyles.concat(later);
  root.adoptedStyleSheets = styles.map((style) => {
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync("cssText" in style ? style.cssText : textOf(style));
    return sheet;
  });
  // style-mod 4.1, CodeMirror's, keeps its sheet at the root under a symbol of its own, and would give the
  // old one again.
  for (const key of Object.getOwnPropertySymbols(root)) {
    if (key.description === "styleSet") Reflect.deleteProperty(root, key);
  }
}

function textOf(sheet: CSSStyleSheet): string {
  return Array.from(sheet.cssRules, ({ cssText }) => cssText).join("\n");
}
