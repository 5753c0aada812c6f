import type { Role } from "@interline/protocol";
import type { DocumentRules, PersonChange, RulesChange } from "./document-rules.ts";

/** What is known of a document beside its text. @public */
export interface DocumentRecord {
  readonly id: string;
  /** Empty: it has none. At most 256 UTF-16 code units. */
  readonly title: string;
  /** Id of the person who made it; empty: not known. */
  readonly owner: string;
  /** In ms since 1970, and below. */
  readonly createdAt: number;
  /** Undefined: it is not deleted. */
  readonly deletedAt: number | undefined;
}

/** A link that lets people into one document, until it is revoked. @public */
export interface ShareLink {
  readonly id: string;
  readonly document: string;
  readonly role: Role;
  /** The link by which its maker came in: with that one it ends. Undefined: they came by a login. */
  readonly parent: string | undefined;
  /** Id of the person. */
  readonly createdBy: string;
  /** In ms since 1970, and below. */
  readonly createdAt: number;
  /** Undefined: never. */
  readonly expiresAt: number | undefined;
  /** Undefined: it is good. */
  readonly revokedAt: number | undefined;
}

/** @public */
export interface ListOptions {
  /** Begins after this id; empty: at the first. */
  readonly after: string;
  readonly limit: number;
  /** The deleted ones, or the others. */
  readonly isDeleted: boolean;
}

/** @public */
export interface PageOptions extends ListOptions {
  readonly maxScanned: number;
}

/** @public */
export interface CataloguePage {
  readonly records: readonly DocumentRecord[];
  /** `after` of the next page; undefined: there is none. */
  readonly next: string | undefined;
}

/**
 * Records of documents and of links to them. What changes a record is durable when it resolves, and calls that change something
 * go one after another. Every implementation passes `catalogueContract`.
 * @public
 */
export interface Catalogue {
  /** False, and nothing changes, if there is a record of this id, deleted or not. */
  create(record: DocumentRecord): Promise<boolean>;
  get(id: string): Promise<DocumentRecord | undefined>;
  /** The record as it is now; undefined if there is none. */
  change(
    id: string,
    change: Partial<Pick<DocumentRecord, "title" | "deletedAt">>,
  ): Promise<DocumentRecord | undefined>;
  /** In the order of the ids' characters. */
  list(options: ListOptions): Promise<readonly DocumentRecord[]>;
  /**
   * The same a page at a time, looking at no more than `maxScanned` records however few of them are wanted: a
   * page may be short, or empty, and not the last one.
   */
  page(options: PageOptions): Promise<CataloguePage>;
  /** False, and nothing changes, if the document has a link of this id, revoked or not. */
  addLink(link: ShareLink): Promise<boolean>;
  link(document: string, id: string): Promise<ShareLink | undefined>;
  /** Of one document, the revoked ones too, at most 1,000. */
  links(document: string): Promise<readonly ShareLink[]>;
  /** False if there is none. A link that was revoked stays as it is. */
  revokeLink(document: string, id: string, time: number): Promise<boolean>;
  /** What is decided about a document, whether it has a record or not. */
  rules(document: string): Promise<DocumentRules>;
  changeRules(document: string, change: RulesChange): Promise<void>;
  /** Decides about one person. False, and nothing changes, if that would be one too many (`MAX_RULED`). */
  changePerson(document: string, person: string, change: PersonChange): Promise<boolean>;
  /** Takes a document for a person or a link, if nobody has yet. Resolves with who has it then: of several that try, all with one. */
  take(document: string, taker: string): Promise<string>;
  /** Makes somebody the owner of a document that has a record, whoever was before. */
  setOwner(id: string, owner: string): Promise<void>;
  /** 32 random bytes under a name, made when they are first asked for. */
  secret(name: string): Promise<Uint8Array>;
}

/** Links to one document, at most: `links` returns no more. */
export const MAX_LINKS = 1000;
