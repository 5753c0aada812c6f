import type { Extension } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { PersonEvent } from "../events.ts";
import { caretField, isPresent } from "./caret-field.ts";

interface Tick {
  readonly peer: number;
  /** Id of the user. */
  readonly user: string;
  readonly color: number;
  /** From the top of the text, 0 to 1. */
  readonly at: number;
}

/**
 * The lane beside the scrollbar: a tick for everybody whose caret is not on the screen, as far down as they are. Pointing at one is like
 * pointing at an avatar, and so is pressing it.
 */
class Lane implements PluginValue {
  readonly #view: EditorView;
  readonly #element: HTMLElement;
  /** By peer. A tick that moves stays the same element: the pointer may be on it. */
  readonly #ticks = new Map<number, HTMLElement>();
  readonly #request = {
    read: (): Tick[] => this.#read(),
    write: (ticks: Tick[]): void => this.#write(ticks),
  };
  readonly #onScroll = (): void => this.#view.requestMeasure(this.#request);

  constructor(view: EditorView) {
    this.#view = view;
    this.#element = document.createElement("div");
    this.#element.className = "lane";
    this.#element.ariaHidden = "true";
    for (const [type, told] of [
      ["pointerover", "il-highlight"],
      ["click", "il-person"],
    ] as const) {
      this.#element.addEventListener(type, ({ target }) => this.#tell(told, target));
    }
    this.#element.addEventListener("pointerout", () => this.#tell("il-highlight", null));
    // The text keeps the focus.
    this.#element.addEventListener("mousedown", (event) => event.preventDefault());
    view.dom.append(this.#element);
    view.scrollDOM.addEventListener("scroll", this.#onScroll, { passive: true });
  }

  update(update: ViewUpdate): void {
    const areMoved = update.startState.field(caretField) !== update.state.field(caretField);
    if (areMoved || update.docChanged || update.geometryChanged) update.view.requestMeasure(this.#request);
  }

  destroy(): void {
    this.#view.scrollDOM.removeEventListener("scroll", this.#onScroll);
    this.#element.remove();
  }

  #tell(type: "il-highlight" | "il-person", tick: EventTarget | null): void {
    const user = tick instanceof HTMLElement ? tick.dataset["user"] : undefined;
    this.#element.dispatchEvent(new PersonEvent(type, user));
  }

  #read(): Tick[] {
    const { state, scrollDOM, contentHeight } = this.#view;
    const { carets, now } = state.field(caretField);
    const { scrollTop, clientHeight } = scrollDOM;
    const ticks: Tick[] = [];
    for (const caret of carets) {
      if (!isPresent(caret, now)) continue;
      const { top, bottom } = this.#view.lineBlockAt(caret.head);
      if (bottom > scrollTop && top < scrollTop + clientHeight) continue;
      const { peer, user, color } = caret;
      ticks.push({ peer, user, color, at: top / Math.max(1, contentHeight) });
    }
    return ticks;
  }

  #write(ticks: readonly Tick[]): void {
    const gone = new Set(this.#ticks.keys());
    for (const { peer, user, color, at } of ticks) {
      gone.delete(peer);
      let tick = this.#ticks.get(peer);
      if (tick === undefined) {
        tick = document.createElement("i");
        this.#ticks.set(peer, tick);
        this.#element.append(tick);
      }
      tick.dataset["user"] = user;
      tick.dataset["person"] = String(color);
      tick.style.insetBlockStart = `${(at * 100).toFixed(2)}%`;
    }
    for (const peer of gone) {
      const tick = this.#ticks.get(peer);
      // An element that goes from under the pointer does not say so.
      if (tick?.matches(":hover") === true) this.#tell("il-highlight", null);
      tick?.remove();
      this.#ticks.delete(peer);
    }
  }
}

/** Shows who writes above or below the visible part. */
export const offScreenLane: Extension = ViewPlugin.fromClass(Lane);
