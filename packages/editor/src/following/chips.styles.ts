import { type CSSResult, css } from "lit";

/** The frame, the arrow and the chips over the text. */
export const chipStyles: CSSResult = css`
  .others {
    position: absolute;
    inset: 0;
    z-index: var(--il-z-flag);
    pointer-events: none;
    font: var(--il-label);
  }
  .others > .frame {
    position: absolute;
    inset: 0;
    border: 3px solid var(--person);
  }
  .others > .paused {
    border-style: dashed;
  }
  .others > .chips {
    position: absolute;
    inset-block-end: 12px;
    inset-inline-end: 32px;
    display: flex;
    flex-direction: column;
    align-items: end;
    gap: 6px;
    max-inline-size: calc(100% - 48px);
  }
  .others > .above {
    inset-block: 12px auto;
  }
  .others .arrow,
  .others .chip {
    display: inline-flex;
    align-items: center;
    gap: var(--il-space-2);
    box-sizing: border-box;
    max-inline-size: 100%;
    min-block-size: 22px;
    margin: 0;
    padding: 0 var(--il-space-2);
    border: 0;
    border-radius: var(--il-radius-small);
    background: var(--person);
    color: var(--il-on-person);
    font: var(--il-flag);
    white-space: nowrap;
    outline: 1px solid transparent;
    outline-offset: -1px;
    pointer-events: auto;
  }
  .others .arrow {
    display: inline-block;
    overflow: hidden;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  .others .chip {
    padding-block: 2px;
    padding-inline: var(--il-space-2) 2px;
  }
  .others .quiet {
    background: linear-gradient(var(--il-hover), var(--il-hover)) var(--il-page);
    color: var(--il-ink);
  }
  .others .words {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .others .chip > button {
    flex: none;
    min-inline-size: 24px;
    min-block-size: 24px;
    margin: 0;
    padding: 0 6px;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
    position: relative;
  }
  /* A key cap is smaller than what can be hit. */
  .others .chip > button::before {
    content: "";
    position: absolute;
    inset: 3px 1px;
    border: 1px solid currentColor;
    border-radius: 3px;
  }
  .others button:focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: var(--il-ring-offset);
  }
  .others .chip > button:focus-visible {
    outline-color: currentColor;
    outline-offset: -2px;
  }
  @media (width < 640px) {
    .others > .chips {
      inset-inline-end: 14px;
      max-inline-size: calc(100% - 28px);
    }
  }
  @media (pointer: coarse) {
    .others .arrow {
      min-block-size: var(--il-control-touch);
    }
    .others .chip > button {
      min-inline-size: var(--il-control-touch);
      min-block-size: var(--il-control-touch);
    }
    .others .chip > button::before {
      inset: 11px 4px;
    }
  }
  @media (forced-colors: active) {
    .others .arrow,
    .others .chip {
      outline-color: CanvasText;
    }
    .others > .frame {
      border-color: Highlight;
    }
  }
  @media print {
    .others {
      display: none;
    }
  }
`;
