import { type CSSResult, css } from "lit";

/**
 * The design tokens: custom properties only, each with a light and a dark side through `light-dark()`.
 *
 * They stand in the cascade layer `interline`, the weakest place there is: a page sets any of them on `:root`, on an
 * element or above it, and wins. Set `color-scheme` to choose light or dark. Components and pages read `var(--il-…)` and
 * hold no raw colour, size of type or duration. Ratios in comments are measured against the ground that is named.
 * @public
 */
export const tokens: CSSResult = css`
  @layer interline {
    :root {
      /* ── Grounds ─────────────────────────────────────────────────────────────────────────────────── */
      --il-page: light-dark(#fbfaf8, #15171b);        /* the paper: text, bar and bottom line stand on it */
      --il-margin: light-dark(#f4f2ed, #1b1e23);      /* the margin: rails, history tray, table heads, code gutters in preview */
      --il-raised: light-dark(#ffffff, #22262c);      /* floats: dialog, menu, popover, find panel, phone sheet. Always with --il-shadow */
      --il-hover: light-dark(#1b1d220d, #e7e5e014);   /* laid over any ground: row, icon button, menu item under the pointer */
      --il-pressed: light-dark(#1b1d221a, #e7e5e024); /* the same while pressed, and for a chosen (aria-selected/pressed) item */
      --il-scrim: light-dark(#1b1d2252, #00000099);   /* behind a modal dialog or phone sheet only */

      /* ── Ink ─────────────────────────────────────────────────────────────────────────────────────── */
      --il-ink: light-dark(#1b1d22, #e7e5e0);         /* text, icons of primary actions, filled primary button. 16.2 / 14.3 on page */
      --il-ink-soft: light-dark(#5b6069, #a3a9b3);    /* secondary text, resting icons, Markdown marks, comments in code. 6.1 / 7.6 */
      --il-ink-ghost: light-dark(#8a8d94, #6b717c);   /* never text one must read: disabled labels, empty-line marks, seams. 3.2 / 3.7 */
      --il-on-ink: light-dark(#fbfaf8, #15171b);      /* text on a filled primary button (ground --il-ink) */

      /* ── Lines ───────────────────────────────────────────────────────────────────────────────────── */
      --il-hairline: light-dark(#e5e2db, #2b2f36);    /* decoration only: between bar and paper, list rows. Carries no meaning */
      --il-line: light-dark(#82858c, #6f7580);        /* edge of a control (input, menu button, switch): 3:1 or more on every ground, WCAG 1.4.11 */

      /* ── Accent: focus, links, my own caret and selection. Nothing else ──────────────────────────── */
      --il-accent: light-dark(#2f5fd0, #8fb0ff);      /* 5.5 / 8.4 on page */
      --il-selection: light-dark(#2f5fd02e, #8fb0ff33); /* my own selection, behind the text */
      --il-find: light-dark(#1b1d221f, #e7e5e02e);    /* other search hits; the current hit adds a 2px --il-ink outline */

      /* ── Truth about the text: the only colours that are not people ─────────────────────────────── */
      --il-warn: light-dark(#8a5300, #ffc978);        /* offline, trying to save, reconnecting. Always with a glyph and words */
      --il-warn-ground: light-dark(#fff4e0, #2b2312); /* bottom line while offline or reconnecting */
      --il-danger: light-dark(#b3261e, #ff9d94);      /* not saved on this device, access lost, deleting */
      --il-danger-ground: light-dark(#fdeeec, #32191a);
      --il-ok: light-dark(#1b6b3a, #7fd3a0);          /* operator dashboard only ("ready"). "Saved" is ink, not green */

      /* ── People: twelve hues, fixed order. The viewer's theme picks the shade; ids travel, never hex ─ */
      --il-person-1: light-dark(#c44844, #ed847c);    /* brick   hue  25 */
      --il-person-2: light-dark(#b05a02, #e48e50);    /* amber   hue  55 */
      --il-person-3: light-dark(#8f6b02, #c89c31);    /* ochre   hue  85 */
      --il-person-4: light-dark(#5d7b05, #8dae4d);    /* moss    hue 125 */
      --il-person-5: light-dark(#01834a, #51b67a);    /* fern    hue 155 */
      --il-person-6: light-dark(#068076, #0cb6a8);    /* teal    hue 185 */
      --il-person-7: light-dark(#077c91, #0eb1cd);    /* lagoon  hue 215 */
      --il-person-8: light-dark(#0177bc, #53a9ed);    /* sky     hue 245 */
      --il-person-9: light-dark(#5b68d0, #8d9df5);    /* iris    hue 275 */
      --il-person-10: light-dark(#8c58c0, #b990e7);   /* violet  hue 305 */
      --il-person-11: light-dark(#ae4c9c, #da87c8);   /* orchid  hue 335 */
      --il-person-12: light-dark(#be4673, #e983a4);   /* rose    hue   0 */
      --il-on-person: light-dark(#ffffff, #14161a);   /* text on a flag or avatar. 4.8 or more / 7 or more on all twelve */
      --il-person-wash: 18%;                          /* share of the hue in a selection or a commented passage (light) */
      --il-person-wash-dark: 24%;                     /* the same in dark. Ink on a wash 9 or more, soft ink 4.7 or more */
      --il-person-idle: 40%;                          /* opacity of a caret after 60 s without a move */

      /* ── Type: system faces only ─────────────────────────────────────────────────────────────────── */
      --il-font-prose: system-ui, -apple-system, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", sans-serif;
      --il-font-ui: var(--il-font-prose);
      --il-font-code: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono", monospace;
      --il-prose: 17px / 28px var(--il-font-prose);   /* text and Markdown on a wide screen */
      --il-prose-phone: 16px / 26px var(--il-font-prose); /* never under 16: smaller inputs zoom on iOS */
      --il-code: 14.5px / 22px var(--il-font-code);   /* code; also inline code in the preview. Ligatures off, tab-size 2 */
      --il-label: 13px / 18px var(--il-font-ui);      /* every word of the tool: bar, bottom line, rail, menus */
      --il-label-phone: 15px / 20px var(--il-font-ui);/* the same on touch */
      --il-flag: 600 11.5px / 18px var(--il-font-ui); /* name on a flag or in the margin: the smallest text there is */
      --il-initials: 600 10.5px / 26px var(--il-font-ui); /* on a 26px avatar; 12px on 32, 9px on 20. Never alone: the name is beside it or in its label */
      --il-size-1: 13px;                              /* labels, metadata */
      --il-size-2: 15px;                              /* document title in the bar, dialog text, list titles */
      --il-size-3: 17px;                              /* prose, dialog titles */
      --il-size-4: 21px;                              /* headings in the preview (level 2), page titles */
      --il-size-5: 28px;                              /* heading level 1 in the preview; numbers on the dashboard */
      --il-weight-name: 500;                          /* names of people and documents */
      --il-weight-strong: 600;                        /* headings, the one primary button, flags */

      /* ── Code in one ink: weight, slant and lightness, no hue ────────────────────────────────────── */
      --il-code-keyword-weight: 600;                  /* keywords, tags, Markdown headings */
      --il-code-string: light-dark(#474c55, #b9bdc4); /* strings, numbers, links' targets: one step softer than ink. 8 or more */
      --il-code-comment: var(--il-ink-soft);          /* comments, Markdown marks (#, **, -, >): soft and, for comments, italic */

      /* ── Space and size ──────────────────────────────────────────────────────────────────────────── */
      --il-space-1: 4px;
      --il-space-2: 8px;
      --il-space-3: 12px;
      --il-space-4: 16px;
      --il-space-5: 24px;                             /* least room between text and window edge */
      --il-space-6: 32px;                             /* above the first line; between sections */
      --il-measure: 72ch;                             /* widest line of prose */
      --il-bar: 44px;                                 /* height of the bar */
      --il-bottom: 28px;                              /* height of the bottom line; 36px on touch */
      --il-rail: 320px;                               /* width of the right rail; over the text below 1100px, sheet below 640px */
      --il-lane: 10px;                                /* lane for people off screen, between text and scrollbar */
      --il-control: 32px;                             /* button, input, select on a fine pointer */
      --il-control-touch: 44px;                       /* the same on a coarse pointer */
      --il-icon: 18px;                                /* drawn at stroke 1.75; 20px on touch */
      --il-avatar: 26px;                              /* in the bar; 32px in lists and on touch; 20px inline */

      /* ── Carets ──────────────────────────────────────────────────────────────────────────────────── */
      --il-caret: 2px;                                /* width; painted as a border so that forced colours keep it */
      --il-caret-head: 6px;                           /* square on top of another person's caret */
      --il-flag-height: 18px;
      --il-margin-mark: 3px;                          /* bar in the outer margin beside the line somebody is on */

      /* ── Shape and depth ─────────────────────────────────────────────────────────────────────────── */
      --il-radius: 6px;                               /* controls, dialogs' inner blocks, cards */
      --il-radius-small: 4px;                         /* flags (the corner at the caret stays square), keys, code chips */
      --il-radius-large: 10px;                        /* dialog, phone sheet (upper corners), popover */
      --il-shadow: 0 1px 2px light-dark(#1b1d221a, #00000080), 0 8px 28px light-dark(#1b1d2224, #00000099);
                                                      /* the one shadow; floating things only */
      --il-ring: 2px;                                 /* focus ring: accent, 2px wide … */
      --il-ring-offset: 2px;                          /* … 2px away; inset (-2px) inside the text surface and in rows */

      /* ── Motion: opacity and transform only ──────────────────────────────────────────────────────── */
      --il-ease: cubic-bezier(.2, 0, 0, 1);
      --il-fast: 60ms;                                /* another person's caret moving to its new place */
      --il-quick: 120ms;                              /* menus, avatars arriving, rail, hover grounds */
      --il-fade: 150ms;                               /* flags fading, dialogs, underline of merged text leaving */
      --il-flag-hold: 1200ms;                         /* a flag stays this long after the last activity */
      --il-saving-after: 600ms;                       /* "Saving…" is shown only after this */
      --il-loading-after: 400ms;                      /* the loading line is shown only after this */

      /* ── Layers: inside the component; the host's own z-index stays outside (isolation: isolate) ──── */
      --il-z-selection: -1;                           /* selections, behind the glyphs */
      --il-z-caret: 1;                                /* carets and heads */
      --il-z-flag: 2;                                 /* flags, edge arrows */
      --il-z-bar: 10;                                 /* bar, bottom line, accessory row */
      --il-z-rail: 20;                                /* rail when it lies over the text */
      --il-z-float: 30;                               /* menu, popover, find panel: top layer where supported */
      --il-z-dialog: 40;                              /* <dialog> in the top layer; the number is the fallback */
    }

    @media (pointer: coarse) {
      :root {
        --il-bottom: 36px;
        --il-control: 44px;
        --il-icon: 20px;
        --il-avatar: 32px;
        --il-prose: var(--il-prose-phone);
        --il-label: var(--il-label-phone);
      }
    }

    @media (prefers-reduced-motion: reduce) {
      :root { --il-fast: 0ms; --il-quick: 0ms; --il-fade: 0ms; } /* holds and delays stay: they are information, not motion */
    }

    @media (prefers-contrast: more) {
      :root {
        --il-ink-soft: light-dark(#3d4149, #c6cad1);
        --il-line: light-dark(#5b6069, #a3a9b3);
        --il-hairline: light-dark(#82858c, #6f7580);
      }
    }

    @media (forced-colors: active) {
      :root {                                         /* carets are borders (CanvasText); names stay on flags; no washes */
        --il-person-wash: 0%;
        --il-person-wash-dark: 0%;
        --il-shadow: none;
        --il-hairline: CanvasText;
      }
    }
  }
`;

/** Other documents than the one this was loaded in need a sheet of their own. */
const foreignSheets = new WeakMap<Document, CSSStyleSheet>();

/**
 * Gives a document the tokens, once.
 * @internal
 */
export function adoptTokens(document: Document): void {
  const sheet = sheetFor(document);
  if (sheet === undefined || document.adoptedStyleSheets.includes(sheet)) return;
  document.adoptedStyleSheets.push(sheet);
}

function sheetFor(document: Document): CSSStyleSheet | undefined {
  const view = document.defaultView;
  if (document === globalThis.document) return tokens.styleSheet;
  if (view === null) return undefined;
  const known = foreignSheets.get(document);
  if (known !== undefined) return known;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(tokens.cssText);
  foreignSheets.set(document, sheet);
  return sheet;
}
