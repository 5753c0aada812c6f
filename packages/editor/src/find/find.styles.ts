import { type CSSResult, css } from "lit";

/** The panel over the text, and the hits in it. */
export const findStyles: CSSResult = css`
  .hit {
    background: var(--il-find);
  }
  .hit.current {
    border-radius: 2px;
    outline: 2px solid var(--il-ink);
    outline-offset: -1px;
  }
  .find {
    position: absolute;
    inset-block-start: var(--il-space-2);
    inset-inline-end: var(--il-space-3);
    z-index: var(--il-z-float);
    box-sizing: border-box;
    display: grid;
    gap: 4px;
    inline-size: min(420px, 100% - 2 * var(--il-space-3));
    max-block-size: calc(100% - 2 * var(--il-space-2));
    padding: 6px;
    overflow: auto;
    border: 1px solid transparent;
    border-radius: var(--il-radius-large);
    background: var(--il-raised);
    box-shadow: var(--il-shadow);
    color: var(--il-ink);
    font: var(--il-label);
  }
  .find > :is(div, form) {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
    min-inline-size: 0;
  }
  .find input {
    flex: 1;
    min-inline-size: 6ch;
    block-size: var(--il-control);
    box-sizing: border-box;
    padding: 0 10px;
    border: 0;
    border-radius: var(--il-radius);
    background: transparent;
    color: inherit;
    font: inherit;
  }
  .find label {
    display: flex;
    flex: 1 1 180px;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
    padding-inline-start: 10px;
    color: var(--il-ink-soft);
    white-space: nowrap;
  }
  .find label > input {
    inline-size: 0;
    min-inline-size: 4ch;
    color: var(--il-ink);
  }
  .find :is(input, button):focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: calc(-1 * var(--il-ring));
  }
  .find .count {
    flex: none;
    padding-inline: 4px;
    color: var(--il-ink-soft);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .find p {
    margin: 0;
    padding: 2px 10px 6px;
    color: var(--il-ink-soft);
  }
  .find button {
    flex: none;
    min-inline-size: var(--il-control);
    block-size: var(--il-control);
    padding: 0 10px;
    border: 1px solid transparent;
    border-radius: var(--il-radius);
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 500;
  }
  .find button.icon-only {
    display: grid;
    place-items: center;
    padding: 0;
    color: var(--il-ink-soft);
  }
  .find button:hover {
    background: var(--il-hover);
  }
  .find button:is(:active, [aria-pressed="true"], [aria-expanded="true"]) {
    background: var(--il-pressed);
    color: var(--il-ink);
  }
  .find button[aria-disabled="true"] {
    background: none;
    color: var(--il-ink-ghost);
  }
  .find svg {
    inline-size: var(--il-icon);
    block-size: var(--il-icon);
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (forced-colors: active) {
    .hit {
      outline: 1px dotted CanvasText;
      outline-offset: -1px;
    }
    .find {
      border-color: CanvasText;
    }
    .find button:is([aria-pressed="true"], [aria-expanded="true"]) {
      border-width: 2px;
      border-color: ButtonText;
    }
  }
  @media print {
    .find {
      display: none;
    }
    .hit {
      background: none;
      outline: none;
    }
  }
`;
