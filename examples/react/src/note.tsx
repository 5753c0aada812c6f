import type { DocumentStatus, SharedDocument, User } from "@interline/client";
import { useConnection, usePresence, useSharedDocument, useText } from "@interline/client/react";
import type { JSX } from "react";

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
  return (
    <main>
      <label htmlFor="note">Note</label>
      <textarea
        id="note"
        rows={12}
        disabled={text === undefined}
        readOnly={status?.state === "readonly" || status?.state === "denied"}
        value={text?.toString() ?? ""}
        onChange={(event) => {
          if (document !== undefined) write(document, event.target.value);
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
