import { type CSSResult, css } from "lit";

/** Room between a popover and what it belongs to, in px. */
const GAP = 6;
/** Narrower windows show a popover as a sheet from the bottom. In px. */
const SHEET_BELOW = 640;

/** Opens a popover by the element that it belongs to: below it, at its end side, within the window. */
export function openBy(popover: HTMLElement, anchor: Element, side: "below" | "inside"): void {
  const view = popover.ownerDocument.defaultView;
  if (view === null || popover.matches(":popover-open")) return;
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const isSheet = view.innerWidth < SHEET_BELOW;
  const isRightToLeft = getComputedStyle(anchor).direction === "rtl";
  const start = Math.max(GAP, (side === "below" ? bottom : top) + GAP);
  const { style } = popover;
  style.insetBlockStart = isSheet ? "" : `${start}px`;
  style.insetInlineEnd = isSheet ? "" : `${Math.max(GAP, isRightToLeft ? left : view.innerWidth - right)}px`;
  style.maxBlockSize = isSheet ? "" : `${Math.max(120, view.innerHeight - start - GAP)}px`;
  const before = focusedIn(anchor);
  popover.showPopover();
  // A browser gives the focus back to what had it, but in a shadow root it knows only the host (Chromium 156).
  popover.addEventListener(
    "beforetoggle",
    () => {
      if (popover.matches(":focus-within")) before?.focus();
    },
    { once: true },
  );
}

/** What has the focus in the shadow root of an element; undefined: nothing. */
function focusedIn(element: Element): HTMLElement | undefined {
  const { activeElement } = element.getRootNode() as ShadowRoot | Document;
  return activeElement instanceof HTMLElement ? activeElement : undefined;
}

/** Up and down go from row to row, Home and End to the ends. True if a key was for this. */
export function moveInRows(event: KeyboardEvent, list: ParentNode): boolean {
  const { key, target } = event;
  const rows = [...list.querySelectorAll("li")];
  const index = rows.findIndex((row) => row.contains(target as Node));
  const steps: Record<string, number> = {
    ArrowDown: Math.min(index + 1, rows.length - 1),
    ArrowUp: Math.max(index - 1, 0),
    Home: 0,
    End: rows.length - 1,
  };
  const row = rows[steps[key] ?? -1];
  if (row === undefined || index < 0) return false;
  const column = [...(rows[index]?.querySelectorAll("button") ?? [])].indexOf(target as HTMLButtonElement);
  const buttons = row.querySelectorAll<HTMLButtonElement>("button:not(:disabled)");
  (buttons[column] ?? buttons[0])?.focus();
  event.preventDefault();
  return true;
}

/** A list that opens over everything else. */
export const popoverStyles: CSSResult = css`
  .popover {
    position: fixed;
    inset: auto;
    inline-size: min(420px, 100vw - 12px);
    max-block-size: 70dvh;
    box-sizing: border-box;
    margin: 0;
    padding: var(--il-space-2);
    overflow: auto;
    overscroll-behavior: contain;
    border: 0;
    border-radius: var(--il-radius-large);
    background: var(--il-raised);
    box-shadow: var(--il-shadow);
    color: var(--il-ink);
    font: var(--il-label);
    outline: 1px solid light-dark(transparent, var(--il-hairline));
    outline-offset: -1px;
  }
  .popover > .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--il-space-2);
    padding-inline-start: var(--il-space-2);
  }
  .popover h2 {
    margin: 0;
    font: inherit;
    font-weight: var(--il-weight-strong);
  }
  .popover p {
    margin: var(--il-space-2);
    color: var(--il-ink-soft);
  }
  .popover ol,
  .popover ul {
    display: block;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .popover li {
    display: flex;
    align-items: center;
    gap: var(--il-space-2);
    min-block-size: 40px;
    padding: var(--il-space-1) var(--il-space-2);
    animation: none;
  }
  .popover .still {
    inline-size: 32px;
    block-size: 32px;
    border: 0;
    font-size: 12px;
    line-height: 32px;
    cursor: default;
  }
  .popover .row {
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .popover .soft {
    display: block;
    color: var(--il-ink-soft);
  }
  .popover .action {
    flex: none;
    inline-size: auto;
    block-size: auto;
    min-block-size: var(--il-control);
    padding: 0 10px;
    border: 0;
    border-radius: var(--il-radius);
    background: var(--il-hover);
    color: var(--il-ink);
    font: inherit;
    line-height: inherit;
    cursor: pointer;
  }
  .popover .action:disabled {
    background: none;
    color: var(--il-ink-ghost);
    cursor: default;
  }
  .popover .action[aria-pressed="true"] {
    background: var(--il-pressed);
  }
  .popover .plain {
    background: none;
  }
  .popover .action:focus-visible {
    outline: var(--il-ring) solid var(--il-accent);
    outline-offset: -2px;
  }
  @media (width < 640px) {
    .popover {
      inset: auto 0 0;
      inline-size: 100%;
      max-block-size: 85dvh;
      padding: var(--il-space-4);
      border-radius: var(--il-radius-large) var(--il-radius-large) 0 0;
    }
    .popover li {
      flex-wrap: wrap;
    }
    .popover .row {
      flex-basis: 9em;
    }
  }
  @media (forced-colors: active) {
    .popover,
    .popover .action {
      outline: 1px solid CanvasText;
      outline-offset: -1px;
    }
  }
`;
