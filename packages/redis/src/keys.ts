/** Names of everything in Redis. What belongs to one document has its id in braces: one hash slot of a cluster. */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  head(document: string): string {
    return this.#of(document, "head");
  }

  sessions(document: string): string {
    return this.#of(document, "sessions");
  }

  log(document: string): string {
    return this.#of(document, "log");
  }

  checkpoint(document: string): string {
    return this.#of(document, "checkpoint");
  }

  record(document: string): string {
    return this.#of(document, "record");
  }

  links(document: string): string {
    return this.#of(document, "links");
  }

  /** How all of it is written. */
  get format(): string {
    return `${this.#prefix}format`;
  }

  /** The ids of all documents that have a record, in order. */
  get documents(): string {
    return `${this.#prefix}documents`;
  }

  secret(name: string): string {
    return `${this.#prefix}secret:${name}`;
  }

  /** Who has a document open, on all servers. */
  people(document: string): string {
    return this.#of(document, "people");
  }

  /** Of sharded pub/sub: what happens to a document, and to those who have it open. */
  channel(document: string): string {
    return this.#of(document, "news");
  }

  /** When the servers gave their last signs of life, where they are, and whether Redis was away. */
  get nodes(): readonly [beats: string, addresses: string, respite: string] {
    const prefix = `${this.#prefix}{nodes}`;
    return [`${prefix}:beats`, `${prefix}:addresses`, `${prefix}:respite`];
  }

  /** The document of a channel. */
  documentOf(channel: string): string {
    return channel.slice(channel.indexOf("{") + 1, channel.lastIndexOf("}"));
  }

  #of(document: string, kind: string): string {
    return `${this.#prefix}{${document}}:${kind}`;
  }
}
