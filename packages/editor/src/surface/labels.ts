import type { Extension } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";

/** What a text is called, and what is shown while it is empty. */
export interface Labels {
  /** The accessible name. */
  readonly label: string;
  readonly placeholder: string;
}

export function labelled(words: Labels): Extension {
  return [
    EditorView.contentAttributes.of({ "aria-label": words.label }),
    words.placeholder === "" ? [] : placeholder(words.placeholder),
  ];
}
