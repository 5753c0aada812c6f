import {
  countPoints,
  decodeOperation,
  diffInSteps,
  isNoop,
  OtError,
  replaceOperation,
  type Text,
} from "@interline/ot";
import { isDocumentId, type Peer, type User } from "@interline/protocol";
import type { CataloguePage, DocumentRecord, PageOptions } from "../catalogue/catalogue.ts";
import type { Clock } from "../clock.ts";
import type { DocumentHost } from "../document-host.ts";
import { ServerError } from "../errors.ts";
import type { ServerLimits } from "../limits.ts";
import type { LiveDocument } from "../live-document.ts";
import type { DocumentLog, Entry } from "../log/document-log.ts";
import { randomToken } from "../random-token.ts";
import { Recent } from "../recent.ts";
import { breathe, stringOf, worked } from "../slices.ts";
import { withLineFeeds } from "./line-ends.ts";
import { Past } from "./past.ts";
import { titleFault } from "./title.ts";
import { mismatch, type Prepare, Writer, type Written } from "./writer.ts";

/** A document and its text at a version. @public */
export interface DocumentText {
  readonly record: DocumentRecord;
  readonly version: number;
  /** Id of the entry that made the version; empty at version 0. */
  readonly entryId: string;
  /** Immutable. */
  readonly text: Text;
}

/** @public */
export interface NewDocument {
  /** 1 to 128 characters. Default: 22 random ones. */
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly author: User;
  /** Id of the person who owns it; empty: nobody. */
  readonly owner: string;
}

/** Writers that are kept, so that what they write later is of the same session. */
const MAX_WRITERS = 1000;

/**
 * The documents of a server, for what runs in it: an HTTP API, an import, a bot. Nothing here asks for
 * rights. What changes a text goes the same way as what people type, so who has the document open sees it at
 * once, and it is durable when the promise resolves. Text that is given as text gets one kind of line end,
 * `\n`; an operation is taken as it is (`withLineFeeds`).
 *
 * Every method rejects with `ERR_DOCUMENT_NOT_FOUND` or `ERR_DOCUMENT_DELETED` where there is no such document (any more).
 * @public
 */
export class Documents {
  readonly #host: DocumentHost;
  readonly #clock: Clock;
  readonly #limits: ServerLimits;
  readonly #past: Past;
  readonly #writers = new Recent<Writer>(MAX_WRITERS);

  /** @internal */
  constructor(host: DocumentHost, log: DocumentLog, clock: Clock, limits: ServerLimits) {
    this.#host = host;
    this.#clock = clock;
    this.#limits = limits;
    this.#past = new Past(log);
  }

