import type { Extension } from "@codemirror/state";
import { type EditorView, type KeyBinding, keymap } from "@codemirror/view";

/** What somebody wants of finding. */
export type FindAction = "open" | "openReplace" | "openLine" | "next" | "previous";

/** The keys of finding. What they do is loaded when one of them is first pressed. */
export function findKeys(run: (view: EditorView, action: FindAction) => boolean): Extension {
  const does =
    (action: FindAction) =>
    (view: EditorView): boolean =>
      run(view, action);
  const steps: Omit<KeyBinding, "key"> = { run: does("next"), shift: does("previous"), preventDefault: true };
  return keymap.of([
    { key: "Mod-f", run: does("open"), preventDefault: true },
    // On a Mac this deletes a character, and the keys that others give it are taken.
    { win: "Ctrl-h", linux: "Ctrl-h", run: does("openReplace"), preventDefault: true },
    { key: "Mod-Alt-g", run: does("openLine"), preventDefault: true },
    { key: "Mod-g", ...steps },
    { key: "F3", ...steps },
  ]);
}
