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

  /** What is decided about a document, and about people in it. */
  rules(document: string): string {
    return this.#of(document, "rules");
  }

  /** Where a document's sessions, log and checkpoint are put together before they take their places. */
  staged(document: string, token: string): readonly [sessions: string, log: string, checkpoint: string] {
    const of = (kind: string): string => this.#of(document, `${token}:${kind}`);
    return [of("sessions"), of("log"), of("checkpoint")];
  }

  /** When documents were last opened or left. */
  get used(): string {
    return `${this.#prefix}used`;
  }

  /** Copies in an archive that may not be needed, with the times since when. */
  copies(archive: string): string {
    return this.#of(`archive:${archive}`, "copies");
  }

  /** Which server looks for cold documents now. */
  sweep(archive: string): string {
    return this.#of(`archive:${archive}`, "sweep");
  }

  /** Of sharded pub/sub: documents that are asked for out of an archive. */
  asked(archive: string): string {
    return this.#of(`archive:${archive}`, "asked");
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

  /** A key in the hash slot of another, for a write that is only there to be waited for. */
  touch(key: string): string {
    const tag = /\{([^}]+)\}/.exec(key)?.[1] ?? key;
    return this.#of(tag, "touch");
  }

  /** The document of a channel. */
  documentOf(channel: string): string {
    return channel.slice(channel.indexOf("{") + 1, channel.lastIndexOf("}"));
  }

  #of(document: string, kind: string): string {
    return `${this.#prefix}{${document}}:${kind}`;
  }
}
