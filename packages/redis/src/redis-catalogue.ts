import { randomBytes } from "node:crypto";
import type {
  Catalogue,
  CataloguePage,
  DocumentRecord,
  DocumentRules,
  GeneralAccess,
  ListOptions,
  PageOptions,
  PersonChange,
  PersonRule,
  RulesChange,
  ShareLink,
} from "@interline/server";
import type { RedisStore } from "./redis-store.ts";
import { CHANGE_PERSON, CHANGE_RECORD, CHANGE_RULES, CREATE_RECORD, type Script, TAKE } from "./scripts.ts";

/** Links of one document that are listed at most, as `Catalogue` has it. */
const MAX_LINKS = 1000;
/** People of one document about whom something may be decided, as `Catalogue` has it. */
const MAX_RULED = 1000;
/** What a person's field among the rules begins with. */
const PERSON = "p:";
/** Records that are read at once. */
const PAGE = 1000;
/** Field of a revoked link's time beside the link itself: ids have no colon. */
const REVOKED = ":revoked";

/**
 * The records of documents and links in Redis, those of a document in its hash slot. The list of all documents is one sorted set of ids;
 * records are read one by one as they are listed.
 */
export class RedisCatalogue implements Catalogue {
  readonly #store: RedisStore;

  constructor(store: RedisStore) {
    this.#store = store;
  }

