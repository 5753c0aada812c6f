import type { EditorView } from "@codemirror/view";
import { type CSSResult, html, nothing, render, type TemplateResult } from "lit";
import { firstNameOf, type Person } from "../people/people.ts";
import { caretField, caretOf } from "../surface/caret-field.ts";
import { marked, unmarked } from "../words/marked.ts";
import { sentence } from "../words/sentence.ts";
import type { Words } from "../words/words.ts";
import { chipStyles } from "./chips.styles.ts";
import { linesAway } from "./visible-part.ts";

/** An arrow stays so long after its reason is gone, in ms, so that the pointer can get there. */
const ARROW_STAYS = 1_200;

type Shown = Pick<Person, "id" | "name" | "color">;

interface Followed extends Shown {
  readonly isPaused: boolean;
}

/** What stands over the text. */
export interface Chips {
  readonly words: Words;
  readonly followed: Followed | undefined;
  /** Towards whose caret an arrow points, if it is not on the screen. */
  readonly sought: Shown | undefined;
  /** So many people are hidden; 0: nobody. */
  readonly hidden: number;
}

export interface ChipActions {
  readonly goTo: (user: string) => void;
  readonly unfollow: () => void;
  /** Shows other people again. */
  readonly show: () => void;
}

/** Where an arrow points to. */
interface Arrow {
  readonly person: Shown;
  readonly lines: number;
  readonly isBelow: boolean;
}

/** The frame, the arrow and the chips over one text. */
export class ChipsView {
  readonly #view: EditorView;
  readonly #actions: ChipActions;
  readonly #element = document.createElement("div");
  readonly #onScroll = (): void => this.#view.requestMeasure(this.#measure);
  readonly #measure = { read: () => this.#look(), write: (arrow: Arrow | undefined) => this.#point(arrow) };
  #chips: Chips | undefined;
  #arrow: Arrow | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawn = "";

  constructor(view: EditorView, addStyles: (styles: CSSResult) => void, actions: ChipActions) {
    this.#view = view;
    this.#actions = actions;
    this.#element.className = "others";
    addStyles(chipStyles);
    view.dom.append(this.#element);
    view.scrollDOM.addEventListener("scroll", this.#onScroll, { passive: true });
  }

  show(chips: Chips): void {
    this.#chips = chips;
    if (chips.sought !== undefined || this.#arrow !== undefined) this.#view.requestMeasure(this.#measure);
    this.#draw();
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    clearTimeout(this.#timer);
    this.#view.scrollDOM.removeEventListener("scroll", this.#onScroll);
    this.#element.remove();
  }

  #look(): Arrow | undefined {
    const person = this.#chips?.sought;
    const caret = person && caretOf(this.#view.state.field(caretField), person.id);
    const away = caret && linesAway(this.#view, caret.head);
    return away === undefined || person === undefined ? undefined : { person, ...away };
  }

  #point(arrow: Arrow | undefined): void {
    clearTimeout(this.#timer);
    if (arrow !== undefined || this.#arrow === undefined) this.#arrow = arrow;
    else this.#timer = setTimeout(() => this.#letGo(), ARROW_STAYS);
    this.#draw();
  }

  /** Unless the pointer or the focus is on it. */
  #letGo(): void {
    if (this.#element.querySelector(".arrow:is(:hover, :focus-visible)") !== null) {
      this.#timer = setTimeout(() => this.#letGo(), ARROW_STAYS);
      return;
    }
    this.#arrow = undefined;
    this.#draw();
  }

  /** Whoever is there needs no arrow any more, although the pointer is on it. */
  #goTo(user: string): void {
    this.#actions.goTo(user);
    this.#arrow = undefined;
    this.#draw();
  }

  #draw(): void {
    const chips = this.#chips;
    if (chips === undefined) return;
    const { followed, hidden, words } = chips;
    const drawn = JSON.stringify([this.#arrow, followed, hidden, words.following.showPeople]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const arrow = this.#arrow === undefined ? nothing : this.#drawArrow(this.#arrow, words);
    render(
      html`
        ${followed === undefined ? nothing : html`<div class="frame ${followed.isPaused ? "paused" : ""}" data-person=${followed.color}></div>`}
        ${this.#arrow?.isBelow === false ? html`<div class="chips above">${arrow}</div>` : nothing}
        <div class="chips">
          ${this.#arrow?.isBelow === true ? arrow : nothing}
          ${followed === undefined ? nothing : this.#drawFollowed(followed, words)}
          ${hidden === 0 ? nothing : this.#drawHidden(hidden, words)}
        </div>
      `,
      this.#element,
    );
  }

  #drawArrow({ person, lines, isBelow }: Arrow, { following, people }: Words): TemplateResult {
    const name = marked(firstNameOf(person.name));
    const shown = following.linesAway(name, lines, isBelow);
    return html`<button
      type="button"
      class="arrow"
      data-person=${person.color}
      aria-label=${`${unmarked(shown)}. ${unmarked(people.goToPerson(name))}`}
      @mousedown=${keepFocus}
      @click=${() => this.#goTo(person.id)}
    >${sentence(shown)}</button>`;
  }

  #drawFollowed({ color, isPaused, id, ...person }: Followed, words: Words): TemplateResult {
    const { following, people } = words;
    const name = marked(firstNameOf(person.name));
    const shown = isPaused ? following.paused(name) : following.following(name);
    return html`<div class="chip" data-person=${color}>
      <span class="words">${sentence(shown)}</span>
      ${
        isPaused
          ? html`<button
              type="button"
              aria-label=${unmarked(people.goToPerson(name))}
              @mousedown=${keepFocus}
              @click=${() => this.#actions.goTo(id)}
              .textContent=${people.goTo}
            ></button>`
          : nothing
      }
      <button
        type="button"
        aria-label=${`${following.escape}. ${unmarked(following.stop(name))}`}
        @mousedown=${keepFocus}
        @click=${() => this.#actions.unfollow()}
        .textContent=${following.escape}
      ></button>
    </div>`;
  }

  #drawHidden(hidden: number, { following }: Words): TemplateResult {
    return html`<div class="chip quiet">
      <span class="words">${sentence(following.quiet(hidden))}</span>
      <button
        type="button"
        @mousedown=${keepFocus}
        @click=${() => this.#actions.show()}
        .textContent=${following.showPeople}
      ></button>
    </div>`;
  }
}

/** The text keeps the focus: the button may be gone in a moment. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
