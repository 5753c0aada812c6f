import { randomBytes } from "node:crypto";
import {
  type Catalogue,
  type CataloguePage,
  type DocumentRecord,
  type ListOptions,
  MAX_LINKS,
  type PageOptions,
  type ShareLink,
} from "./catalogue.ts";

/** A catalogue that lasts as long as the process. @public */
export class MemoryCatalogue implements Catalogue {
  readonly #records = new Map<string, DocumentRecord>();
  /** Sorted. */
  readonly #ids: string[] = [];
  readonly #links = new Map<string, Map<string, ShareLink>>();
  readonly #secrets = new Map<string, Uint8Array>();

  async create(record: DocumentRecord): Promise<boolean> {
    if (this.#records.has(record.id)) return false;
    this.#records.set(record.id, record);
    this.#ids.splice(this.#placeAfter(record.id), 0, record.id);
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

  async list(options: ListOptions): Promise<readonly DocumentRecord[]> {
    return (await this.page({ ...options, maxScanned: Infinity })).records;
  }

  async page({ after, limit, isDeleted, maxScanned }: PageOptions): Promise<CataloguePage> {
    const records: DocumentRecord[] = [];
    const first = this.#placeAfter(after);
    let last = after;
    for (let at = first; at < this.#ids.length; at++) {
      if (at - first === maxScanned) return { records, next: last };
      const record = this.#records.get(this.#ids[at] ?? "");
      if (record === undefined) continue;
      if ((record.deletedAt !== undefined) === isDeleted) {
        if (records.length === limit) return { records, next: last };
        records.push(record);
      }
      last = record.id;
    }
    return { records, next: undefined };
  }

  /** Where an id stands, or would, among those that are sorted; behind itself. */
  #placeAfter(id: string): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ids[middle] ?? "") <= id) low = middle + 1;
      else high = middle;
    }
    return low;
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
