import { randomBytes } from "node:crypto";
import type { Role } from "@interline/protocol";
import { parseObject, parseRecord } from "../log/records.ts";
import type { LevelStore } from "../log/level-store.ts";
import { Recent } from "../recent.ts";
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
  type PersonChange,
  type PersonRule,
  type RulesChange,
} from "./document-rules.ts";

/** Records that are kept at hand, of documents and of links: rights are asked for often. */
const AT_HAND = 10_000;
/** Records that are looked through at a time. */
const PAGE = 1000;
const MIN_PAGE = 100;

/**
 * The catalogue in the store of a `LevelLog`. Its keys begin with "!", which no document id does: `!d!id` for documents,
 * `!l!document!id` for links, `!r!document` for rules, `!p!document!person` for those about people,
 * `!k!name` for secrets. Rules are objects: what a later version adds to them stays when this one changes them.
 */
export class LevelCatalogue implements Catalogue {
  readonly #store: LevelStore;
  /** By key. One process has the store, so nobody changes a record behind our back. */
  readonly #atHand = new Recent<string>(AT_HAND);
  /** Rises with every write, before and after. */
  #generation = 0;
  /** Ends when every change so far is done. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: LevelStore) {
    this.#store = store;
  }

  create(record: DocumentRecord): Promise<boolean> {
    return this.#inTurn(async () => {
      if ((await this.get(record.id)) !== undefined) return false;
      await this.#put(documentKey(record.id), encodeDocument(record));
      return true;
    });
  }

  async get(id: string): Promise<DocumentRecord | undefined> {
    const value = await this.#get(documentKey(id));
    return value === undefined ? undefined : decodeDocument(id, value);
  }

  change(
    id: string,
    change: Partial<Pick<DocumentRecord, "title" | "deletedAt">>,
  ): Promise<DocumentRecord | undefined> {
    return this.#inTurn(async () => {
      const record = await this.get(id);
      if (record === undefined) return undefined;
      const changed = { ...record, ...change };
      await this.#put(documentKey(id), encodeDocument(changed));
      return changed;
    });
  }

  async list(options: ListOptions): Promise<readonly DocumentRecord[]> {
    return (await this.page({ ...options, maxScanned: Infinity })).records;
  }

  async page({ after, limit, isDeleted, maxScanned }: PageOptions): Promise<CataloguePage> {
    const records: DocumentRecord[] = [];
    let last = after;
    for (let left = maxScanned; left > 0; ) {
      const count = Math.min(PAGE, left, Math.max(limit, MIN_PAGE));
      const some = await this.#store.entries({ gt: documentKey(last), lt: '!d"' }, count);
      for (const [key, value] of some) {
        const record = decodeDocument(key.slice(3), value);
        if ((record.deletedAt !== undefined) === isDeleted) {
          // One more than is wanted: there is a next page.
          if (records.length === limit) return { records, next: last };
          records.push(record);
        }
        last = record.id;
      }
      if (some.length < count) return { records, next: undefined };
      left -= some.length;
    }
    return { records, next: last };
  }

  addLink(link: ShareLink): Promise<boolean> {
    return this.#inTurn(async () => {
      const key = linkKey(link.document, link.id);
      if ((await this.#get(key)) !== undefined) return false;
      await this.#put(key, encodeLink(link));
      return true;
    });
  }

  async link(document: string, id: string): Promise<ShareLink | undefined> {
    const value = await this.#get(linkKey(document, id));
    return value === undefined ? undefined : decodeLink(document, id, value);
  }

  async links(document: string): Promise<readonly ShareLink[]> {
    const prefix = linkKey(document, "");
    const range = { gt: prefix, lt: `${prefix.slice(0, -1)}"` };
    const links = await this.#store.entries(range, MAX_LINKS);
    return links.map(([key, value]) => decodeLink(document, key.slice(prefix.length), value));
  }

  revokeLink(document: string, id: string, time: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const link = await this.link(document, id);
      if (link === undefined) return false;
      if (link.revokedAt === undefined) {
        await this.#put(linkKey(document, id), encodeLink({ ...link, revokedAt: time }));
      }
      return true;
    });
  }

  async rules(document: string): Promise<DocumentRules> {
    const [value, people] = await Promise.all([this.#rulesOf(document), this.#people(document)]);
    const { access, isFrozen = false, takenBy } = value;
    return { access, isFrozen, takenBy, people };
  }

  changeRules(document: string, change: RulesChange): Promise<void> {
    return this.#inTurn(() => this.#putRules(document, change));
  }

  changePerson(document: string, person: string, change: PersonChange): Promise<boolean> {
    return this.#inTurn(async () => {
      const people = await this.#people(document);
      const known = people.get(person);
      if (known === undefined && people.size >= MAX_RULED) return false;
      const { removals, isBlocked } = changedRule(known, change);
      await this.#put(personKey(document, person), JSON.stringify([removals, isBlocked]));
      return true;
    });
  }

  take(document: string, taker: string): Promise<string> {
    return this.#inTurn(async () => {
      const { takenBy } = await this.#rulesOf(document);
      if (takenBy === undefined) await this.#putRules(document, { takenBy: taker });
      return takenBy ?? taker;
    });
  }

  setOwner(id: string, owner: string): Promise<void> {
    return this.#inTurn(async () => {
      const record = await this.get(id);
      if (record !== undefined) await this.#put(documentKey(id), encodeDocument({ ...record, owner }));
    });
  }

  async #rulesOf(document: string): Promise<RulesValue> {
    const value = await this.#get(rulesKey(document));
    return value === undefined ? {} : parseObject(value);
  }

  async #putRules(document: string, change: RulesValue): Promise<void> {
    const rules = { ...(await this.#rulesOf(document)), ...change };
    await this.#put(rulesKey(document), JSON.stringify(rules));
  }

  async #people(document: string): Promise<ReadonlyMap<string, PersonRule>> {
    const prefix = personKey(document, "");
    const range = { gt: prefix, lt: `${prefix.slice(0, -1)}"` };
    const entries = await this.#store.entries(range, MAX_RULED);
    return new Map(
      entries.map(([key, value]) => {
        const [removals, isBlocked] = parseRecord(value, 2) as [removals: number, isBlocked: boolean];
        return [key.slice(prefix.length), { removals, isBlocked }];
      }),
    );
  }

  secret(name: string): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      const key = `!k!${name}`;
      let value = await this.#store.get(key);
      if (value === undefined) {
        value = randomBytes(32).toString("base64url");
        await this.#put(key, value);
      }
      return new Uint8Array(Buffer.from(value, "base64url"));
    });
  }

  async #get(key: string): Promise<string | undefined> {
    const known = this.#atHand.get(key);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const value = await this.#store.get(key);
    // What was written meanwhile is newer.
    if (value !== undefined && generation === this.#generation) this.#atHand.set(key, value);
    return value;
  }

  async #put(key: string, value: string): Promise<void> {
    this.#generation++;
    this.#atHand.delete(key);
    await this.#store.write([{ type: "put", key, value }]);
    this.#generation++;
    this.#atHand.set(key, value);
  }

  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#turn.then(work);
    this.#turn = answer.catch(() => undefined);
    return answer;
  }
}

function documentKey(id: string): string {
  return `!d!${id}`;
}

function linkKey(document: string, id: string): string {
  return `!l!${document}!${id}`;
}

function rulesKey(document: string): string {
  return `!r!${document}`;
}

function personKey(document: string, person: string): string {
  return `!p!${document}!${person}`;
}

/** What is left out was never decided. */
type RulesValue = Partial<Omit<DocumentRules, "people">>;

type DocumentValue = [title: string, owner: string, createdAt: number, deletedAt: number | null];

function encodeDocument({ title, owner, createdAt, deletedAt }: DocumentRecord): string {
  return JSON.stringify([title, owner, createdAt, deletedAt ?? null] satisfies DocumentValue);
}

function decodeDocument(id: string, value: string): DocumentRecord {
  const [title, owner, createdAt, deletedAt] = parseRecord(value, 4) as DocumentValue;
  return { id, title, owner, createdAt, deletedAt: deletedAt ?? undefined };
}

type LinkValue = [
  role: Role,
  createdBy: string,
  createdAt: number,
  expiresAt: number | null,
  revokedAt: number | null,
  parent?: string,
];

function encodeLink({ role, createdBy, createdAt, expiresAt, revokedAt, parent }: ShareLink): string {
  const value: LinkValue = [role, createdBy, createdAt, expiresAt ?? null, revokedAt ?? null];
  if (parent !== undefined) value.push(parent);
  return JSON.stringify(value);
}

function decodeLink(document: string, id: string, value: string): ShareLink {
  const [role, createdBy, createdAt, expiresAt, revokedAt, parent] = parseRecord(value, 6, 5) as LinkValue;
  return {
    id,
    document,
    role,
    parent,
    createdBy,
    createdAt,
    expiresAt: expiresAt ?? undefined,
    revokedAt: revokedAt ?? undefined,
  };
}
