import { type CSSResult, css } from "lit";

/** Bar, paper and bottom line. */
export const documentPageStyles: CSSResult = css`
  :host {
    display: grid;
    grid-template: var(--il-bar) auto minmax(0, 1fr) auto / minmax(0, 1fr);
    block-size: 100dvh;
    background: var(--il-page);
    color: var(--il-ink);
    font: var(--il-label);
  }
  .skip {
    position: absolute;
    inset: 6px auto auto 8px;
    z-index: var(--il-z-float);
    padding: 7px var(--il-space-3);
    border-radius: var(--il-radius);
    background: var(--il-raised);
    box-shadow: var(--il-shadow);
  }
  .skip:not(:focus) {
    clip-path: inset(50%);
  }

  header {
    position: relative;
    z-index: var(--il-z-bar);
    display: flex;
    align-items: center;
    gap: var(--il-space-2);
    padding-inline: var(--il-space-2) var(--il-space-3);
    border-block-end: 1px solid transparent;
  }
  :host(:state(scrolled)) header {
    border-color: var(--il-hairline);
  }
  h1 {
    flex: 0 1 auto;
    min-inline-size: 3ch;
    margin: 0 0 0 -2px;
    padding: 4px 6px;
    overflow: hidden;
    font: var(--il-weight-strong) var(--il-size-2) / 20px var(--il-font-ui);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  h1.untitled {
    color: var(--il-ink-soft);
    font-weight: var(--il-weight-name);
  }
  /* However long the title is: the glyph is whole. */
  header > interline-status {
    flex: none;
    margin-inline-end: 4px;
  }
  .grow {
    flex: 1;
  }
  .separator {
    inline-size: 1px;
    block-size: 20px;
    margin-inline: 6px;
    background: var(--il-hairline);
  }
  interline-people:not(:state(populated)) + .separator {
    display: none;
  }
  .loading::after {
    content: "";
    position: absolute;
    inset: 100% 0 auto 0;
    block-size: 2px;
    background: var(--il-ink);
    transform-origin: left;
    animation: load 1.2s var(--il-ease) infinite alternate;
  }

  main {
    grid-row: 3;
    position: relative;
    min-block-size: 0;
  }
  interline-editor {
    block-size: 100%;
  }
  .empty {
    position: absolute;
    inset: calc(var(--il-space-6) + 28px + 20px) 0 auto;
    overflow: hidden;
    /* the same room for a scrollbar as the text has, so that both are centred alike */
    scrollbar-width: thin;
    scrollbar-gutter: stable;
    pointer-events: none;
  }
  .empty > div {
    inline-size: min(var(--il-measure), 100% - 2 * var(--il-space-5));
    margin-inline: auto;
    font: var(--il-prose);
  }
  .empty > div > div {
    display: flex;
    align-items: center;
    gap: var(--il-space-3);
    color: var(--il-ink-soft);
    font: var(--il-label);
  }
  .empty .icon {
    inline-size: 15px;
    block-size: 15px;
    stroke-width: 2;
  }
  .empty span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    pointer-events: auto;
  }
  .empty copy-button {
    pointer-events: auto;
  }

  /* In a low window what is said above and below leaves room for the text, and can be scrolled. */
  unsent-text {
    max-block-size: 50dvh;
    overflow-y: auto;
  }
  footer {
    grid-row: 4;
    max-block-size: 40dvh;
    overflow-y: auto;
    z-index: var(--il-z-bar);
    border-block-start: 1px solid transparent;
  }
  :host(:state(more-below)) footer {
    border-color: var(--il-hairline);
  }
  .line {
    display: flex;
    align-items: center;
    gap: var(--il-space-4);
    min-block-size: calc(var(--il-bottom) - 1px);
    padding-inline: var(--il-space-4);
    color: var(--il-ink-soft);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  /* The same stands above the text. */
  .told > interline-status::part(detail),
  .told > interline-status::part(action) {
    display: none;
  }
  .line:has(> interline-status[tone="warn"]) {
    background: var(--il-warn-ground);
    color: var(--il-warn);
  }
  .line:has(> interline-status[tone="danger"]),
  .recovery {
    background: var(--il-danger-ground);
    color: var(--il-danger);
  }
  .recovery {
    padding-block: var(--il-space-1);
    white-space: normal;
  }
  .recovery > button {
    flex: none;
  }

  .panel {
    position: fixed;
    inset: calc(var(--il-bar) + 4px) var(--il-space-3) auto auto;
    inline-size: 320px;
    max-block-size: calc(100dvh - var(--il-bar) - var(--il-space-4));
    margin: 0;
    padding: var(--il-space-4);
    overflow: auto;
    overscroll-behavior: contain;
    border: 0;
    border-radius: var(--il-radius-large);
    background: var(--il-raised);
    box-shadow: var(--il-shadow);
    color: inherit;
    outline: 1px solid light-dark(transparent, var(--il-hairline));
  }
  .panel > .narrow {
    display: none;
    margin-block-start: var(--il-space-5);
  }
  .owning {
    margin-block-start: var(--il-space-5);
    font: var(--il-label);
  }
  .owning h2 {
    margin: 0;
    font: inherit;
    font-weight: var(--il-weight-name);
  }
  .owning p {
    margin: 6px 0 var(--il-space-2);
    color: var(--il-ink-soft);
    text-wrap: pretty;
  }
  dialog {
    inline-size: min(480px, 100% - 2 * var(--il-space-4));
    padding: var(--il-space-5);
    border: 0;
    border-radius: var(--il-radius-large);
    background: var(--il-raised);
    box-shadow: var(--il-shadow);
    color: inherit;
    outline: 1px solid light-dark(transparent, var(--il-hairline));
  }
  dialog::backdrop {
    background: var(--il-scrim);
  }
  dialog h2 {
    margin: 0 0 var(--il-space-2);
    font: var(--il-weight-strong) var(--il-size-3) / 24px var(--il-font-ui);
  }
  dialog p {
    margin: 0 0 var(--il-space-4);
    color: var(--il-ink-soft);
  }
  dialog pre {
    max-block-size: 40dvh;
    margin: 0 0 var(--il-space-4);
    padding: var(--il-space-3);
    overflow: auto;
    border: 1px solid var(--il-line);
    border-radius: var(--il-radius);
    font: var(--il-label);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  dialog form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--il-space-2);
  }

  @keyframes load {
    from {
      transform: scaleX(0.05);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .loading::after {
      animation: none;
    }
  }
  @media (width < 900px) {
    .line > interline-status:not([tone="ink"]) ~ * {
      display: none;
    }
  }
  @media (width < 640px) {
    header {
      gap: 2px;
      padding-inline: 2px 4px;
    }
    header > copy-button,
    .separator,
    .words,
    .reading > .place {
      display: none;
    }
    .empty {
      inset-block-start: calc(20px + 26px + 20px);
    }
    .empty > div {
      inline-size: calc(100% - 40px);
    }
    interline-editor {
      --il-text-inset: 20px;
      --il-text-start: 20px;
      --il-line-height: 26px;
      --il-prose: var(--il-prose-phone);
    }
    .panel > .narrow {
      display: inline-flex;
    }
    .panel {
      inset: auto 0 0 0;
      inline-size: 100%;
      max-block-size: 85dvh;
      border-radius: var(--il-radius-large) var(--il-radius-large) 0 0;
      padding: var(--il-space-5);
    }
  }
  @media (pointer: coarse) {
    :host {
      grid-template-rows: 48px auto minmax(0, 1fr) auto;
    }
  }
  /* On paper there is the text and nothing of the tool. */
  @media print {
    :host {
      display: block;
      block-size: auto;
    }
    header,
    footer,
    unsent-text,
    .empty,
    .panel {
      display: none;
    }
    interline-editor {
      block-size: auto;
    }
  }
  @media (forced-colors: active) {
    .panel,
    dialog {
      outline-color: CanvasText;
    }
  }
`;
