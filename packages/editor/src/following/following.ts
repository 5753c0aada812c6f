import { EditorView, type ViewUpdate } from "@codemirror/view";
import { caretField, caretOf } from "../surface/caret-field.ts";
import { type Follow, type FollowEvent, followed, IDLE } from "./follow.ts";
import { visiblePart } from "./visible-part.ts";

/** A scroll so soon after a wheel, a finger or a key is the reader's, in ms; each such scroll begins the time again. */
const BY_READER_FOR = 300;
const SCROLL_KEYS = /^(Arrow|Page|Home|End)/;

/** Lets one view go along with one person: the thin side of `follow.ts`. */
export class Following {
  readonly #view: EditorView;
  readonly #changed: () => void;
  readonly #stop: (() => void)[];
  #state: Follow = IDLE;
  /** When the reader last did something that scrolls, in ms of `performance.now()`. */
  #readerAt = -Infinity;
  /** Told apart so that one measure serves many updates. */
  readonly #measure: { read: () => number | undefined; write: (at: number | undefined) => void };

  /** @param changed called when somebody else is followed than before, or following pauses or goes on */
  constructor(view: EditorView, changed: () => void) {
    this.#view = view;
    this.#changed = changed;
    this.#measure = { read: () => this.#at(), write: (at) => this.#happened({ type: "moved", at }) };
    const reader = (): void => {
      this.#readerAt = performance.now();
    };
    const onKey = ({ key }: KeyboardEvent): void => {
      if (SCROLL_KEYS.test(key)) reader();
    };
    // The scrollbar lies outside what the scroller shows.
    const onPointer = ({ target, offsetX }: PointerEvent): void => {
      if (target === view.scrollDOM && (offsetX > view.scrollDOM.clientWidth || offsetX < 0)) {
        this.#readerAt = Infinity;
        view.dom.ownerDocument.addEventListener("pointerup", reader, { once: true });
      }
    };
    const passive = { passive: true };
    const listen = <Type extends keyof HTMLElementEventMap>(
      type: Type,
      listener: (event: HTMLElementEventMap[Type]) => void,
    ): (() => void) => {
      view.scrollDOM.addEventListener(type, listener, passive);
      return () => view.scrollDOM.removeEventListener(type, listener);
    };
    this.#stop = [
      listen("wheel", reader),
      listen("touchmove", reader),
      listen("keydown", onKey),
      listen("pointerdown", onPointer),
      listen("scroll", () => this.#scrolled()),
    ];
  }

  /** Id of the user who is followed, also while paused. */
  get user(): string | undefined {
    return this.#state.kind === "idle" ? undefined : this.#state.user;
  }

  get isPaused(): boolean {
    return this.#state.kind === "paused";
  }

  follow(user: string): void {
    this.#happened({ type: "follow", user, at: this.#at(user) });
  }

  stop(): void {
    this.#happened({ type: "stop" });
  }

  /** The person who is followed has left. */
  left(): void {
    this.#happened({ type: "left" });
  }

  /** The writer changed the text. */
  typed(): void {
    this.#happened({ type: "typed" });
  }

  /** The reader went somewhere else by a command. */
  scrolled(): void {
    this.#happened({ type: "scrolled", at: this.#at() });
  }

  updated(update: ViewUpdate): void {
    if (this.#state.kind !== "following") return;
    const areMoved = update.startState.field(caretField) !== update.state.field(caretField);
    if (areMoved || update.docChanged) this.#view.requestMeasure(this.#measure);
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
    this.#state = IDLE;
  }

  #scrolled(): void {
    const now = performance.now();
    if (this.#state.kind === "idle" || now - this.#readerAt > BY_READER_FOR) return;
    if (this.#readerAt !== Infinity) this.#readerAt = now;
    this.scrolled();
  }

  #happened(event: FollowEvent): void {
    const before = this.#state;
    const { state, scrolls } = followed(before, event);
    this.#state = state;
    if (scrolls) queueMicrotask(() => this.#goThere());
    const wasUser = before.kind === "idle" ? undefined : before.user;
    if (state.kind !== before.kind || this.user !== wasUser) this.#changed();
  }

  /** Not while an input method composes: its window stands where the text is. */
  #goThere(): void {
    const view = this.#view;
    const caret = this.user === undefined ? undefined : caretOf(view.state.field(caretField), this.user);
    if (caret === undefined || view.composing) return;
    this.#readerAt = -Infinity;
    view.dispatch({ effects: EditorView.scrollIntoView(caret.head, { y: "center" }) });
  }

  /** Where the caret of who is followed is in what can be seen, from 0 to 1; below 0 and above 1 outside; undefined: nowhere. */
  #at(user: string | undefined = this.user): number | undefined {
    const view = this.#view;
    const caret = user === undefined ? undefined : caretOf(view.state.field(caretField), user);
    if (caret === undefined) return undefined;
    const { top, bottom } = visiblePart(view);
    const coords = view.coordsAtPos(caret.head);
    const block = view.lineBlockAt(caret.head);
    const middle =
      coords === null ? view.documentTop + (block.top + block.bottom) / 2 : (coords.top + coords.bottom) / 2;
    return (middle - top) / Math.max(1, bottom - top);
  }
}
