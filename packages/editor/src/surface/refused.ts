import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** What is no text: a picture, or another file. */
export type Refused = "image" | "file";

/** What of a transfer is no text, and nothing that comes with it is; undefined: it has text, or nothing. */
export function refusedIn(transfer: Pick<DataTransfer, "files" | "getData">): Refused | undefined {
  const { files } = transfer;
  if (files.length === 0 || transfer.getData("text/plain") !== "") return undefined;
  return kindOf(Array.from(files));
}

/** What files are that are no text. */
export function kindOf(files: readonly { readonly type: string }[]): Refused {
  return files.some(({ type }) => type.startsWith("image/")) ? "image" : "file";
}

/** Refuses a picture or file that is pasted, and says so. One that is dropped: `dragAndDrop`. */
export function noFiles(refuse: (what: Refused) => void): Extension {
  return EditorView.domEventHandlers({
    paste({ clipboardData }, { state }) {
      const refused = clipboardData === null ? undefined : refusedIn(clipboardData);
      if (refused === undefined) return false;
      if (!state.readOnly) refuse(refused);
      return true;
    },
  });
}
