import type { Extension } from "@codemirror/state";
import { ViewPlugin } from "@codemirror/view";
import type { CSSResult } from "lit";

/** Which sheets were made of which styles. */
const made = new WeakMap<CSSStyleSheet, CSSResult>();

/** Gives the root that a view is in styles that come with a part loaded later. */
export function styled(styles: CSSResult): Extension {
  return ViewPlugin.define((view) => {
    adopt(view.root, view.dom.ownerDocument.defaultView, styles);
    return {};
  });
}

/** A sheet belongs to the document of one window. */
function adopt(
  root: DocumentOrShadowRoot,
  window: (Window & typeof globalThis) | null,
  styles: CSSResult,
): void {
  if (window === null || root.adoptedStyleSheets.some((sheet) => made.get(sheet) === styles)) return;
  const sheet = new window.CSSStyleSheet();
  sheet.replaceSync(styles.cssText);
  made.set(sheet, styles);
  root.adoptedStyleSheets.push(sheet);
}
