import { type Extension, Transaction } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { isByScript } from "./text-field.ts";
import { isRemote } from "./whole-characters.ts";

/** What the page is told of this person's editing. */
export interface InputListener {
  /** The element that fires `beforeinput` and `input`. */
  readonly host: HTMLElement;
  /** This person changed the text. */
  readonly changed: () => void;
  /** This person selected something. */
  readonly selected: () => void;
}

/** `inputType` of what happened, by the beginning of CodeMirror's name for it. The first that fits counts. */
const TYPES: readonly (readonly [event: string, inputType: string])[] = [
  ["input.type.compose", "insertCompositionText"],
  ["input.paste", "insertFromPaste"],
  ["input.drop", "insertFromDrop"],
  ["move.drop", "insertFromDrop"],
  ["input.replace", "insertReplacementText"],
  ["input.complete", "insertReplacementText"],
  ["input", "insertText"],
  ["delete.cut", "deleteByCut"],
  ["delete.drag", "deleteByDrag"],
  ["delete.forward", "deleteContentForward"],
  ["delete", "deleteContentBackward"],
  ["undo", "historyUndo"],
  ["redo", "historyRedo"],
];

/**
 * Exactly one `input` for each change of this person, when the element has the new text, and a `beforeinput` before
 * it that can be cancelled. The browser's own come too early, since the view takes in later what it did, and not at
 * all for keys that the view handles itself.
 */
export class InputEvents {
  readonly #listener: InputListener;
  /** True after the browser has asked itself. */
  #wasAsked = false;

  constructor(listener: InputListener) {
    this.#listener = listener;
  }

  /** False if the page does not want it. For the view to ask before it takes a transaction. */
  mayHappen(transaction: Transaction): boolean {
    const init = initOf(transaction);
    if (init === undefined) return true;
    const wasAsked = this.#wasAsked;
    this.#wasAsked = false;
    if (wasAsked || init.isComposing === true) return true;
    return this.#listener.host.dispatchEvent(new InputEvent("beforeinput", { ...init, cancelable: true }));
  }

  get extension(): Extension {
    return ViewPlugin.define((view) => this.#plugin(view));
  }

  #plugin({ contentDOM }: EditorView): PluginValue {
    const asked = (): void => {
      this.#wasAsked = true;
    };
    const begins = (): void => {
      this.#wasAsked = false;
    };
    contentDOM.addEventListener("beforeinput", asked);
    contentDOM.addEventListener("keydown", begins, { capture: true });
    contentDOM.addEventListener("input", stop);
    return {
      destroy: () => {
        contentDOM.removeEventListener("beforeinput", asked);
        contentDOM.removeEventListener("keydown", begins, { capture: true });
        contentDOM.removeEventListener("input", stop);
      },
    };
  }

  /** Tells what happened, when all of it has. */
  tell({ transactions, state }: ViewUpdate): void {
    const { host, changed, selected } = this.#listener;
    for (const transaction of transactions) {
      const init = initOf(transaction);
      if (init !== undefined) {
        changed();
        host.dispatchEvent(new InputEvent("input", init));
      } else if (transaction.isUserEvent("select") && !state.selection.main.empty) selected();
    }
  }
}

function stop(event: Event): void {
  event.stopPropagation();
}

/** The event of what this person did to the text; undefined for everything else. */
function initOf(transaction: Transaction): InputEventInit | undefined {
  const event = transaction.annotation(Transaction.userEvent);
  const isOther = transaction.annotation(isRemote) === true || transaction.annotation(isByScript) === true;
  if (!transaction.docChanged || isOther) return undefined;
  let inserted = "";
  transaction.changes.iterChanges((_from, _to, _fromAfter, _toAfter, text) => {
    inserted += text.sliceString(0, text.length, "\n");
  });
  const known = TYPES.find(([name]) => event === name || event?.startsWith(`${name}.`))?.[1];
  const isBreak = known === "insertText" && /^\n[ \t]*$/.test(inserted);
  const inputType = isBreak ? "insertLineBreak" : (known ?? "insertReplacementText");
  const hasData = inputType === "insertText" || inputType === "insertCompositionText";
  return {
    inputType,
    data: hasData ? inserted : null,
    isComposing: inputType === "insertCompositionText",
    bubbles: true,
    composed: true,
  };
}
