import { allows, type SharedDocument, type SharedDocumentEvents } from "@interline/client";

/** What a document was put together from after a break: own edits, and versions of others. @public */
export type Merge = SharedDocumentEvents["merged"][0];

/** The part of a shared document that the elements use; all positions in code points of its `text`. @public */
export type Session = Pick<
  SharedDocument,
  "isReady" | "text" | "status" | "role" | "peers" | "gone" | "edit" | "select" | "reconnect" | "on"
> &
  Partial<Pick<SharedDocument, "maxLength" | "pendingText" | "self">>;

/** True while others' edits, carets and states arrive: without a connection nobody knows. @public */
export function isLive({ status: { state } }: Session): boolean {
  return state === "synced" || state === "saving" || state === "readonly" || state === "held";
}

/** False where nothing that is typed could be saved: without the right to write, or to be here at all. @public */
export function isWritable({ status, role }: Pick<Session, "status" | "role">): boolean {
  return status.state !== "denied" && allows(role, "write");
}
