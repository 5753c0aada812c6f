import { type CSSResult, css } from "lit";

/** The text surface: CodeMirror's parts, carets, selections and margin of others. */
export const surfaceStyles: CSSResult = css`
  .cm-editor {
    flex: 1 1 auto;
    min-block-size: 0;
    background: transparent;
    color: inherit;
  }
  .cm-editor.cm-focused {
    outline: none;
  }
  .cm-editor .cm-scroller {
    font: var(--_font);
    line-height: var(--_line-height);
    flex: 1 1 auto;
    block-size: auto;
    min-block-size: 0;
    overflow: hidden auto;
    scrollbar-width: thin;
    scrollbar-color: color-mix(in srgb, var(--il-ink-ghost) 45%, transparent) transparent;
    isolation: isolate;
  }
  :host([page]) .cm-editor .cm-scroller {
    scrollbar-gutter: stable;
  }
  .cm-editor .cm-content {
    box-sizing: border-box;
    inline-size: min(var(--_measure), 100% - 2 * var(--_inset));
    min-block-size: calc(var(--_rows, 0) * 1lh + var(--_start) + var(--_end));
    flex: none;
    margin-inline: auto;
    padding: var(--_start) 0 var(--_end);
    overflow-wrap: anywhere;
  }
  .cm-editor .cm-line {
    padding: 0;
    text-align: start;
  }
  .cm-editor.unwrapped .cm-scroller {
    overflow-x: auto;
  }
  .cm-editor.unwrapped .cm-content {
    min-inline-size: max-content;
  }
  .cm-editor.code .cm-scroller {
    font: var(--il-code);
    font-variant-ligatures: none;
  }
  .cm-editor.code .cm-content {
    flex: 1 0 auto;
    inline-size: auto;
    padding-block-start: min(var(--_start), var(--il-space-3));
    padding-inline: var(--_inset);
  }
  .cm-editor.code.numbered .cm-content {
    padding-inline-start: 0;
  }
  /* The gutter stands beside the column. */
  .cm-editor.numbered:not(.code) .cm-content {
    inline-size: min(var(--_measure), 100% - 2 * var(--_inset) - 60px);
  }
  /* The gutter comes a moment later, and moves nothing. */
  .cm-editor.code.numbered:not(:has(.cm-gutters)) .cm-content {
    padding-inline-start: 60px;
  }
  .cm-editor .cm-placeholder {
    color: var(--il-ink-soft);
  }
  /* What is drawn over the text is not there for the pointer, nor for what is copied. */
  .cm-editor .cm-layer {
    pointer-events: none;
    -webkit-user-select: none;
    user-select: none;
  }
  .cm-editor .cm-selectionLayer {
    display: none;
  }
  .cm-editor .cm-cursorLayer .cm-cursor {
    border: 0;
    margin: 0;
  }
  /* Nothing can be typed yet: no caret says that it can. */
  .cm-editor:has(.cm-content[aria-busy="true"]) .cm-cursorLayer {
    visibility: hidden;
  }
  .cm-editor .cm-cursor::before {
    content: "";
    position: absolute;
    inset-block-start: 50%;
    inset-inline-start: -1px;
    block-size: 1lh;
    transform: translateY(-50%);
    border-inline-start: var(--il-caret) solid var(--il-accent);
  }

  .selection {
    position: absolute;
    background: light-dark(
      color-mix(in srgb, var(--person) var(--il-person-wash), transparent),
      color-mix(in srgb, var(--person) var(--il-person-wash-dark), transparent)
    );
  }
  .selection.own {
    background: var(--il-selection);
  }

  .caret {
    position: absolute;
    inset: 0 auto auto 0;
    inline-size: 0;
    transition: transform var(--il-fast) var(--il-ease);
  }
  .caret::before {
    content: "";
    position: absolute;
    inset: 0 auto 0 -1px;
    border-inline-start: var(--il-caret) solid var(--person);
  }
  .caret > i {
    position: absolute;
    inset: 0 auto auto -3px;
    box-sizing: border-box;
    inline-size: var(--il-caret-head);
    block-size: var(--il-caret-head);
    border: calc(var(--il-caret-head) / 2) solid var(--person);
    border-radius: 1px;
  }
  .caret.idle:not(.flagged)::before,
  .caret.idle > i {
    opacity: var(--il-person-idle);
  }
  .caret.flagged > i {
    visibility: hidden;
  }
  .flag {
    position: absolute;
    inset: auto auto calc(50% + 0.74em) -1px; /* half an em of the text */
    padding: 0 6px;
    block-size: var(--il-flag-height);
    background: var(--person);
    color: var(--il-on-person);
    font: var(--il-flag);
    white-space: nowrap;
    border-radius: var(--il-radius-small);
    border-end-start-radius: 0;
    outline: 1px solid transparent;
    outline-offset: -1px;
    opacity: 0;
    transition: opacity var(--il-fade) var(--il-ease);
  }
  .flagged > .flag {
    opacity: 1;
  }
  .below > .flag {
    inset-block: calc(50% + 0.74em) auto;
    border-radius: var(--il-radius-small);
    border-start-start-radius: 0;
  }
  .mirrored > .flag {
    inset-inline: auto -1px;
    border-end-start-radius: var(--il-radius-small);
    border-end-end-radius: 0;
  }
  .mirrored.below > .flag {
    border-radius: var(--il-radius-small);
    border-start-end-radius: 0;
  }

  .margin {
    position: absolute;
    inset: 0 auto auto 0;
    display: flex;
    align-items: center;
    flex-direction: row-reverse;
    gap: 2px;
    inline-size: var(--il-margin-mark);
  }
  .margin > i {
    flex: none;
    block-size: 100%;
    box-sizing: border-box;
    border-inline-start: var(--il-margin-mark) solid var(--person);
    border-radius: 1.5px;
  }
  .margin > span {
    flex: none;
    margin-inline-end: 6px;
    overflow: hidden;
    color: var(--il-ink-soft);
    font: var(--il-flag);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .margin bdi {
    color: var(--person);
  }

  .lane {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 14px;
    block-size: 100%;
    inline-size: var(--il-lane);
    pointer-events: none;
  }
  .lane > i {
    position: absolute;
    inset: 0 0 auto;
    block-size: 0;
    border-block-start: 3px solid var(--person);
    border-radius: 1.5px;
    cursor: pointer;
    pointer-events: auto;
  }
  /* Easier to hit than it is to see; whoever cannot has the people's row. */
  .lane > i::after {
    content: "";
    position: absolute;
    inset: -9px -4px -6px;
  }

  @media (width < 640px) {
    .lane {
      inset-inline-end: 4px;
      inline-size: 6px;
    }
  }
  @media (forced-colors: active) {
    .selection {
      outline: 1px dotted CanvasText;
      outline-offset: -1px;
    }
    .selection.own {
      background: Highlight;
      outline: none;
      forced-color-adjust: none;
    }
  }
  @media print {
    .cm-editor,
    .cm-editor .cm-scroller {
      overflow: visible;
      block-size: auto;
    }
    .cm-editor .cm-content {
      inline-size: 100%;
      padding: 0;
    }
    .cm-layer,
    .lane {
      display: none;
    }
  }
`;
