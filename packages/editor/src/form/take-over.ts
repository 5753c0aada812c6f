import type { EditorView } from "@codemirror/view";
import { countPoints, diff, transformPosition, unitOfPoint } from "@interline/ot";
import { changesOf } from "../surface/changes.ts";
import { isByScript, type TextField } from "../surface/text-field.ts";
import { carriedOver } from "./carried-over.ts";
import { isolated } from "../surface/own-undo.ts";

/** What was written while the text of the document was not known. */
export interface Written {
  /** The text that it was written on. */
  readonly base: string;
  readonly field: TextField;
}

/**
 * Puts what was written into the document that the view shows, as one own edit, and the selection where it was in the
 * words around it. False if nothing can be changed in this document: then the text is the caller's to keep.
 */
export function takeOver({ base, field }: Written, view: EditorView, isFixed: boolean): boolean {
  const edited = field.value.toWellFormed();
  const { doc } = view.state;
  if (edited !== base) {
    const operation = carriedOver(base, edited, doc.toString());
    if (isFixed) return edited === doc.toString();
    view.dispatch({
      changes: changesOf(operation, doc),
      annotations: [isolated.of(true), isByScript.of(true)],
    });
  }
  const now = view.state.doc.toString();
  const moved = mapped(edited, now);
  const [start, end] = [moved(field.selectionStart), moved(field.selectionEnd)];
  const isBackward = field.selectionDirection === "backward";
  view.dispatch({ selection: isBackward ? { anchor: end, head: start } : { anchor: start, head: end } });
  return true;
}

/** Where an offset of one text is in another, both in UTF-16 code units. */
function mapped(from: string, to: string): (unit: number) => number {
  if (from === to) return (unit) => unit;
  const operation = diff(from, to);
  return (unit) => unitOfPoint(to, transformPosition(countPoints(from.slice(0, unit)), operation));
}

/**
 * The `<textarea>` has done its work: the element stands in its place, and nothing that was written into it is written
 * a second time, as when the browser fills it in again. What a form keeps of it is in the element now.
 */
export function retire(textarea: HTMLTextAreaElement, host: HTMLElement): void {
  const hadFocus = textarea.ownerDocument.activeElement === textarea;
  if (!host.hasAttribute("name") && textarea.name !== "") host.setAttribute("name", textarea.name);
  textarea.value = textarea.defaultValue;
  textarea.disabled = true;
  if (hadFocus) host.focus();
}