  async create(record: DocumentRecord): Promise<boolean> {
    const { keys } = this.#store;
    // First: an id without a record is passed over, a record without an id would never be listed.
    await this.#store.write("ZADD", keys.documents, 0, record.id);
    const key = keys.record(record.id);
    const [logId, made] = (await this.#store.run(CREATE_RECORD, [key], fieldsOf(record))) as [string, number];
    await this.#store.replicated(key, logId);
    return made === 1;
  }

  async get(id: string): Promise<DocumentRecord | undefined> {
    const key = this.#store.keys.record(id);
    return recordOf(await this.#store.command((client) => client.hgetall(key)));
  }

  change(
    id: string,
    change: Partial<Pick<DocumentRecord, "title" | "deletedAt">>,
  ): Promise<DocumentRecord | undefined> {
    return this.#change(id, change);
  }

  async #change(id: string, change: Partial<DocumentRecord>): Promise<DocumentRecord | undefined> {
    const { keys, node } = this.#store;
    const key = keys.record(id);
    const args = [keys.channel(id), node, ...fieldsOf(change)];
    const [logId, reply] = (await this.#store.run(CHANGE_RECORD, [key], args)) as [string, string[]];
    await this.#store.replicated(key, logId);
    const fields: Record<string, string> = {};
    for (let at = 0; at < reply.length; at += 2) fields[reply[at] ?? ""] = reply[at + 1] ?? "";
    return recordOf(fields);
  }

  async list(options: ListOptions): Promise<readonly DocumentRecord[]> {
    return (await this.page({ ...options, maxScanned: Infinity })).records;
  }

  async page({ after, limit, isDeleted, maxScanned }: PageOptions): Promise<CataloguePage> {
    const records: DocumentRecord[] = [];
    let last = after;
    for (let left = maxScanned; left > 0; ) {
      const count = Math.min(PAGE, left, limit + 1);
      const ids = await this.#idsAfter(last, count);
      const some = await Promise.all(ids.map((id) => this.get(id)));
      for (const [index, record] of some.entries()) {
        if (record !== undefined && (record.deletedAt !== undefined) === isDeleted) {
          // One more than is wanted: there is a next page.
          if (records.length === limit) return { records, next: last };
          records.push(record);
        }
        last = ids[index] ?? last;
      }
      if (ids.length < count) return { records, next: undefined };
      left -= ids.length;
    }
    return { records, next: last };
  }

  async addLink(link: ShareLink): Promise<boolean> {
    const key = this.#store.keys.links(link.document);
    return (await this.#store.write("HSETNX", key, link.id, JSON.stringify(link))) === 1;
  }

  async link(document: string, id: string): Promise<ShareLink | undefined> {
    const key = this.#store.keys.links(document);
    const [link, revokedAt] = await this.#store.command((client) => client.hmget(key, id, id + REVOKED));
    return linkOf(link, revokedAt);
  }

  async links(document: string): Promise<readonly ShareLink[]> {
    const key = this.#store.keys.links(document);
    const fields = await this.#store.command((client) => client.hgetall(key));
    return Object.keys(fields)
      .filter((field) => !field.endsWith(REVOKED))
      .toSorted()
      .slice(0, MAX_LINKS)
      .flatMap((id) => linkOf(fields[id], fields[id + REVOKED]) ?? []);
  }

  async revokeLink(document: string, id: string, time: number): Promise<boolean> {
    const key = this.#store.keys.links(document);
    if ((await this.#store.command((client) => client.hexists(key, id))) === 0) return false;
    await this.#store.write("HSETNX", key, id + REVOKED, time);
    return true;
  }

  async rules(document: string): Promise<DocumentRules> {
    const key = this.#store.keys.rules(document);
    return rulesOf(await this.#store.command((client) => client.hgetall(key)));
  }

  async changeRules(document: string, change: RulesChange): Promise<void> {
    await this.#rule(CHANGE_RULES, document, fieldsOf(change));
  }

  async changePerson(document: string, person: string, change: PersonChange): Promise<boolean> {
    const { isRemoved = false, isBlocked } = change;
    const blocked = isBlocked === undefined ? "" : Number(isBlocked);
    const args = [PERSON + person, MAX_RULED, Number(isRemoved), blocked];
    return (await this.#rule(CHANGE_PERSON, document, args)) === 1;
  }

  async take(document: string, taker: string): Promise<string> {
    return String(await this.#rule(TAKE, document, [taker]));
  }

  async setOwner(id: string, owner: string): Promise<void> {
    await this.#change(id, { owner });
  }

  /** Changes the rules of a document, and tells the other servers that have it open. */
  async #rule(script: Script, document: string, args: readonly (string | number)[]): Promise<unknown> {
    const { keys, node } = this.#store;
    const key = keys.rules(document);
    const all = [keys.channel(document), node, ...args];
    const [logId, reply] = (await this.#store.run(script, [key], all)) as [logId: string, reply: unknown];
    await this.#store.replicated(key, logId);
    return reply;
  }

  async secret(name: string): Promise<Uint8Array> {
    const key = this.#store.keys.secret(name);
    const fresh = randomBytes(32).toString("base64");
    await this.#store.write("SET", key, fresh, "NX");
    // Whoever was first.
    const kept = await this.#store.command((client) => client.get(key));
    return new Uint8Array(Buffer.from(kept ?? fresh, "base64"));
  }

  #idsAfter(after: string, limit: number): Promise<string[]> {
    const { documents } = this.#store.keys;
    const from = after === "" ? "-" : `(${after}`;
    return this.#store.command((client) => client.zrange(documents, from, "+", "BYLEX", "LIMIT", 0, limit));
  }
}

/** Alternating fields and values. */
function fieldsOf(record: Partial<DocumentRecord> | RulesChange): string[] {
  return Object.entries(record).flatMap(([field, value]) => [
    field,
    value === undefined ? "" : String(value),
  ]);
}

function recordOf(fields: Readonly<Record<string, string>>): DocumentRecord | undefined {
  const { id, title = "", owner = "", createdAt, deletedAt = "" } = fields;
  if (id === undefined) return undefined;
  return {
    id,
    title,
    owner,
    createdAt: Number(createdAt),
    deletedAt: deletedAt === "" ? undefined : Number(deletedAt),
  };
}

function rulesOf(fields: Readonly<Record<string, string>>): DocumentRules {
  const { access = "", isFrozen, takenBy } = fields;
  const people = new Map<string, PersonRule>();
  for (const [field, value] of Object.entries(fields)) {
    if (!field.startsWith(PERSON)) continue;
    const [removals, blocked] = value.split(" ");
    people.set(field.slice(PERSON.length), { removals: Number(removals), isBlocked: blocked === "1" });
  }
  return {
    access: access === "" ? undefined : (access as GeneralAccess),
    isFrozen: isFrozen === "true",
    takenBy,
    people,
  };
}

function linkOf(
  link: string | null | undefined,
  revokedAt: string | null | undefined,
): ShareLink | undefined {
  if (link === null || link === undefined) return undefined;
  const made = JSON.parse(link) as ShareLink;
  return {
    ...made,
    // JSON leaves out what is undefined.
    parent: made.parent,
    expiresAt: made.expiresAt,
    revokedAt: revokedAt === null || revokedAt === undefined ? made.revokedAt : Number(revokedAt),
  };
}
