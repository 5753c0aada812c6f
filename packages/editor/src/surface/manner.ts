import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { prose } from "./prose.ts";

/** How a text is written and wrapped. */
export interface Manner {
  /** True: code, in a fixed pitch and from left to right. False: prose, each line in its own direction. */
  readonly isCode: boolean;
  /** True: long lines go on below. False: the text scrolls sideways. */
  readonly isWrapped: boolean;
  /** True: there is a gutter with numbers, or there will be. */
  readonly isNumbered: boolean;
  /** Width of a tab, in columns. */
  readonly tabSize: number;
}

const code: Extension = [
  // Code runs from left to right, whatever is written around it.
  EditorView.contentAttributes.of({ dir: "ltr", spellcheck: "false", translate: "no" }),
  EditorView.editorAttributes.of({ class: "code", dir: "ltr" }),
];

const numbered: Extension = EditorView.editorAttributes.of({ class: "numbered" });
const unwrapped: Extension = EditorView.editorAttributes.of({ class: "unwrapped" });

/** What of a manner is there at once. What else code needs is loaded (`languages/`). */
export function mannerOf({ isCode, isWrapped, isNumbered, tabSize }: Manner): Extension {
  return [
    EditorState.tabSize.of(tabSize),
    isWrapped ? EditorView.lineWrapping : unwrapped,
    isNumbered ? numbered : [],
    isCode ? code : prose,
  ];
}
