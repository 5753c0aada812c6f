import type { Operation, UndoHistory } from "@interline/ot";
import type { Role } from "@interline/protocol";
import type { ConnectionOptions } from "./connection.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { DocumentStore } from "./offline/document-store.ts";
import type { DocumentStatus } from "./status.ts";

/** @public */
export interface DocumentOptions {
  /** Id of the document: 1 to 128 characters of `A–Z a–z 0–9 . _ ~ -`. */
  readonly document: string;
  /**
   * Where what is typed is kept on this device until it is saved. Default: the browser's own storage, where there is one; null: nowhere,
   * so what is not saved ends with the page.
   */
  readonly store?: DocumentStore | null;
  /**
   * Whose copies on this device these are: text without spaces. Copies of one account are never shown to
   * another. Name the login here, or a constant where everybody who uses the device is one writer; an id that
   * is made up again loses what was kept under the last one. Default: the user's id.
   */
  readonly account?: string | undefined;
  /**
   * True for other accounts whose copies on this device belong to `account` by now. They are moved to it,
   * except those that a living tab uses. Default: none.
   */
  readonly isFormerAccount?: ((account: string) => boolean) | undefined;
  /**
   * True if the id was made just now, so that nobody else can have the document: it is empty and ready at once, also without a connection.
   * Default: false.
   */
  readonly isNew?: boolean;
  /**
   * What the document begins with if it has never had an edit: the server decides, once in the document's life,
   * and takes it only from somebody who may write. Where the server cannot be reached this is shown, and can be
   * written in; should the document turn out to have another text, what was typed is moved there, and the initial
   * text is gone. At most 65,536 UTF-16 code units (its `length`). Needs a server that speaks 1.3: others leave the document empty.
   */
  readonly initialText?: string | undefined;
  /** A new `UndoHistory` of `@interline/ot`, for `undo` and `redo`. Default: none, as where an editor keeps its own. */
  readonly undo?: UndoHistory;
}

/** @public */
export interface SharedDocumentOptions extends DocumentOptions, ConnectionOptions {}

/** What can be listened to, with the arguments of the listeners. @public */
export type SharedDocumentEvents = {
  /** The text is known for the first time. */
  ready: [];
  /** Others' operation, already moved over everything pending here: apply it to the text that is shown. */
  remote: [operation: Operation];
  /** The text changed, by others or by an edit made here. */
  change: [change: { readonly operation: Operation; readonly isRemote: boolean }];
  status: [status: DocumentStatus];
  /** Somebody came, went, is away or back, changed, or moved their caret. */
  peers: [];
  /** What may be done here has changed. */
  access: [role: Role];
  /** Back after a break: so many own edits and versions of others came together. */
  merged: [counts: { readonly own: number; readonly others: number }];
  /**
   * Something was wrong that should never be, and is being put right: `ERR_TEXT_DIFFERS`, the text was not the server's. What is pending
   * stays. Worth a report.
   */
  fault: [fault: { readonly code: string; readonly diagnostics: Diagnostics }];
  /** What became of pending edits cannot be known: their text was set aside, see `recovered`, and must be shown to the writer. */
  recovery: [copy: { readonly text: string }];
};
