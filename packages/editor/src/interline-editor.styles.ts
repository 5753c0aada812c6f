import { type CSSResult, css } from "lit";

/**
 * The element's own box. By itself it looks like a field of its page: the page's font, an edge, a ring, as high as its
 * text. With `page` it is the page: the type and the room of a sheet of paper, as high as what it stands in.
 *
 * @cssprop [--il-border=1px solid var(--il-line)] - edge of the box
 * @cssprop [--il-field=Field] - ground of the box
 * @cssprop [--il-field-ink=FieldText] - colour of the text
 * @cssprop [--il-text-font=inherit] - font of the text, as `font`
 * @cssprop [--il-line-height] - height of a line. Default: the font's
 * @cssprop [--il-text-inset=12px] - room beside the text
 * @cssprop [--il-text-start=10px] - room above the text
 * @cssprop [--il-text-end=10px] - room below the text
 * @cssprop [--il-measure=72ch] - widest line with `page`; without it a line is as wide as the box
 */
export const editorStyles: CSSResult = css`
  :host {
    --_border: var(--il-border, 1px solid var(--il-line));
    --_ground: var(--il-field, Field);
    --_ink: var(--il-field-ink, FieldText);
    --_font: var(--il-text-font, inherit);
    --_line-height: var(--il-line-height, inherit);
    --_inset: var(--il-text-inset, 12px);
    --_start: var(--il-text-start, 10px);
    --_end: var(--il-text-end, 10px);
    --_measure: 100%;
    display: flex;
    flex-direction: column;
    position: relative;
    isolation: isolate;
  }
  :host([page]) {
    --_border: var(--il-border, 0 solid);
    --_ground: var(--il-field, var(--il-page));
    --_ink: var(--il-field-ink, var(--il-ink));
    --_font: var(--il-text-font, var(--il-prose));
    --_line-height: var(--il-line-height, 28px);
    --_inset: var(--il-text-inset, var(--il-space-5));
    --_start: var(--il-text-start, var(--il-space-6));
    --_end: var(--il-text-end, 40vh);
    --_measure: var(--il-measure);
  }
  :host([hidden]) {
    display: none;
  }
  .base {
    box-sizing: border-box;
    flex: 1 1 auto;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
    border: var(--_border);
    background: var(--_ground);
    color: var(--_ink);
  }
  :host(:not([page])) .base:has(.cm-focused) {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: -1px;
  }
  :host(:state(user-invalid)) .base {
    border-color: var(--il-danger);
  }
  :host([cols]) .base {
    align-self: flex-start;
    inline-size: calc(var(--_cols) * 1ch + 2 * var(--_inset));
    max-inline-size: 100%;
    font: var(--_font);
  }
  :host(:disabled) .base {
    color: GrayText;
  }
  .surface {
    flex: 1 1 auto;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
  }
  /* What stands inside the element is seen only where it is a field that still works. */
  .base > slot:not([name]) {
    display: none;
  }
  .waiting > slot:not([name]) {
    display: block;
  }
  .waiting > .surface {
    display: none;
  }
  ::slotted(textarea) {
    box-sizing: border-box;
    display: block;
    inline-size: 100%;
    margin: 0;
    padding: var(--_start) var(--_inset) var(--_end);
    border: 0;
    background: none;
    color: inherit;
    font: var(--_font);
    resize: none;
  }
  .strip,
  .bottom {
    flex: none;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--il-space-3);
    padding-inline: var(--il-space-3);
    font: var(--il-label);
    color: var(--il-ink-soft);
  }
  .strip {
    box-sizing: border-box;
    min-block-size: 40px;
    border-block-end: 1px solid var(--il-hairline);
  }
  .bottom {
    min-block-size: 30px;
    font-variant-numeric: tabular-nums;
  }
  .strip:not(:has(.used)),
  .bottom:not(:has(.used)) {
    display: none;
  }
  ::slotted(interline-people) {
    margin-inline-start: auto;
  }
  .counter {
    white-space: nowrap;
  }
  @media (pointer: coarse) {
    .bottom {
      min-block-size: 36px;
    }
  }
  @media print {
    .base,
    .surface {
      display: block;
    }
    .base {
      border: 0;
    }
    .strip,
    .bottom {
      display: none;
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
