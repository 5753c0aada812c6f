import { type Extension, Facet } from "@codemirror/state";
import { type EditorView, type KeyBinding, keymap } from "@codemirror/view";

/** What somebody wants of finding. */
export type FindAction = "open" | "openReplace" | "openLine" | "next" | "previous";

type Does = (view: EditorView, action: FindAction) => boolean;

/** Does what somebody wants of finding, and loads what that needs. */
export const findAction: Facet<Does, Does> = Facet.define<Does, Does>({
  combine: ([first]) => first ?? (() => false),
});

const does =
  (action: FindAction) =>
  (view: EditorView): boolean =>
    view.state.facet(findAction)(view, action);

const steps: Omit<KeyBinding, "key"> = { run: does("next"), shift: does("previous"), preventDefault: true };

/** The keys of finding. */
export const findKeys: Extension = keymap.of([
  { key: "Mod-f", run: does("open"), preventDefault: true },
  // On a Mac this deletes a character, and the keys that others give it are taken.
  { win: "Ctrl-h", linux: "Ctrl-h", run: does("openReplace"), preventDefault: true },
  { key: "Mod-Alt-g", run: does("openLine"), preventDefault: true },
  { key: "Mod-g", ...steps },
  { key: "F3", ...steps },
]);