  /** @throws ServerError `ERR_DOCUMENT_EXISTS` if there is one of this id, deleted or not; `ERR_DOCUMENT_ID`, `ERR_TITLE`; as `replace`. */
  async create({
    id = randomToken().replace(/^[^A-Za-z0-9]/, "0"),
    title = "",
    text = "",
    author,
    owner,
  }: NewDocument): Promise<DocumentText> {
    if (!isDocumentId(id)) throw new ServerError("ERR_DOCUMENT_ID", "this is no document id");
    assertTitle(title);
    // Before there is a record: a text that cannot be makes no document.
    const first = await this.#textOf(text);
    const isNew = (await this.#host.recordOf(id)) === undefined;
    const record = {
      id,
      title,
      owner,
      createdAt: this.#clock.now(),
      deletedAt: undefined,
    };
    const write = first === "" ? undefined : () => this.#begin(id, first, author);
    if (!isNew || !(await this.#host.make(record, write))) {
      throw new ServerError("ERR_DOCUMENT_EXISTS", `there is a document ${id}`);
    }
    return this.read(id);
  }

  /** Writes the first text of a document. False, and nothing is written, if others wrote in it before. */
  async #begin(id: string, text: string, author: User): Promise<boolean> {
    try {
      await this.#writer(id).write(author, () => (now) => {
        assertAt(now, 0);
        return { version: 0, operation: replaceOperation(0, 0, text, 0), isStrict: true };
      });
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.code === "ERR_VERSION_MISMATCH") return false;
      throw error;
    }
  }

  /** In the order of ids, after `after`. Documents whose text is empty, and that were not made here, are not among them. */
  list(options: { after: string; limit: number; isDeleted: boolean }): Promise<readonly DocumentRecord[]> {
    return this.#host.catalogue.list(options);
  }

  /** The same a page at a time, looking at no more than `maxScanned` records: see `Catalogue`. */
  page(options: PageOptions): Promise<CataloguePage> {
    return this.#host.catalogue.page(options);
  }

  /** What is known of a document, deleted or not. */
  async record(id: string): Promise<DocumentRecord> {
    const record = isDocumentId(id) ? await this.#host.recordOf(id) : undefined;
    if (record === undefined) throw new ServerError("ERR_DOCUMENT_NOT_FOUND", `there is no document ${id}`);
    return record;
  }

  /** The text as it is now, of which every change is durable. */
  async read(id: string): Promise<DocumentText> {
    const record = await this.#present(id);
    return this.#host.use(id, async ({ head: { version, entryId }, text }) => ({
      record,
      version,
      entryId,
      text,
    }));
  }

  /** The text at an older version. @throws ServerError `ERR_VERSION_AHEAD`, `ERR_HISTORY_TRIMMED`. */
  async readAt(id: string, version: number): Promise<DocumentText> {
    const now = await this.read(id);
    if (version === now.version) return now;
    if (version > now.version) {
      throw new ServerError("ERR_VERSION_AHEAD", `the document is at version ${now.version}`);
    }
    const [entry] = version === 0 ? [] : await this.#past.entries(id, version - 1, 1);
    const text = await this.#past.textAt(id, version);
    return { record: now.record, version, entryId: entry?.entryId ?? "", text };
  }

  /** Entries after a version, at most so many. @throws ServerError `ERR_HISTORY_TRIMMED`. */
  async entries(id: string, after: number, limit: number): Promise<readonly Entry[]> {
    await this.#present(id);
    return this.#past.entries(id, after, limit);
  }

  /**
   * The same a page at a time: fewer entries where they are heavy (see `weightOf`). `next` is `after` of the
   * next page; undefined: these are all.
   */
  async entriesPage(
    id: string,
    { after, limit, maxWeight }: { after: number; limit: number; maxWeight: number },
  ): Promise<{ readonly entries: readonly Entry[]; readonly next: number | undefined }> {
    await this.#present(id);
    return this.#past.page(id, after, limit, maxWeight);
  }

  /**
   * Makes this the text, by the smallest operation that does (see `diff`): what others write at the same time stays.
   * All of it is written, or nothing.
   * @throws ServerError `ERR_VERSION_MISMATCH` if `ifVersion` is given and the document is at another version, or others are
   * first; `ERR_DOCUMENT_TOO_LARGE`; `ERR_OPERATION_TEXT` if it holds half a surrogate pair.
   */
  async replace(
    id: string,
    given: string,
    { author, ifVersion }: { author: User; ifVersion?: number | undefined },
  ): Promise<Written> {
    const text = await this.#textOf(given);
    const { version, isExact } = await this.#write(id, author, async (document) => {
      if (ifVersion !== undefined) assertAt(document, ifVersion);
      const { version } = document.head;
      const operation = await worked(diffInSteps(await stringOf(document.text), text));
      return () => ({ version, operation, isStrict: ifVersion !== undefined });
    });
    return { version, isExact: isExact && text === given };
  }

  /** Adds text at the end. Throws as `replace` does. */
  async append(id: string, given: string, author: User, ifVersion?: number): Promise<Written> {
    const text = await this.#textOf(given);
    return this.#write(id, author, () => (now) => {
      if (ifVersion !== undefined) assertAt(now, ifVersion);
      const { version, length } = now.head;
      const operation = replaceOperation(length, length, text, length);
      return { version, operation, isStrict: ifVersion !== undefined };
    });
  }

  /**
   * Commits an operation that was made for a version, moved over what came since. `components` come from outside: they are
   * checked here.
   * @throws ServerError `ERR_VERSION_AHEAD`; `ERR_BASE_TRIMMED` if the version is older than what is kept in memory; the code of a
   * refusal, as `ERR_LENGTH_MISMATCH`.
   */
  async submit(id: string, version: number, components: unknown, author: User): Promise<Written> {
    const length = await this.#lengthAt(id, version);
    const decoded = decodeOperation(components, length, this.#limits);
    if (!decoded.ok) throw new ServerError(decoded.code, decoded.message);
    if (isNoop(decoded.operation)) {
      throw new ServerError("ERR_OPERATION_EMPTY", "the operation changes nothing");
    }
    return this.#write(id, author, () => () => ({ version, operation: decoded.operation }));
  }

  /** Length of the text at a version, in code points. */
  async #lengthAt(id: string, version: number): Promise<number> {
    await this.#present(id);
    return this.#host.use(id, async (document) => {
      if (version > document.head.version) {
        throw new ServerError("ERR_VERSION_AHEAD", `the document is at version ${document.head.version}`);
      }
      const length = document.lengthAt(version);
      if (length !== undefined) return length;
      throw new ServerError("ERR_BASE_TRIMMED", `version ${version} is too old to build on`);
    });
  }

  /** Everybody who has it open now. */
  async people(id: string): Promise<readonly Peer[]> {
    await this.#present(id);
    for (const document of this.#host.live()) if (document.name === id) return document.people;
    return [];
  }

  /** @throws ServerError `ERR_TITLE` */
  async rename(id: string, title: string): Promise<DocumentRecord> {
    assertTitle(title);
    await this.#present(id);
    return this.#change(id, { title });
  }

  /** Puts a document away: whoever has it open is told. Its text is kept, and `undelete` brings it back. */
  async delete(id: string): Promise<DocumentRecord> {
    await this.#present(id);
    const record = await this.#change(id, { deletedAt: this.#clock.now() });
    this.#host.end(id, "ERR_DOCUMENT_DELETED");
    return record;
  }

  async undelete(id: string): Promise<DocumentRecord> {
    const record = await this.record(id);
    return record.deletedAt === undefined ? record : this.#change(id, { deletedAt: undefined });
  }

  async #change(
    id: string,
    change: Partial<Pick<DocumentRecord, "title" | "deletedAt">>,
  ): Promise<DocumentRecord> {
    const record = await this.#host.catalogue.change(id, change);
    if (record === undefined) throw new ServerError("ERR_DOCUMENT_NOT_FOUND", `there is no document ${id}`);
    return record;
  }

  async #present(id: string): Promise<DocumentRecord> {
    const record = await this.record(id);
    if (record.deletedAt === undefined) return record;
    throw new ServerError("ERR_DOCUMENT_DELETED", `the document ${id} was deleted`);
  }

  async #write(id: string, author: User, prepare: Prepare): Promise<Written> {
    await this.#present(id);
    try {
      return await this.#writer(id).write(author, prepare);
    } catch (error) {
      if (error instanceof OtError) throw new ServerError(error.code, error.message, { cause: error });
      throw error;
    }
  }

  #writer(id: string): Writer {
    const known = this.#writers.get(id);
    if (known !== undefined) return known;
    const writer = new Writer(this.#host, id, randomToken());
    this.#writers.set(id, writer);
    return writer;
  }

  /** A text as it enters a document. @throws ServerError */
  async #textOf(given: string): Promise<string> {
    const text = await withLineFeeds(given);
    if (!text.isWellFormed()) throw new ServerError("ERR_OPERATION_TEXT", "half a surrogate pair is no text");
    const { maxDocumentLength } = this.#limits;
    if (text.length <= maxDocumentLength) return text;
    await breathe();
    if (countPoints(text) > maxDocumentLength) {
      throw new ServerError("ERR_DOCUMENT_TOO_LARGE", `at most ${maxDocumentLength} code points`);
    }
    return text;
  }
}

function assertTitle(title: string): void {
  const fault = titleFault(title);
  if (fault !== undefined) throw new ServerError("ERR_TITLE", fault);
}

function assertAt({ head }: LiveDocument, version: number): void {
  if (head.version !== version) throw mismatch(head.version, version);
}
