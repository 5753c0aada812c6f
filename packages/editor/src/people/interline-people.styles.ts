import { type CSSResult, css } from "lit";

/** The row of people. */
export const peopleStyles: CSSResult = css`
  :host {
    display: block;
    font: var(--il-label);
  }
  :host([hidden]) {
    display: none;
  }
  ul {
    display: flex;
    align-items: center;
    gap: var(--il-space-2);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    position: relative;
    display: flex;
    animation: arrive var(--il-quick) var(--il-ease);
  }
  .avatar {
    flex: none;
    position: relative;
    box-sizing: border-box;
    inline-size: var(--il-avatar);
    block-size: var(--il-avatar);
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--person);
    color: var(--il-on-person);
    font: var(--il-initials);
    line-height: var(--il-avatar);
    letter-spacing: 0.01em;
    text-align: center;
    outline: 1px solid transparent;
    outline-offset: -1px;
    cursor: pointer;
  }
  .more {
    direction: ltr; /* a sign before its number, in every language */
    background: none;
    color: var(--il-ink-soft);
  }
  .avatar.away,
  .avatar.unknown {
    background: transparent;
    color: var(--il-ink-soft);
    box-shadow: inset 0 0 0 1.5px var(--il-line);
  }
  button.gone {
    border: 1.5px dashed var(--il-line);
    background: transparent;
    color: var(--il-ink-soft);
    line-height: calc(var(--il-avatar) - 3px);
    cursor: default;
  }
  button.typing::before {
    content: "";
    position: absolute;
    inset: -4px;
    border: 2px solid color-mix(in srgb, var(--person) 45%, transparent);
    border-radius: 50%;
    animation: breathe 1s 5;
  }
  button:focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: var(--il-ring-offset);
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .moon {
    position: absolute;
    inset-block-end: -4px;
    inset-inline-end: -5px;
    inline-size: 13px;
    block-size: 13px;
    padding: 1px;
    box-sizing: border-box;
    border-radius: 50%;
    background: var(--il-page);
    color: var(--il-ink-soft);
  }
  .card {
    position: absolute;
    inset-block-start: calc(100% + 8px);
    inset-inline-end: 0;
    z-index: var(--il-z-float);
    padding: var(--il-space-2) var(--il-space-3);
    border-radius: var(--il-radius);
    background: var(--il-raised);
    box-shadow: var(--il-shadow);
    color: var(--il-ink-soft);
    outline: 1px solid transparent;
    outline-offset: -1px;
    inline-size: max-content;
    max-inline-size: min(300px, 90vw);
    overflow-wrap: anywhere;
    visibility: hidden;
    opacity: 0;
    transition: opacity var(--il-quick) var(--il-ease);
  }
  /* The pointer gets from the avatar to the card. */
  .card::before {
    content: "";
    position: absolute;
    inset: -8px 0 100%;
  }
  .acts {
    display: flex;
    gap: var(--il-space-1);
    margin: 6px -6px -2px;
  }
  .act {
    min-block-size: 24px;
    padding: 0 6px;
    border: 0;
    border-radius: var(--il-radius-small);
    background: var(--il-hover);
    color: var(--il-ink);
    font: inherit;
    cursor: pointer;
  }
  .card b {
    display: block;
    color: var(--il-ink);
    font-weight: var(--il-weight-name);
  }
  .card b:has(+ .guest) {
    display: inline;
  }
  .guest {
    margin-inline-start: var(--il-space-1);
    padding: 0 var(--il-space-1);
    border-radius: var(--il-radius);
    background: var(--il-hover);
    font-style: normal;
  }
  .guest + span {
    display: block;
  }
  li:not(.shut) > .avatar:hover + .card,
  li:not(.shut) > .card:hover,
  li:not(.shut) > .gone:focus-visible + .card,
  li:not(.shut).open > .card {
    visibility: visible;
    opacity: 1;
  }
  @keyframes arrive {
    from {
      opacity: 0;
    }
  }
  @keyframes breathe {
    50% {
      opacity: 0.35;
    }
  }
  @media (pointer: coarse) {
    ul {
      gap: 0;
    }
    /* As large as a finger needs; what is seen of it is as large as ever. */
    .avatar {
      inline-size: var(--il-control-touch);
      block-size: var(--il-control-touch);
      border: calc((var(--il-control-touch) - var(--il-avatar)) / 2) solid transparent;
      background-clip: padding-box;
    }
    button.gone {
      border: calc((var(--il-control-touch) - var(--il-avatar)) / 2) solid transparent;
      outline: 1.5px dashed var(--il-line);
      outline-offset: calc((var(--il-avatar) - var(--il-control-touch)) / 2 - 1.5px);
      line-height: var(--il-avatar);
    }
    .card {
      inset-block-start: 100%;
    }
    /* A finger gets the list instead. */
    .acts {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    li,
    button.typing::before {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .avatar,
    .act,
    .card {
      outline-color: CanvasText;
    }
  }
`;
