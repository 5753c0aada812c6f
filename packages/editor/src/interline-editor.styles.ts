import { type CSSResult, css } from "lit";

/** The element's own box and the hidden region that speaks. */
export const editorStyles: CSSResult = css`
  :host {
    display: block;
    position: relative;
    min-block-size: 3lh;
    isolation: isolate;
  }
  :host([hidden]) {
    display: none;
  }
  .base,
  .surface {
    block-size: 100%;
  }
  @media print {
    .base,
    .surface {
      block-size: auto;
    }
  }
  /* Takes keys for a moment, and is not to be seen. */
  .early,
  .announcer {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
