import { randomBytes } from "node:crypto";
import {
  type Catalogue,
  type DocumentRecord,
  type ListOptions,
  MAX_LINKS,
  type ShareLink,
} from "./catalogue.ts";

/** A catalogue that lasts as long as the process. @public */
export class MemoryCatalogue implements Catalogue {
  readonly #records = new Map<string, DocumentRecord>();
  readonly #links = new Map<string, Map<string, ShareLink>>();
  readonly #secrets = new Map<string, Uint8Array>();

  async create(record: DocumentRecord): Promise<boolean> {
    if (this.#records.has(record.id)) return false;
    this.#records.set(record.id, record);
    return true;
  }

  async get(id: string): Promise<DocumentRecord | undefined> {
    return this.#records.get(id);
  }

  async change(
    id: string,
    change: Partial<Pick<DocumentRecord, "title" | "deletedAt">>,
  ): Promise<DocumentRecord | undefined> {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    const changed = { ...record, ...change };
    this.#records.set(id, changed);
    return changed;
  }

  async list({ after, limit, isDeleted }: ListOptions): Promise<readonly DocumentRecord[]> {
    return [...this.#records.values()]
      .filter(({ id, deletedAt }) => id > after && (deletedAt !== undefined) === isDeleted)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  async addLink(link: ShareLink): Promise<void> {
    const links = this.#links.get(link.document) ?? new Map<string, ShareLink>();
    this.#links.set(link.document, links.set(link.id, link));
  }

  async link(document: string, id: string): Promise<ShareLink | undefined> {
    return this.#links.get(document)?.get(id);
  }

  async links(document: string): Promise<readonly ShareLink[]> {
    return [...(this.#links.get(document)?.values() ?? [])]
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, MAX_LINKS);
  }

  async revokeLink(document: string, id: string, time: number): Promise<boolean> {
    const link = this.#links.get(document)?.get(id);
    if (link === undefined) return false;
    if (link.revokedAt === undefined) this.#links.get(document)?.set(id, { ...link, revokedAt: time });
    return true;
  }

  async secret(name: string): Promise<Uint8Array> {
    const secret = this.#secrets.get(name) ?? new Uint8Array(randomBytes(32));
    this.#secrets.set(name, secret);
    return secret;
  }
}
