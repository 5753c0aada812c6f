import type { SharedDocument, SharedDocumentEvents } from "@interline/client";

/** What a document was put together from after a break: own edits, and versions of others. @public */
export type Merge = SharedDocumentEvents["merged"][0];

/** The part of a shared document that the elements use; all positions in code points of its `text`. @public */
export type Session = Pick<
  SharedDocument,
  "isReady" | "text" | "status" | "peers" | "gone" | "edit" | "select" | "reconnect" | "on"
>;
