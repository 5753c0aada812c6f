import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Siblings } from "@interline/server";
import type { RedisStore } from "./redis-store.ts";
import { BEAT, LEAVE } from "./scripts.ts";

/** @public */
export interface RedisNodesOptions {
  readonly store: RedisStore;
  /** Where the other servers reach this one, such as `http://10.0.0.7:8080`. */
  readonly url: string;
  /** How often this server gives a sign of life, in ms. Default 3,000. */
  readonly beatMs?: number | undefined;
  /**
   * A server that gave none for so long is dead, in ms of Redis' clock; at least three times `beatMs`. While Redis is away nobody is. Default
   * 10,000.
   */
  readonly deadMs?: number | undefined;
}

/** Set on a request that a server passes on: it goes no further. */
const FORWARDED = "interline-forwarded";
const BEAT_MS = 3_000;
/** A server that takes a connection no faster is not there. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * The servers that share a Redis: which of them are alive, and where. A client that is connected by requests may land on any of them: its
 * requests are passed on to the one that has its connection.
 * @public
 */
export class RedisNodes implements Siblings {
  readonly #options: RedisNodesOptions;
  readonly #listeners = new Set<() => void>();
  #urls: ReadonlyMap<string, string>;
  #alive: ReadonlySet<string>;
  #timer: ReturnType<typeof setInterval> | undefined;
  #beating: Promise<void> | undefined;
  #hasLeft = false;

  private constructor(options: RedisNodesOptions) {
    this.#options = options;
    this.#urls = new Map([[options.store.node, options.url]]);
    this.#alive = new Set(this.#urls.keys());
  }

  /** Tells the others that this server is there. Rejects if Redis does not answer. */
  static async join(options: RedisNodesOptions): Promise<RedisNodes> {
    const nodes = new RedisNodes(options);
    await nodes.refresh();
    const { store, beatMs = BEAT_MS } = options;
    // A beat that fails is followed by the next.
    const beat = (): void => void nodes.refresh().catch(() => {});
    nodes.#timer = setInterval(beat, beatMs);
    nodes.#timer.unref();
    store.onBack(beat);
    return nodes;
  }

  /** Names this server. */
  get self(): string {
    return this.#options.store.node;
  }

  /** The servers that were alive at the last beat, this one among them. */
  get alive(): ReadonlySet<string> {
    return this.#alive;
  }

  /** Calls back when servers came or went. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Gives a sign of life now, and finds out who else is alive. Rejects if Redis does not answer. */
  refresh(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /** Passes a request on to another server. False if that is not there, or the request was passed on before. */
  async forward(node: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (request.headers[FORWARDED] !== undefined) return false;
    if (!this.#urls.has(node)) await this.refresh();
    const url = this.#urls.get(node);
    return url === undefined ? false : passOn(request, response, url);
  }

  /** Tells the others that this server is gone. Never rejects. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#hasLeft = true;
    const { store } = this.#options;
    await store.run(LEAVE, store.keys.nodes, [store.node]).catch(() => {});
  }

  async #beat(): Promise<void> {
    if (this.#hasLeft) return;
    const { store, url, beatMs = BEAT_MS, deadMs = 10_000 } = this.#options;
    const args = [store.node, url, deadMs, 2 * beatMs];
    const reply = (await store.run(BEAT, store.keys.nodes, args)) as string[];
    const urls = new Map<string, string>();
    for (let at = 0; at < reply.length; at += 2) urls.set(reply[at] ?? "", reply[at + 1] ?? "");
    const isSame = urls.size === this.#urls.size && [...urls.keys()].every((node) => this.#urls.has(node));
    this.#urls = urls;
    this.#alive = new Set(urls.keys());
    if (!isSame) for (const listener of this.#listeners) listener();
  }
}

/** False if nothing answers there; the request was not read then. */
function passOn(request: IncomingMessage, response: ServerResponse, to: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { method, url } = request;
    const headers = { ...request.headers, [FORWARDED]: "1" };
    delete headers.connection;
    // Each has a socket of its own: one that was kept open may close at just this moment, with the request half read.
    const passed = httpRequest(new URL(url ?? "/", to), { method, headers, agent: false });
    const timer = setTimeout(() => passed.destroy(), CONNECT_TIMEOUT_MS);
    let isConnected = false;
    passed.once("socket", (socket) => {
      socket.once("connect", () => {
        isConnected = true;
        clearTimeout(timer);
        request.pipe(passed);
      });
    });
    passed.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // What a stream begins with must not wait for what follows.
      response.flushHeaders();
      answer.pipe(response);
      answer.once("error", () => response.destroy());
      resolve(true);
    });
    passed.once("error", () => {
      clearTimeout(timer);
      if (isConnected) response.destroy();
      resolve(isConnected);
    });
    response.once("close", () => passed.destroy());
  });
}
