import { type CSSResult, css, unsafeCSS } from "lit";

const COLORS = 12;

/**
 * Sets `--person` by `data-person="1"` to `"12"` (or the class `person-1` … where CodeMirror makes the element): colours
 * travel as numbers and no inline style is needed.
 * @internal
 */
export const personStyles: CSSResult = unsafeCSS(
  Array.from({ length: COLORS }, (_, index) => index + 1)
    .map((color) => `[data-person="${color}"], .person-${color} { --person: var(--il-person-${color}); }`)
    .join("\n"),
);

/** The focus ring and nothing else. @internal */
export const ringStyles: CSSResult = css`
  :focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: var(--il-ring-offset);
  }
`;
