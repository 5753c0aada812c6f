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
import {
  changedRule,
  type DocumentRules,
  MAX_RULED,
  NO_RULES,
  type PersonChange,
  type RulesChange,
} from "./document-rules.ts";

/** A catalogue that lasts as long as the process. @public */
export class MemoryCatalogue implements Catalogue {
  readonly #records = new Map<string, DocumentRecord>();
  /** Sorted. */
  readonly #ids: string[] = [];
  readonly #links = new Map<string, Map<string, ShareLink>>();
  readonly #rules = new Map<string, DocumentRules>();
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

  async addLink(link: ShareLink): Promise<boolean> {
    const links = this.#links.get(link.document) ?? new Map<string, ShareLink>();
    if (links.has(link.id)) return false;
    this.#links.set(link.document, links.set(link.id, link));
    return true;
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

  async rules(document: string): Promise<DocumentRules> {
    return this.#rules.get(document) ?? NO_RULES;
  }

  async changeRules(document: string, change: RulesChange): Promise<void> {
    this.#rules.set(document, { ...(this.#rules.get(document) ?? NO_RULES), ...change });
  }

  async changePerson(document: string, person: string, change: PersonChange): Promise<boolean> {
    const rules = this.#rules.get(document) ?? NO_RULES;
    const known = rules.people.get(person);
    if (known === undefined && rules.people.size >= MAX_RULED) return false;
    const people = new Map(rules.people).set(person, changedRule(known, change));
    this.#rules.set(document, { ...rules, people });
    return true;
  }

  async take(document: string, taker: string): Promise<string> {
    const rules = this.#rules.get(document) ?? NO_RULES;
    const takenBy = rules.takenBy ?? taker;
    this.#rules.set(document, { ...rules, takenBy });
    return takenBy;
  }

  async setOwner(id: string, owner: string): Promise<void> {
    const record = this.#records.get(id);
    if (record !== undefined) this.#records.set(id, { ...record, owner });
  }

  async secret(name: string): Promise<Uint8Array> {
    const secret = this.#secrets.get(name) ?? new Uint8Array(randomBytes(32));
    this.#secrets.set(name, secret);
    return secret;
  }
}
