import {
  isNoop,
  type Operation,
  replaceOperation,
  type Selection,
  type Text,
  type UndoStep,
} from "@interline/ot";
import { isDocumentId, type Role, type User } from "@interline/protocol";
import { Connection } from "./connection.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { DocumentOptions, SharedDocumentEvents, SharedDocumentOptions } from "./document-options.ts";
import { Draft } from "./draft.ts";
import { ClientError } from "./errors.ts";
import { Listeners } from "./listeners.ts";
import { deviceStore } from "./offline/device-store.ts";
import { OwnUndo } from "./own-undo.ts";
import type { GonePerson, RemotePeer } from "./peers.ts";
import { type DocumentStatus, sameStatus } from "./status.ts";
import { WorkingCopy } from "./working-copy.ts";

/**
 * Opens a document on a connection of its own: connects by itself, stays connected, and merges what was typed meanwhile.
 * @throws ClientError `ERR_DOCUMENT_ID` if the id is not a possible one, `ERR_DOCUMENT_TOO_LARGE` if the initial text is too long.
 * @public
 */
export function openDocument(options: SharedDocumentOptions): SharedDocument {
  check(options);
  return new SharedDocument(new Connection(options, options.document), options, { ownsConnection: true });
}

/**
 * Opens a document on a connection that others use too, see `openConnection`. Closing the document leaves the connection open.
 * Throws as `openDocument` does.
 * @public
 */
export function openDocumentOver(connection: Connection, options: DocumentOptions): SharedDocument {
  check(options);
  return new SharedDocument(connection, options, { ownsConnection: false });
}

function check({ document, initialText = "" }: DocumentOptions): void {
  if (!isDocumentId(document)) {
    throw new ClientError("ERR_DOCUMENT_ID", `no document id: ${JSON.stringify(document)}`);
  }
  if (initialText.length > MAX_INITIAL_UNITS) {
    throw new ClientError("ERR_DOCUMENT_TOO_LARGE", `an initial text has at most ${MAX_INITIAL_UNITS} units`);
  }
}

/** However it is escaped it fits into one message. */
const MAX_INITIAL_UNITS = 65_536;

/** A text as it can stand in a document: every line ends with `\n`, and no half of a pair is alone. */
function wellFormed(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").toWellFormed();
}

/**
 * A document that others may edit at the same time. Local edits take effect at once, whatever the network does.
 * All positions are in Unicode code points of `text`.
 * @public
 */
export class SharedDocument {
  readonly id: string;
  readonly #connection: Connection;
  readonly #ownsConnection: boolean;
  readonly #listeners = new Listeners<SharedDocumentEvents>();
  readonly #undo: OwnUndo;
  readonly #copy: WorkingCopy;
  #status: DocumentStatus;

