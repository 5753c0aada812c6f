import { html, nothing, render, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { live } from "lit/directives/live.js";
import type { WritingWords } from "../words/writing-words.ts";
import { icon } from "./icons.ts";
import type { Query } from "./query.ts";
import type { SearchState } from "./search.ts";

/** What the panel shows. */
export interface FindView {
  readonly words: WritingWords;
  readonly query: Query;
  readonly replacement: string;
  readonly state: SearchState;
  readonly count: number;
  /** Number of the selected hit, from 1. */
  readonly number: number | undefined;
  /** What was last replaced; undefined: nothing yet. */
  readonly replaced: number | undefined;
  readonly isReadOnly: boolean;
  /** True: how to find, and what to replace by, are shown. */
  readonly isOpen: boolean;
}

/** What somebody does with the panel. */
export interface FindActions {
  readonly look: (query: Partial<Query>) => void;
  readonly write: (replacement: string) => void;
  readonly go: (isForward: boolean) => void;
  readonly replace: () => void;
  readonly replaceAll: () => void;
  readonly toggle: () => void;
  readonly close: () => void;
}

/** Draws the panel. It is not modal: the text goes on beside it. */
export function drawFindPanel(panel: HTMLElement, view: FindView, actions: FindActions): void {
  const { words } = view;
  panel.ariaLabel = view.isOpen ? words.findAndReplace : words.find;
  render(
    html`<div>
        <input
          class="looked"
          type="text"
          aria-label=${words.find}
          aria-invalid=${view.state === "faulty"}
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck="false"
          dir="auto"
          enterkeyhint="search"
          .value=${live(view.query.text)}
          @input=${(event: InputEvent) => actions.look({ text: valueOf(event) })}
          @keydown=${(event: KeyboardEvent) => onEnter(event, () => actions.go(!event.shiftKey))}
        />
        <span class="count" role="status">${countWords(view)}</span>
        ${iconButton("up", words.previous, () => actions.go(false))}
        ${iconButton("down", words.next, () => actions.go(true))}
        <button
          type="button"
          class="icon-only"
          aria-label=${words.more}
          title=${words.more}
          aria-expanded=${view.isOpen}
          @click=${actions.toggle}
        >
          ${drawing("replace")}
        </button>
        ${iconButton("close", words.close, actions.close)}
      </div>
      ${view.isOpen ? details(view, actions) : nothing}
      <p class="note" role="status" ?hidden=${noteOf(view) === ""}>${noteOf(view)}</p>`,
    panel,
  );
}

function details(view: FindView, actions: FindActions): TemplateResult {
  const { query, words } = view;
  // A button that is disabled while it has the focus loses every key, Escape too.
  const cannot = view.count === 0;
  return html`${
    view.isReadOnly
      ? nothing
      : html`<div>
          <label
            ><span>${words.replaceWith}</span
            ><input
              class="written"
              type="text"
              autocomplete="off"
              autocapitalize="off"
              autocorrect="off"
              spellcheck="false"
              dir="auto"
              .value=${live(view.replacement)}
              @input=${(event: InputEvent) => actions.write(valueOf(event))}
              @keydown=${(event: KeyboardEvent) => onEnter(event, actions.replace)}
          /></label>
          <button type="button" aria-disabled=${cannot} @click=${actions.replace}>${words.replace}</button>
          <button type="button" aria-disabled=${cannot} @click=${actions.replaceAll}>${words.replaceAll}</button>
        </div>`
  }
    <div class="options">
      ${option(words.matchCase, query.matchesCase, (matchesCase) => actions.look({ matchesCase }))}
      ${option(words.wholeWords, query.matchesWords, (matchesWords) => actions.look({ matchesWords }))}
      ${option(words.regularExpression, query.isRegexp, (isRegexp) => actions.look({ isRegexp }))}
    </div>`;
}

function option(label: string, isOn: boolean, set: (isOn: boolean) => void): TemplateResult {
  return html`<button type="button" aria-pressed=${isOn} @click=${() => set(!isOn)}>${label}</button>`;
}

function iconButton(name: "up" | "down" | "close", label: string, press: () => void): TemplateResult {
  return html`<button type="button" class="icon-only" aria-label=${label} title=${label} @click=${press}>
    ${drawing(name)}
  </button>`;
}

/** Drawn once: a press and its release on two drawings would make no click. */
function drawing(name: "up" | "down" | "replace" | "close"): unknown {
  return guard([name], () => icon(name));
}

function countWords({ words, query, state, number, count }: FindView): string {
  if (query.text === "" || state === "searching" || state === "faulty" || state === "slow") return "";
  if (count === 0) return words.noResults;
  return number === undefined ? words.results(count) : words.resultOf(number, count);
}

function noteOf({ words, state, replaced }: FindView): string {
  if (state === "faulty" || state === "slow" || state === "unavailable") return words[state];
  return replaced === undefined ? "" : words.replaced(replaced);
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement ? target.value : "";
}

/** Enter, unless an input method takes it. */
function onEnter(event: KeyboardEvent, run: () => void): void {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  run();
}
