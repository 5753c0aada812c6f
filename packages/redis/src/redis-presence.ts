import {
  type PresenceListener,
  type PresenceShare,
  randomToken,
  type SharedPresence,
} from "@interline/server";
import type { RedisNodes } from "./nodes.ts";
import { PresenceLine, type ShareReply, type ShareRequest } from "./presence-line.ts";
import { caretsMessage, parsePresence } from "./presence-news.ts";
import { SHARE } from "./presence-script.ts";
import type { RedisStore } from "./redis-store.ts";

/** What nobody writes stays so long, in ms. */
const TTL_MS = 3_600_000;

/**
 * Who is in a document, on all servers that share a Redis: a hash for each document, changes of which are published beside its other news. A
 * log that has it tells it what is published, and of the last change as it is found now and then.
 */
export class RedisPresence implements SharedPresence {
  readonly #store: RedisStore;
  readonly #nodes: RedisNodes;
  readonly #lines = new Map<string, PresenceLine>();
  readonly #closing = new Map<string, Promise<void>>();
  /** Closed, but Redis could not be told. */
  readonly #untold = new Map<string, PresenceLine>();
  /** Of the last carets that were published. */
  #number = 0;

  constructor(store: RedisStore, nodes: RedisNodes) {
    this.#store = store;
    this.#nodes = nodes;
    nodes.onChange(() => {
      for (const line of this.#lines.values()) line.rejudge();
    });
  }

  async join(document: string, listener: PresenceListener): Promise<PresenceShare> {
    await this.#closing.get(document);
    const { node } = this.#store;
    const line = new PresenceLine(listener, {
      node,
      now: () => Math.round(performance.now()),
      isAlive: (other) => this.#nodes.alive.has(other),
      judge: () => this.#nodes.refresh(),
      share: (request) => this.#share(document, request),
      publish: (news) => this.#publish(document, caretsMessage(node, ++this.#number, news)),
    });
    this.#lines.set(document, line);
    // What the last one left there is seen with all that is there.
    this.#untold.delete(document);
    await line.open();
    return {
      put: (peer) => line.put(peer),
      remove: (session) => line.remove(session),
      tell: (news) => line.tell(news),
      close: () => this.#close(document, line),
    };
  }

  /** Takes what was published about a document. */
  hear(document: string, message: string): void {
    this.#lines.get(document)?.hear(parsePresence(message));
  }

  /** Takes the last change of a document's people as it stands in Redis. */
  compare(document: string, epoch: string, number: number): void {
    this.#lines.get(document)?.compare(epoch, number);
  }

  /** Tries again what is left of documents that are not open here any more. */
  retry(): void {
    for (const [document, line] of this.#untold) {
      if (line.isDone) this.#untold.delete(document);
      else line.retry();
    }
  }

  async #close(document: string, line: PresenceLine): Promise<void> {
    this.#lines.delete(document);
    const closing = line.close();
    this.#closing.set(document, closing);
    await closing;
    this.#closing.delete(document);
    if (!line.isDone) this.#untold.set(document, line);
  }

  async #share(document: string, { set, deleted, isWhole }: ShareRequest): Promise<ShareReply> {
    const { keys, node } = this.#store;
    const fields = set.flatMap(([session, value]) => [session, JSON.stringify(value)]);
    const args = [
      node,
      randomToken().slice(0, 11),
      TTL_MS,
      isWhole ? 1 : 0,
      set.length,
      ...fields,
      ...deleted,
    ];
    return (await this.#store.run(
      SHARE,
      [keys.people(document), keys.channel(document)],
      args,
    )) as ShareReply;
  }

  #publish(document: string, message: string): void {
    const channel = this.#store.keys.channel(document);
    // It is told again.
    this.#store.command((client) => client.spublish(channel, message)).catch(() => {});
  }
}
