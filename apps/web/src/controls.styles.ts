import { type CSSResult, css } from "lit";

/** Buttons, links and fields, and the ring around what has the focus. */
export const controlStyles: CSSResult = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: var(--il-ring-offset);
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 7px;
    flex: none;
    block-size: var(--il-control);
    padding: 0 var(--il-space-3);
    border: 0;
    border-radius: var(--il-radius);
    background: var(--il-hover);
    color: var(--il-ink);
    font: var(--il-label);
    font-weight: var(--il-weight-name);
    white-space: nowrap;
    cursor: pointer;
  }
  button:hover {
    background: var(--il-pressed);
  }
  button.icon-only {
    inline-size: var(--il-control);
    padding: 0;
    background: none;
    color: var(--il-ink-soft);
  }
  button.icon-only:is(:hover, [aria-expanded="true"]) {
    background: var(--il-hover);
    color: var(--il-ink);
  }
  button.primary {
    background: var(--il-ink);
    color: var(--il-on-ink);
    font-weight: var(--il-weight-strong);
    outline: 1px solid transparent;
    outline-offset: -1px;
  }
  button.primary:focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: var(--il-ring-offset);
  }
  .icon {
    flex: none;
    inline-size: var(--il-icon);
    block-size: var(--il-icon);
    stroke-width: 1.75;
  }
  button:not(.icon-only) > .icon {
    inline-size: 16px;
    block-size: 16px;
    margin-inline-start: -2px;
  }
  a {
    color: var(--il-accent);
    text-underline-offset: 2px;
    text-decoration-thickness: 1px;
  }
  input:not([type="radio"]) {
    inline-size: 100%;
    block-size: var(--il-control);
    padding: 0 10px;
    border: 1px solid var(--il-line);
    border-radius: var(--il-radius);
    background: transparent;
    color: inherit;
    font: inherit;
  }
  input:not([type="radio"]):focus-visible {
    outline-offset: -1px;
  }
  @media (pointer: coarse) {
    input:not([type="radio"]) {
      font-size: 16px;
    }
  }
`;
