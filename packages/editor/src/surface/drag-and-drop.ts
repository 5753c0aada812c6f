import type { Extension, TransactionSpec } from "@codemirror/state";
import {
  type DOMEventHandlers,
  type EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { copy, Dragged, insert, move } from "./dragged.ts";
import { isRefused, putIn } from "./room.ts";
import { kindOf, type Refused } from "./refused.ts";
import { isolated } from "./own-undo.ts";

/** Identifies the drag that a drop belongs to: browsers do not always report the end of a drag. */
const DRAG_TYPE = "application/x-interline-drag";
/** A file that contains this is not a text file. */
const BINARY = /[^\P{Cc}\t\n\v\f\r\x7f-\x9f]{2}/u;

/**
 * Drag and drop in a text that others edit: what is moved is the text as it is when it is dropped, not as it
 * was when the drag began. CodeMirror's own way would delete what others had typed into it, and bring back
 * what they had deleted.
 */
class DragAndDrop implements PluginValue {
  #drag: { readonly id: string; dragged: Dragged } | undefined;
  /** Where something was dropped that is not inserted yet, in UTF-16 code units. */
  readonly #landings = new Set<{ at: number }>();
  readonly #showAll: () => void;
  readonly #refuse: (what: Refused) => void;
  #isDestroyed = false;

  constructor(showAll: () => void, refuse: (what: Refused) => void) {
    this.#showAll = showAll;
    this.#refuse = refuse;
  }

  update({ docChanged, changes }: ViewUpdate): void {
    if (!docChanged) return;
    if (this.#drag !== undefined) this.#drag.dragged = this.#drag.dragged.map(changes.desc);
    for (const landing of this.#landings) landing.at = changes.mapPos(landing.at);
  }

  destroy(): void {
    this.#isDestroyed = true;
  }

  start({ dataTransfer }: DragEvent, { state }: EditorView): void {
    const id = `${Math.random()}`;
    const ranges = state.selection.ranges.filter(({ empty }) => !empty);
    this.#drag = { id, dragged: Dragged.of(ranges, state.doc.length) };
    dataTransfer?.setData(DRAG_TYPE, id);
  }

  end(): void {
    this.#drag = undefined;
  }

  /** Returns whether there was anything to drop. */
  drop(event: DragEvent, view: EditorView): boolean {
    const { dataTransfer } = event;
    if (dataTransfer === null) return false;
    const drag = dataTransfer.getData(DRAG_TYPE) === this.#drag?.id ? this.#drag : undefined;
    const text = dataTransfer.getData("text/plain");
    const { files } = dataTransfer;
    const isDropped = drag !== undefined || files.length > 0 || text !== "";
    if (!isDropped || view.state.readOnly) {
      this.end();
      return view.state.readOnly;
    }
    const landing = { at: view.posAtCoords({ x: event.clientX, y: event.clientY }, false) };
    this.#landings.add(landing);
    if (files.length > 0) void this.#read(files, landing, view);
    else {
      // The move includes changes that have arrived but that no frame has shown yet.
      this.#showAll();
      this.#landings.delete(landing);
      const { doc } = view.state;
      const isCopy = /Mac/.test(navigator.platform) ? event.altKey : event.ctrlKey;
      if (drag === undefined) putText(view, landing.at, text);
      else put(view, (isCopy ? copy : move)(doc, drag.dragged.ranges, landing.at));
    }
    this.end();
    return true;
  }

  /**
   * The browser moved the text into something else on this page and now deletes it here. What others typed
   * into it stays.
   */
  takeOut(view: EditorView): boolean {
    if (this.#drag === undefined) return false;
    const { pieces } = this.#drag.dragged;
    this.end();
    if (!view.state.readOnly) view.dispatch({ changes: [...pieces], userEvent: "delete.drag" });
    return true;
  }

  async #read(files: FileList, landing: { readonly at: number }, view: EditorView): Promise<void> {
    const texts = await Promise.all(Array.from(files, textOf));
    this.#landings.delete(landing);
    const text = texts.filter((part) => part !== undefined).join("\n");
    if (!this.#isDestroyed && texts.includes(undefined)) {
      this.#refuse(kindOf(Array.from(files).filter((_file, index) => texts[index] === undefined)));
    }
    if (this.#isDestroyed || view.state.readOnly || text === "") return;
    putText(view, landing.at, text);
  }
}

/** Inserts what comes from elsewhere, or what of it may come in. */
function putText(view: EditorView, at: number, text: string): void {
  const { state } = view;
  const taken = putIn(state, text);
  if (!isRefused(state, taken)) put(view, insert(state.doc, at, taken));
}

/** One undo takes it back, and nothing else. */
function put(view: EditorView, spec: TransactionSpec | undefined): void {
  view.focus();
  if (spec !== undefined) view.dispatch({ ...spec, annotations: isolated.of(true) });
}

/** What a file says; undefined if it is no text, or cannot be read. */
async function textOf(file: File): Promise<string | undefined> {
  // Drawings of this kind are text, and yet nobody means that.
  if (file.type.startsWith("image/")) return undefined;
  try {
    const text = await file.text();
    return BINARY.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * @param showAll shows what others did and no frame has shown yet
 * @param refuse says that something that is no text was not taken
 */
export function dragAndDrop(showAll: () => void, refuse: (what: Refused) => void): Extension {
  return ViewPlugin.define(() => new DragAndDrop(showAll, refuse), { eventHandlers });
}

const eventHandlers: DOMEventHandlers<DragAndDrop> = {
  dragstart(event, view) {
    this.start(event, view);
    return false;
  },
  dragend() {
    this.end();
    return false;
  },
  // A browser may not report the end of a drag whose first node has left the page.
  mousedown() {
    this.end();
    return false;
  },
  drop(event, view) {
    return this.drop(event, view);
  },
  beforeinput(event, view) {
    return event.inputType === "deleteByDrag" && this.takeOut(view);
  },
};
