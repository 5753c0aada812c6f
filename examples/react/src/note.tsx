import type { DocumentStatus, SharedDocument, User } from "@interline/client";
import { useConnection, usePresence, useSharedDocument, useText } from "@interline/client/react";
import { type JSX, useLayoutEffect, useRef } from "react";

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
  // React sets the whole value, and with that the caret to its end. The document has moved it with the text.
  useLayoutEffect(() => {
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
  const { text } = document;
  // Between a change and its render the field shows another text.
  if (field.value !== text.toString()) return;
  const from = text.pointOfUnit(field.selectionStart);
  const to = text.pointOfUnit(field.selectionEnd);
  const isBackward = field.selectionDirection === "backward";
  document.select(isBackward ? { anchor: to, head: from } : { anchor: from, head: to });
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
