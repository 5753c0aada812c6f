import { type CSSResult, css } from "lit";

/** The bottom line's words and glyph. */
export const statusStyles: CSSResult = css`
  :host {
    display: flex;
    align-items: center;
    gap: 0 var(--il-space-4);
    min-inline-size: 0;
    font: var(--il-label);
    font-variant-numeric: tabular-nums;
    color: var(--il-ink-soft);
    white-space: nowrap;
  }
  :host([hidden]) {
    display: none;
  }
  .state {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
  }
  .words,
  .detail {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .actions {
    flex: none;
    display: inline-flex;
    gap: var(--il-space-4);
  }
  .merged {
    color: var(--il-ink);
  }
  .warn {
    color: var(--il-warn);
  }
  .danger {
    color: var(--il-danger);
  }
  svg {
    flex: none;
    display: block;
  }
  button {
    flex: none;
    min-block-size: 24px;
    padding: 0 2px;
    margin: 0 -2px;
    border: 0;
    background: none;
    border-radius: var(--il-radius-small);
    color: inherit;
    font: inherit;
    font-weight: var(--il-weight-name);
    text-decoration: underline;
    text-underline-offset: 2px;
    cursor: pointer;
  }
  button:focus-visible {
    outline-offset: 0;
  }
  :host([compact]) :is(.words, .detail, .actions) {
    display: none;
  }
  @media (width < 900px) {
    .detail {
      display: none;
    }
  }
  /* What is true must be read whole: it takes a second line, and so do actions that leave it no room. */
  @media (width < 640px) {
    :host {
      flex-wrap: wrap;
    }
    .state {
      flex: 1 1 14em;
    }
    .words {
      white-space: normal;
      text-wrap: pretty;
      padding-block: 4px;
    }
  }
  @media (pointer: coarse) {
    button {
      min-block-size: var(--il-control-touch);
      padding-inline: var(--il-space-2);
    }
  }
`;
