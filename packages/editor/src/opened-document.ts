import { openDocument, type SharedDocument, type SharedDocumentOptions } from "@interline/client";

/** The document that an element opened itself, and closes. */
export class OpenedDocument {
  #document: SharedDocument | undefined;

  get document(): SharedDocument | undefined {
    return this.#document;
  }

  /** Opens it, or says again who writes in it. */
  open(options: SharedDocumentOptions): SharedDocument {
    if (this.#document === undefined) this.#document = opened(options);
    else this.#document.setUser(options.user);
    return this.#document;
  }

  /** What is typed and not saved yet is saved first, however long that takes. */
  close(): void {
    const document = this.#document;
    this.#document = undefined;
    if (document === undefined) return;
    document.select(undefined);
    const close = (): void => document.close();
    document.flush().then(close, close);
  }
}

/** An initial text that cannot be one (it is too long) does not keep the document from being opened. */
function opened(options: SharedDocumentOptions): SharedDocument {
  try {
    return openDocument(options);
  } catch (error) {
    if (options.initialText === undefined) throw error;
    reportError(error);
    return openDocument({ ...options, initialText: undefined });
  }
}
