import { html, svg, type TemplateResult } from "lit";
import type { StateGlyph } from "./status-line.ts";

const stroke = { wide: "1.75", narrow: "1.5" } as const;

/** The drawing of a state, 12 px: a check, rings, a half disc, a triangle, a padlock. Each differs by shape. */
export function stateGlyph(glyph: StateGlyph): TemplateResult {
  return html`<svg
    viewBox="0 0 12 12"
    width="12"
    height="12"
    fill="none"
    stroke="currentColor"
    stroke-width=${glyph === "unsaved" || glyph === "read-only" ? stroke.narrow : stroke.wide}
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${drawing(glyph)}
  </svg>`;
}

function drawing(glyph: StateGlyph): TemplateResult {
  switch (glyph) {
    case "none":
      return svg``;
    case "saved":
      return svg`<path d="M2 6.5 4.8 9.2 10 3.4" />`;
    case "saving":
      return svg`<path d="M6 1.5a4.5 4.5 0 1 1-4.5 4.5" />`;
    case "trying":
      return svg`<circle cx="6" cy="6" r="4.5" /><path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" stroke="none" />`;
    case "offline":
      return svg`<circle cx="6" cy="6" r="4.5" stroke-linecap="butt" stroke-dasharray="2.4 2.31" />`;
    case "unsaved":
      return svg`<path d="M6 1.4 11 10.4H1zM6 5v2.4M6 8.9v.01" />`;
    case "read-only":
      return svg`<path d="M2.5 5.5h7v5h-7zM4 5.5V3.7a2 2 0 0 1 4 0v1.8" />`;
  }
}
