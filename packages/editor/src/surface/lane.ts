import type { Extension } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { caretField, isPresent } from "./caret-field.ts";

interface Tick {
  readonly color: number;
  /** From the top of the text, 0 to 1. */
  readonly at: number;
}

/** The lane beside the scrollbar: a tick for everybody whose caret is not on the screen, as far down as they are. */
class Lane implements PluginValue {
  readonly #view: EditorView;
  readonly #element: HTMLElement;
  #drawn = "";
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

  #read(): Tick[] {
    const { state, scrollDOM, contentHeight } = this.#view;
    const { carets, now } = state.field(caretField);
    const { scrollTop, clientHeight } = scrollDOM;
    const ticks: Tick[] = [];
    for (const caret of carets) {
      if (!isPresent(caret, now)) continue;
      const { top, bottom } = this.#view.lineBlockAt(caret.head);
      if (bottom > scrollTop && top < scrollTop + clientHeight) continue;
      ticks.push({ color: caret.color, at: top / Math.max(1, contentHeight) });
    }
    return ticks;
  }

  #write(ticks: readonly Tick[]): void {
    const drawn = JSON.stringify(ticks);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#element.replaceChildren(
      ...ticks.map(({ color, at }) => {
        const tick = document.createElement("i");
        tick.dataset["person"] = String(color);
        tick.style.insetBlockStart = `${(at * 100).toFixed(2)}%`;
        return tick;
      }),
    );
  }
}

/** Shows who writes above or below the visible part. */
export const offScreenLane: Extension = ViewPlugin.fromClass(Lane);
