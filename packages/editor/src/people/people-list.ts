import { type CSSResult, html, nothing, render, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { moveInRows, openBy, popoverStyles } from "../late-popover.ts";
import { marked, plainName, unmarked } from "../words/marked.ts";
import type { Words } from "../words/words.ts";
import { initialsOf, type Person, presenceOf, presenceWords } from "./people.ts";

export interface PeopleListSource {
  readonly words: () => Words["people"];
  readonly people: () => readonly Person[];
  /** False: nothing is heard of anybody. */
  readonly isKnown: () => boolean;
  /** Id of the user whom the view follows. */
  readonly following: () => string | undefined;
  readonly act: (type: "il-person" | "il-follow", user: string | undefined) => void;
}

/** The list in which everybody can be reached, however many they are. */
export class PeopleList {
  readonly #source: PeopleListSource;
  readonly #element = document.createElement("div");
  #isOpen = false;

  constructor(root: ShadowRoot, addStyles: (styles: CSSResult) => void, source: PeopleListSource) {
    this.#source = source;
    addStyles(popoverStyles);
    const element = this.#element;
    element.className = "popover";
    element.popover = "auto";
    element.role = "dialog";
    element.addEventListener("toggle", (event) => {
      this.#isOpen = event.newState === "open";
      if (!this.#isOpen) render(nothing, element);
    });
    element.addEventListener("keydown", (event) => moveInRows(event, element));
    root.append(element);
  }

  /**
   * Opens it below what was pressed, which gets the focus again when it closes.
   *
   * @param user whose row gets the focus
   */
  open(anchor: HTMLElement, user: string | undefined): void {
    // Where a press gives no focus: what has it is what gets it back.
    anchor.focus();
    this.#draw();
    openBy(this.#element, anchor, "below");
    const row = this.#element.querySelector(`li[data-user="${CSS.escape(user ?? "")}"]`) ?? this.#element;
    row.querySelector<HTMLElement>(".action:not(.plain)")?.focus();
  }

  /** Who is here, or how, may be another now. */
  refresh(): void {
    if (this.#isOpen) this.#draw();
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    this.#element.remove();
  }

  #draw(): void {
    const { list, close } = this.#source.words();
    const now = Date.now();
    this.#element.ariaLabel = list;
    render(
      html`
        <div class="head">
          <h2 .textContent=${list}></h2>
          <button type="button" class="action plain" @click=${() => this.#element.hidePopover()} .textContent=${close}></button>
        </div>
        <ul role="list">
          ${repeat(
            this.#source.people(),
            ({ id }) => id,
            (person) => this.#row(person, now),
          )}
        </ul>
      `,
      this.#element,
    );
  }

  #row(person: Person, now: number): TemplateResult {
    const { isKnown, following, act } = this.#source;
    const words = this.#source.words();
    const { id, color } = person;
    const state = isKnown() ? presenceWords(person, now, words) : words.unknown;
    const look = isKnown() ? presenceOf(person, now) : "unknown";
    const name = marked(person.name);
    const isFollowed = following() === id;
    const followPerson = isFollowed ? words.stopFollowingPerson : words.followPerson;
    const leave = (type: "il-person" | "il-follow", user: string | undefined) => () => {
      this.#element.hidePopover();
      act(type, user);
    };
    return html`<li data-user=${id}>
      <span class="avatar still ${look}" data-person=${color} aria-hidden="true" translate="no"
        .textContent=${initialsOf(plainName(person.name))}></span>
      <span class="row">
        <bdi translate="no" .textContent=${plainName(person.name)}></bdi>
        ${person.isGuest ? html`<i class="guest" .textContent=${words.guest}></i>` : nothing}
        <span class="soft" .textContent=${state}></span>
      </span>
      <button type="button" class="action" aria-label=${unmarked(words.goToPerson(name))}
        @click=${leave("il-person", id)} .textContent=${words.goTo}></button>
      <button type="button" class="action" aria-label=${unmarked(followPerson(name))}
        @click=${leave("il-follow", isFollowed ? undefined : id)}
        .textContent=${isFollowed ? words.stopFollowing : words.follow}></button>
    </li>`;
  }
}
