import type { DocumentStatus, SharedDocument, User } from "@interline/client";
import { useConnection, usePresence, useSharedDocument, useText } from "@interline/client/react";
import { type Selection, type Text, transformSelection } from "@interline/ot";
import { type JSX, useEffect, useLayoutEffect, useRef } from "react";

/** A text field that everybody with the same document writes in, what is saved of it, and who else is here. */
export function Note(props: {
  readonly url: string;
  readonly document: string;
  readonly user: User;
}): JSX.Element {
  const document = useSharedDocument(props);
  const text = useText(document);
  const status = useConnection(document);
  const peers = usePresence(document);
  const field = useRef<HTMLTextAreaElement>(null);
  /** The text that the field shows; undefined from a change until it is rendered. */
  const shown = useRef<Text>(undefined);
  // The browser moves the caret at once and tells us a moment later. If somebody else types in between, the
  // document does not know yet where the caret is: ask the field.
  useEffect(
    () =>
      document?.on("change", ({ operation, isRemote }) => {
        const live = shown.current && field.current && selectionIn(field.current, shown.current);
        shown.current = undefined;
        if (isRemote && live) document.select(transformSelection(live, operation, "left"));
      }),
    [document],
  );
  // React sets the whole value, and with that the caret to its end. The document has moved it with the text.
  useLayoutEffect(() => {
    shown.current = text;
    if (document !== undefined && field.current !== null) showSelection(document, field.current);
  }, [document, text]);
  return (
    <main>
      <label htmlFor="note">Note</label>
      <textarea
        ref={field}
        id="note"
        rows={12}
        disabled={text === undefined}
        readOnly={status?.state === "readonly" || status?.state === "denied"}
        value={text?.toString() ?? ""}
        onChange={(event) => {
          if (document === undefined) return;
          write(document, event.target.value);
          tellSelection(document, event.target);
        }}
        onSelect={(event) => {
          if (document?.isReady === true) tellSelection(document, event.currentTarget);
        }}
      />
      <p role="status">{words(status)}</p>
      <ul aria-label="People here">
        {peers.map(({ peer, user }) => (
          <li key={peer}>{user.name}</li>
        ))}
      </ul>
    </main>
  );
}

/** Makes the document's text `value`, by the one replacement that the text field has made. */
function write(document: SharedDocument, value: string): void {
  const before = Array.from(document.text.toString());
  const after = Array.from(value);
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  document.replace(start, before.length - end, after.slice(start, after.length - end).join(""));
}

/** Tells the document where the caret or selection is. */
function tellSelection(document: SharedDocument, field: HTMLTextAreaElement): void {
  const selection = selectionIn(field, document.text);
  if (selection !== undefined) document.select(selection);
}

/**
 * The field's caret or selection, in code points of `text`; undefined if the field has no focus or shows
 * another text, as it does between a change and its render.
 */
function selectionIn(field: HTMLTextAreaElement, text: Text): Selection | undefined {
  if (!field.matches(":focus") || field.value !== text.toString()) return undefined;
  const from = text.pointOfUnit(field.selectionStart);
  const to = text.pointOfUnit(field.selectionEnd);
  return field.selectionDirection === "backward" ? { anchor: to, head: from } : { anchor: from, head: to };
}

/** Shows the caret or selection where the document has it. */
function showSelection({ text, selection }: SharedDocument, field: HTMLTextAreaElement): void {
  if (selection === undefined || !field.matches(":focus") || field.value !== text.toString()) return;
  const [anchor, head] = [text.unitOfPoint(selection.anchor), text.unitOfPoint(selection.head)];
  const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
  if (field.selectionStart === from && field.selectionEnd === to) return;
  field.setSelectionRange(from, to, head < anchor ? "backward" : "forward");
}

function words(status: DocumentStatus | undefined): string {
  switch (status?.state) {
    case "synced":
      return "Saved";
    case "saving":
      return "Saving…";
    case "readonly":
      return status.pendingEdits === 0 ? "You can read this note" : `Not saved: ${status.pendingEdits}`;
    case "denied":
      return status.pendingEdits === 0 ? "You may not open this note" : `Not saved: ${status.pendingEdits}`;
    case "connecting":
    case "offline":
    case "reconnecting":
    case "held":
    case "error":
    case undefined:
      return status?.isKept === true ? "Kept on this device" : "Not saved";
  }
}
