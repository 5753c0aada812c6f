import { type CSSResult, css } from "lit";

/** Code in one ink, its gutter, and what a grammar finds in Markdown. */
export const codeStyles: CSSResult = css`
  .cm-editor .cm-gutters {
    border: 0;
    background: var(--_ground);
    color: var(--il-ink-soft);
    font-family: var(--il-font-code);
    font-size: 0.85em;
    font-variant-numeric: tabular-nums;
  }
  .cm-editor.code .cm-gutters {
    font-size: inherit;
  }
  /* Who is on a line stands in the gutter, which lies over the text that is scrolled sideways. */
  .cm-editor.code .il-margins {
    z-index: 201 !important;
  }
  .cm-editor .cm-lineNumbers {
    min-inline-size: 60px;
  }
  .cm-editor .cm-lineNumbers .cm-gutterElement {
    padding: 0 20px 0 8px;
    text-align: end;
  }
  .cm-editor .cm-activeLineGutter {
    background: transparent;
    color: var(--il-ink);
    font-weight: var(--il-weight-strong);
  }
  .cm-editor .cm-activeLine {
    background: transparent;
  }
  .cm-editor.code.cm-focused :is(.cm-activeLine, .cm-activeLineGutter) {
    background: var(--il-hover);
  }
  .cm-editor.cm-focused :is(.cm-matchingBracket, .cm-nonmatchingBracket),
  .cm-editor :is(.cm-matchingBracket, .cm-nonmatchingBracket) {
    background: var(--il-find);
    border-radius: 2px;
  }
  .cm-editor.cm-focused .cm-nonmatchingBracket {
    background: none;
    outline: 1px dashed currentColor;
    outline-offset: -1px;
  }
  .special {
    margin-inline: 1px;
    padding-inline: 3px;
    border: 1px solid var(--il-line);
    border-radius: var(--il-radius-small);
    color: var(--il-ink-soft);
    font-size: 0.8em;
  }

  .tok-keyword,
  .tok-heading,
  .tok-strong {
    font-weight: var(--il-code-keyword-weight);
  }
  .tok-string,
  .tok-link {
    color: var(--il-code-string);
  }
  .tok-comment,
  .tok-mark {
    color: var(--il-code-comment);
  }
  .tok-comment,
  .tok-emphasis {
    font-style: italic;
  }
  .tok-strike {
    text-decoration: line-through;
  }
  .tok-inline {
    color: var(--il-code-string);
    font-family: var(--il-font-code);
    font-size: 0.9em;
  }

  @media (forced-colors: active) {
    .cm-editor.cm-focused .cm-activeLine {
      outline: 1px solid CanvasText;
      outline-offset: -1px;
    }
    .cm-editor.cm-focused :is(.cm-matchingBracket, .cm-nonmatchingBracket) {
      outline: 1px solid CanvasText;
      outline-offset: -1px;
    }
  }
  @media print {
    .cm-editor .cm-gutters {
      display: none;
    }
    .cm-editor.cm-focused :is(.cm-activeLine, .cm-matchingBracket) {
      background: none;
    }
  }
`;
