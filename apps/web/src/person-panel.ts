import type { User } from "@interline/client";
import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
  unsafeCSS,
} from "lit";
import { controlStyles } from "./controls.styles.ts";
import { COLOR_NAMES } from "./colors.ts";
import { type Theme, usableName } from "./preferences.ts";

/** `person-change`: another name or colour was chosen. */
export class PersonChangeEvent extends Event {
  readonly user: User;

  constructor(user: User) {
    super("person-change", { bubbles: true, composed: true });
    this.user = user;
  }
}

/** `theme-change`: light, dark or as the system. */
class ThemeChangeEvent extends Event {
  readonly theme: Theme;

  constructor(theme: Theme) {
    super("theme-change", { bubbles: true, composed: true });
    this.theme = theme;
  }
}

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
];

const swatches = unsafeCSS(
  COLOR_NAMES.map((_, index) => `.swatch-${index + 1} { --swatch: var(--il-person-${index + 1}); }`).join(
    "\n",
  ),
);

/**
 * `<person-panel>`: the writer's name, colour and theme. What is chosen holds at once.
 *
 * @fires person-change, theme-change
 */
export class PersonPanel extends LitElement {
  static override styles: CSSResultGroup = [
    controlStyles,
    swatches,
    css`
      :host {
        display: grid;
        gap: var(--il-space-4);
        font: var(--il-label);
      }
      label,
      legend {
        padding: 0;
        color: var(--il-ink-soft);
      }
      .name {
        display: grid;
        gap: 6px;
      }
      .name input {
        color: var(--il-ink);
      }
      fieldset {
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        margin-block-end: 6px;
      }
      .colors {
        display: grid;
        grid-template-columns: repeat(6, 1fr);
        gap: var(--il-space-1);
        justify-items: center;
      }
      input[type="radio"] {
        appearance: none;
        margin: 0;
        cursor: pointer;
      }
      .colors input {
        inline-size: var(--il-control);
        block-size: var(--il-control);
        border: 5px solid transparent;
        border-radius: 50%;
        background: var(--swatch) padding-box;
        outline-offset: 0;
      }
      .colors input:checked {
        box-shadow:
          inset 0 0 0 2px var(--il-raised),
          0 0 0 0 transparent;
        border-color: var(--swatch);
      }
      .chosen {
        margin-block-start: 6px;
        color: var(--il-ink);
      }
      .themes {
        display: flex;
        gap: var(--il-space-1);
      }
      .themes label {
        position: relative;
        display: grid;
        place-items: center;
        flex: 1;
        block-size: var(--il-control);
        border-radius: var(--il-radius);
        background: var(--il-hover);
        color: var(--il-ink);
      }
      .themes input {
        position: absolute;
        inset: 0;
        border-radius: inherit;
      }
      .themes label:has(:checked) {
        box-shadow: inset 0 0 0 1.5px var(--il-ink);
        font-weight: var(--il-weight-name);
      }
      @media (forced-colors: active) {
        .colors input {
          forced-color-adjust: none;
        }
        .themes label:has(:checked),
        .colors input:checked {
          outline: 2px solid CanvasText;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    user: { attribute: false },
    theme: { type: String },
  };

  declare user: User | undefined;
  declare theme: Theme;

  constructor() {
    super();
    this.theme = "system";
  }

  protected override render(): TemplateResult {
    const { user } = this;
    const color = user?.color ?? 1;
    return html`
      <div class="name">
        <label for="name">Your name, as others see it</label>
        <input id="name" autocomplete="nickname" maxlength="64" .value=${user?.name ?? ""} @change=${this.#onName} />
      </div>
      <fieldset>
        <legend>Your colour</legend>
        <div class="colors">
          ${COLOR_NAMES.map(
            (name, index) => html`<input
              type="radio"
              name="color"
              class="swatch-${index + 1}"
              value=${index + 1}
              aria-label=${name}
              title=${name}
              .checked=${color === index + 1}
              @change=${() => this.#change({ color: index + 1 })}
            />`,
          )}
        </div>
        <div class="chosen" aria-hidden="true">${COLOR_NAMES[color - 1]}</div>
      </fieldset>
      <fieldset>
        <legend>Theme</legend>
        <div class="themes">
          ${THEMES.map(
            ([theme, name]) => html`<label
              ><input
                type="radio"
                name="theme"
                value=${theme}
                .checked=${this.theme === theme}
                @change=${() => this.dispatchEvent(new ThemeChangeEvent(theme))}
              />${name}</label
            >`,
          )}
        </div>
      </fieldset>
    `;
  }

  readonly #onName = (event: Event): void => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement)) return;
    const name = usableName(field.value);
    if (name === undefined) field.value = this.user?.name ?? "";
    else this.#change({ name });
  };

  #change(change: Partial<User>): void {
    if (this.user !== undefined) this.dispatchEvent(new PersonChangeEvent({ ...this.user, ...change }));
  }
}

declare global {
  interface HTMLElementEventMap {
    "person-change": PersonChangeEvent;
    "theme-change": ThemeChangeEvent;
  }
}
