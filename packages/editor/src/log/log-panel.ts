import type { EditorView } from "@codemirror/view";
import { type CSSResult, html, nothing, render, type TemplateResult } from "lit";
import { moveInRows, openBy, popoverStyles } from "../late-popover.ts";
import { minutesOf } from "../people/people.ts";
import { marked, unmarked } from "../words/marked.ts";
import { sentence } from "../words/sentence.ts";
import type { LogPlace, Words } from "../words/words.ts";
import { deedOf, type LogEntry } from "./edit-log.ts";

/** The times of the entries grow old so often, in ms. */
const OLDER_EVERY = 30_000;

export interface LogSource {
  /** The oldest first. */
  readonly entries: () => readonly LogEntry[];
  readonly words: () => Words;
  /** Puts the writer's caret at an offset, in UTF-16 code units, and the focus into the text. */
  readonly goTo: (position: number) => void;
}

/** The list of what others changed lately, for who asks for it. */
export class LogPanel {
  readonly #view: EditorView;
  readonly #source: LogSource;
  readonly #element = document.createElement("div");
  #timer: ReturnType<typeof setInterval> | undefined;
  #isOpen = false;
  #drawn: readonly LogEntry[] | undefined;

  constructor(view: EditorView, addStyles: (styles: CSSResult) => void, source: LogSource) {
    this.#view = view;
    this.#source = source;
    addStyles(popoverStyles);
    const element = this.#element;
    element.className = "popover log";
    element.popover = "auto";
    element.role = "dialog";
    element.addEventListener("toggle", (event) => this.#toggled(event.newState === "open"));
    element.addEventListener("keydown", (event) => {
      moveInRows(event, element);
      // The keys of the text are not for the list.
      event.stopPropagation();
    });
    view.dom.append(element);
  }

  open(): void {
    this.#draw();
    openBy(this.#element, this.#view.dom, "inside");
    const first = this.#element.querySelector<HTMLElement>("ol button");
    (first ?? this.#element.querySelector<HTMLElement>(".head button"))?.focus();
  }

  /** What it says may be another now. */
  refresh(): void {
    if (this.#isOpen && this.#source.entries() !== this.#drawn) this.#draw();
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    clearInterval(this.#timer);
    this.#element.remove();
  }

  #toggled(isOpen: boolean): void {
    this.#isOpen = isOpen;
    clearInterval(this.#timer);
    if (isOpen) this.#timer = setInterval(() => this.#draw(), OLDER_EVERY);
  }

  #draw(): void {
    const { log, people } = this.#source.words();
    const entries = this.#source.entries();
    this.#drawn = entries;
    this.#element.ariaLabel = log.title;
    const now = Date.now();
    render(
      html`
        <div class="head">
          <h2 .textContent=${log.title}></h2>
          <button type="button" class="action plain" @click=${() => this.#element.hidePopover()} .textContent=${people.close}></button>
        </div>
        ${entries.length === 0 ? html`<p .textContent=${log.empty}></p>` : nothing}
        <ol role="list">
          ${entries.toReversed().map((entry) => this.#row(entry, now))}
        </ol>
      `,
      this.#element,
    );
  }

  #row(entry: LogEntry, now: number): TemplateResult {
    const { log, people } = this.#source.words();
    const { doc, selection } = this.#view.state;
    const { deed, amount } = deedOf(entry, doc);
    const said = log.did(this.#who(entry), deed, amount, placeOf(entry, doc.lineAt(selection.main.head)));
    const minutes = minutesOf(entry.at, now);
    return html`<li>
      <span class="row">
        ${sentence(said)}
        <span class="soft" .textContent=${minutes < 1 ? log.now : log.ago(minutes)}></span>
      </span>
      <button
        type="button"
        class="action"
        aria-label=${unmarked(log.goTo(said))}
        @click=${() => this.#goTo(entry)}
        .textContent=${people.goTo}
      ></button>
    </li>`;
  }

  #who({ authors }: LogEntry): string {
    const { log } = this.#source.words();
    const names = authors.map(({ name }) => marked(name));
    return names.length > 1 ? log.oneOf(names) : (names[0] ?? log.somebody);
  }

  #goTo({ from }: LogEntry): void {
    this.#element.hidePopover();
    this.#source.goTo(from);
  }
}

/** Where an entry is from the line that the writer is on. */
function placeOf({ from, to }: LogEntry, line: { readonly from: number; readonly to: number }): LogPlace {
  if (to < line.from) return "above";
  return from > line.to ? "below" : "here";
}