  /** Use `openDocument` or `openDocumentOver`. @internal */
  constructor(
    connection: Connection,
    {
      document,
      store = deviceStore(),
      account,
      isFormerAccount,
      isNew = false,
      initialText = "",
      undo,
    }: DocumentOptions,
    { ownsConnection }: { readonly ownsConnection: boolean },
  ) {
    this.id = document;
    this.#connection = connection;
    this.#ownsConnection = ownsConnection;
    this.#undo = new OwnUndo(undo, connection.environment.monotonicNow);
    // First of all who listens.
    this.#listeners.on("remote", (operation) => this.#undo.moved(operation));
    this.#copy = new WorkingCopy({
      document,
      connection,
      store,
      account: account ?? connection.user.id,
      isFormerAccount,
      isNew,
      initialText: wellFormed(initialText),
      listeners: this.#listeners,
      changed: () => this.#refreshStatus(),
      differed: () => {
        const fault = { code: "ERR_TEXT_DIFFERS", diagnostics: this.diagnostics() };
        this.#listeners.emit("fault", fault);
      },
      signedOut: () => this.close(),
    });
    this.#status = this.#copy.status;
    this.#copy.start();
  }

  /** What the writer sees: the server's text with everything typed here in it. */
  get text(): Text {
    return this.#copy.text;
  }

  /**
   * The text that was inserted here and is not acknowledged as durable, such as the rest of a paste that
   * others left no room for. What stands apart in the document is in lines of its own; what was deleted is
   * not in it. Cost: its length.
   */
  get pendingText(): string {
    return this.#copy.pendingText;
  }

  /** Number of operations in the document's log that this copy knows. */
  get version(): number {
    return this.#copy.version;
  }

  /** True once a text is known, the server's or that of the copy on this device. Before that it is empty and must not be edited. */
  get isReady(): boolean {
    return this.#copy.isReady;
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  get user(): User {
    return this.#connection.user;
  }

  /** The id by which others know the user: their other tabs are among the peers under it. */
  get self(): string {
    return this.#connection.self ?? this.user.id;
  }

  /** What may be done here, as the server last said: edits beyond it stay here, unsaved. */
  get role(): Role {
    return this.#copy.role;
  }

  /** How long the text may be, in code points, as the server last said; undefined: it has not said yet. */
  get maxLength(): number | undefined {
    return this.#connection.limits?.maxDocumentLength;
  }

  /** Everybody else who has the document open, with carets in code points of `text`. */
  get peers(): readonly RemotePeer[] {
    return this.#copy.peers;
  }

  /** Everybody who was here in the last hour and is not any more, the last to go first: at most 20. */
  get gone(): readonly GonePerson[] {
    return this.#copy.gone;
  }

  /** Texts of which nobody knows whether the server has all of it. They are kept until `forgetRecovered()`. */
  get recovered(): readonly string[] {
    return this.#copy.recovered;
  }

  /** The writer has seen what was recovered, and needs it no more. */
  forgetRecovered(): void {
    this.#copy.forgetRecovered();
  }

  /**
   * A local edit, in code points of `text`. It is in `text` when this returns, is kept on this device a moment later, and is sent when it
   * can be.
   * @throws ClientError `ERR_CLOSED` after `close()` or before `isReady`;
   * @throws OtError `ERR_LENGTH_MISMATCH` if it does not fit; nothing has changed then.
   */
  edit(operation: Operation): void {
    this.#checkEditable();
    if (isNoop(operation)) return;
    const { text, selection } = this.#copy;
    this.#copy.edit(operation);
    this.#undo.edited(operation, text, selection, this.#copy.selection);
  }

  /** Inserts text before the code point `at`. Throws as `edit` does. */
  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  /** Deletes `length` code points from `at` on. Throws as `edit` does. */
  delete(at: number, length: number): void {
    this.replace(at, at + length, "");
  }

  /** Replaces code points `from` to `to`. Throws as `edit` does. */
  replace(from: number, to: number, text: string): void {
    this.#checkEditable();
    this.edit(replaceOperation(from, to, text, this.text.points));
  }

  /**
   * Several edits as one: others see all of them or none, and one undo takes them back. If `make` throws nothing has changed. Throws as
   * `edit` does.
   */
  transact(make: (draft: Draft) => void): void {
    this.#checkEditable();
    const draft = new Draft(this.text);
    make(draft);
    this.edit(draft.operation);
  }

  /** Whether there is an own edit to take back, or one that was taken back. */
  get canUndo(): boolean {
    return this.#undo.canUndo;
  }

  get canRedo(): boolean {
    return this.#undo.canRedo;
  }

  /** Takes back the last own group of edits, and nothing of others. False if there is none, or no history. Throws as `edit` does. */
  undo(): boolean {
    this.#checkEditable();
    return this.#step(this.#undo.undo(this.text));
  }

  /** Takes back the last undo. False if there is none. Throws as `edit` does. */
  redo(): boolean {
    this.#checkEditable();
    return this.#step(this.#undo.redo(this.text));
  }

  /** The own caret or selection, in code points of `text`: as it was last set, moved with the text since. */
  get selection(): Selection | undefined {
    return this.#copy.selection;
  }

  /** Sets the own caret or selection, in code points of `text`; undefined: none. Others see it a moment later. */
  select(selection: Selection | undefined): void {
    this.#copy.select(selection);
  }

  /** A new name or colour, for all documents of this document's connection. */
  setUser(user: User): void {
    this.#connection.setUser(user);
  }

  /** Tries to connect at once, also where the server had ended the connection. */
  reconnect(): void {
    this.#copy.retry();
    this.#connection.reconnect();
  }

  /**
   * Resolves when everything typed so far is durable at the server.
   * @throws ClientError with the code if the document is closed, or the server ends the connection for good or refuses the edits.
   */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const { code, pendingEdits } = this.#status;
        if (pendingEdits === 0) resolve();
        else if (this.#copy.isClosed) reject(new ClientError("ERR_CLOSED", "closed with unsaved edits"));
        else if (code !== undefined) reject(new ClientError(code, "the server does not take the edits"));
        else return false;
        return true;
      };
      if (settle()) return;
      const stop = this.on("status", () => {
        if (settle()) stop();
      });
    });
  }

  /**
   * Ends it. What is not acknowledged stays on this device until the document is opened again; where nothing is kept (see
   * `status.canKeep`) it is lost: `flush()` first. Safe to call twice.
   */
  close(): void {
    if (this.#copy.isClosed) return;
    this.#copy.close();
    if (this.#ownsConnection) this.#connection.close();
    this.#refreshStatus();
  }

  /** What helps to understand a fault, without any text of the document. */
  diagnostics(): Diagnostics {
    return this.#copy.diagnostics();
  }

  /** Listens; returns how to stop. */
  on<Name extends keyof SharedDocumentEvents>(
    name: Name,
    listener: (...event: SharedDocumentEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  #checkEditable(): void {
    if (!this.#copy.isEditable) throw new ClientError("ERR_CLOSED", "the document is closed or not ready");
  }

  #step(step: UndoStep | undefined): boolean {
    if (step === undefined) return false;
    this.#copy.edit(step.operation);
    this.select(step.selection);
    return true;
  }

  #refreshStatus(): void {
    const { status, isClosed } = this.#copy;
    if (sameStatus(status, this.#status) && !isClosed) return;
    this.#status = status;
    this.#listeners.emit("status", status);
  }
}
